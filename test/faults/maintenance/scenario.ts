import type { MaintenanceParts } from "../../../src/core/maintenance/parts.ts";
import { type Workshop, doIt, undoIt } from "../../core/maintenance/workshop.ts";

export const scenarios = ["apply", "erase", "undo", "redo", "share", "unshare"] as const;
export type Scenario = (typeof scenarios)[number];

/** Parts whose every change to disk or registry is announced before it is made. Whoever hears it may end it there. */
export function announced(parts: MaintenanceParts, announce: (what: string) => Promise<void> | void): MaintenanceParts {
  const { files, moves, links, archives, registry } = parts;
  const after = async <Answer>(what: string, work: () => Promise<Answer>): Promise<Answer> => {
    await announce(what);
    return work();
  };
  return {
    ...parts,
    files: {
      ...files,
      replace: (path, content) => after(`replace ${path}`, () => files.replace(path, content)),
      remove: (path) => after(`remove ${path}`, () => files.remove(path)),
    },
    moves: {
      move: (from, to) => after(`move ${from}`, () => moves.move(from, to)),
      makeFolder: (path, access) => after(`makeFolder ${path}`, () => moves.makeFolder(path, access)),
      removeFolder: (path) => after(`removeFolder ${path}`, () => moves.removeFolder(path)),
      erase: (path) => after(`erase ${path}`, () => moves.erase(path)),
      append: (path, line) => after(`append ${path}`, () => moves.append(path, line)),
    },
    links: {
      ...links,
      make: (path, target, ...how) => after(`make ${path}`, () => links.make(path, target, ...how)),
      remove: (path, ...what) => after(`remove ${path}`, () => links.remove(path, ...what)),
    },
    archives: { ...archives, write: (path, content) => after(`write ${path}`, () => archives.write(path, content)) },
    registry: {
      query: (statement, parameters) => registry.query(statement, parameters),
      commit: (edits) => after("commit", () => registry.commit(edits)),
    },
    deleteOllama: (model, signal) => after(`deleteOllama ${model}`, () => parts.deleteOllama(model, signal)),
  };
}

const purge = {
  purge: ["a", "b"],
  deprecate: ["c"],
  trash: ["owner/a/a.gguf", "owner/b/b.gguf"],
  removeFolders: ["owner/a", "owner/b"],
  makeFolders: ["owner/new"],
};

const share = {
  deprecate: ["c"],
  trash: ["owner/b/b.gguf", "owner/c/c.gguf"],
  link: [
    { path: "owner/b/b.gguf", target: "owner/a/a.gguf", how: "hard" },
    { path: "owner/c/c.gguf", target: "owner/a/a.gguf", how: "symbolic" },
  ],
};

/** What came before that is no part of it; then a start that does it. */
export async function prepare(shop: Workshop, scenario: Scenario): Promise<() => Promise<unknown>> {
  const { maintenance } = shop;
  await shop.entries("a", "b", "c");
  if (scenario === "apply") return () => doIt(maintenance, purge);
  if (scenario === "erase") {
    return () =>
      doIt(maintenance, { ...purge, trash: ["owner/a/a.gguf"], erase: ["owner/b/b.gguf"], ollama: ["m:latest"] });
  }
  if (scenario === "share") return () => doIt(maintenance, share);
  const { historyId } = await doIt(maintenance, scenario === "unshare" ? share : purge);
  if (scenario === "unshare") return () => undoIt(maintenance, historyId);
  if (scenario === "undo") return () => undoIt(maintenance, historyId);
  const undone = await undoIt(maintenance, historyId);
  return () => undoIt(maintenance, undone.historyId);
}

/** All that counts: rows, trees, and what the doors say of the past. */
export async function stateOf(shop: Workshop) {
  const rows = await shop.rows();
  const tree = Object.entries(await shop.tree())
    // Ids of the trash differ from run to run.
    .map(([name, content]) => [name.replace(/\.modeldeck-trash\/[0-9a-f-]+/, "trash"), content] as const)
    .filter(([name]) => name !== ".modeldeck-trash/" && name !== "trash/");
  const history = (await shop.maintenance.history(undefined)).map(({ operation, state, blocked }) => ({
    operation,
    state,
    blocked,
  }));
  const trash = (await shop.maintenance.trash()).map(({ path }) => path.slice(shop.root.length));
  const told = rows["entries"]?.map((row) => `${row["name"]} ${row["deprecated"]}`);
  const counts = Object.entries(rows).map(([table, list]) => `${table} ${list.length}`);
  return {
    told,
    counts,
    tree: tree.map(([name, content]) => `${name} ${content}`).toSorted(),
    history: history.map((one) => JSON.stringify(one)).toSorted(),
    trash: trash.toSorted(),
  };
}
