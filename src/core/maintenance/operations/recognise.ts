import { folderOf } from "../../downloads/safe-path.ts";
import type { Row } from "../../ports/database.ts";
import { text } from "../../registry/columns.ts";
import type { FoundModel, StoreReport } from "../../stores/found.ts";
import type { Survey } from "../plan.ts";
import { type Collection, isLogicalOnly, nameOf } from "./collection.ts";
import { ollamaName } from "./ollama-name.ts";
import { isBelow } from "./paths.ts";

export type Recognised =
  /** The entry of these files, or of this model of Ollama. */
  | { readonly kind: "known"; readonly name: string }
  /** The same file by another name below the same root. */
  | { readonly kind: "sameFile"; readonly name: string; readonly path: string }
  | { readonly kind: "new" };

/** Tells which entry a found model is, by its files; names are another matter. */
export interface Recogniser {
  of(found: FoundModel, root: string): Recognised;
  /** From now on it is that entry. */
  learn(found: FoundModel, name: string): void;
}

export function createRecogniser(survey: Survey, collection: Collection, found: readonly StoreReport[]): Recogniser {
  const owners = new Map(survey.files.map((row) => [text(row, "path") ?? "", text(row, "entry")]));
  const served = new Map<string, string>();
  const byIdentity = new Map<string, { readonly name: string; readonly path: string }[]>();
  const models = found.flatMap((report) => report.models);
  const inFolder = Map.groupBy(models, ({ path }) => folderOf(path));

  const note = (identity: string | undefined, path: string, name: string): void => {
    // Volumes without inodes call them all 0.
    if (identity === undefined || identity.endsWith(":0")) return;
    const known = byIdentity.get(identity);
    if (known === undefined) byIdentity.set(identity, [{ name, path }]);
    else known.push({ name, path });
  };
  for (const row of survey.files) {
    const [path, name] = [text(row, "path"), text(row, "entry")];
    if (path !== undefined && name !== undefined) note(identityAt(survey, path), path, name);
  }
  for (const name of collection.names) {
    const row = collection.shown(name);
    const path = row && text(row, "path");
    if (row === undefined || path === undefined) continue;
    note(identityAt(survey, path), path, name);
    const model = row["backend"] === "ollama" && !isLogicalOnly(row) ? ollamaName(row) : undefined;
    if (model !== undefined) served.set(model, name);
  }

  const shown = (name: string | undefined): Row | undefined =>
    name === undefined ? undefined : collection.shown(name);
  const isOther = (row: Row, model: FoundModel): boolean =>
    model.servedModelId !== undefined && (ollamaName(row) ?? model.servedModelId) !== model.servedModelId;

  function atPath(model: FoundModel): string | undefined {
    // A row that is hidden has no say.
    const having = collection.havingPath(model.path).filter((name) => shown(name)?.["path"] === model.path);
    const fits = having.find((name) => nameFits(shown(name), model));
    if (fits !== undefined || having.length > 0 || model.servedModelId !== undefined) return fits;
    const owner = shown(owners.get(model.path));
    if (owner?.["backend"] === "unassigned") return nameOf(owner);
    // One that has the folder as its own, of which this is the only model.
    const folder = folderOf(model.path);
    if (inFolder.get(folder)?.length !== 1) return undefined;
    return collection.havingPath(folder).find((name) => shown(name)?.["backend"] === "unassigned");
  }
  const nameFits = (row: Row | undefined, model: FoundModel): boolean => row !== undefined && !isOther(row, model);

  return {
    of: (model, root) => {
      const name = atPath(model) ?? (model.servedModelId === undefined ? undefined : served.get(model.servedModelId));
      if (name !== undefined) return { kind: "known", name };
      if (model.servedModelId !== undefined) return { kind: "new" };
      const twin = byIdentity
        .get(model.files[0]?.identity ?? "")
        ?.find(({ path }) => path !== model.path && isBelow(path, root));
      return twin === undefined ? { kind: "new" } : { kind: "sameFile", ...twin };
    },
    learn: ({ path, files, servedModelId }, name) => {
      const [first] = files;
      if (servedModelId !== undefined) served.set(servedModelId, name);
      else note(first?.identity, first?.path ?? path, name);
    },
  };
}

/** Of what lies at a path in the end. */
function identityAt({ disk }: Survey, path: string): string | undefined {
  const facts = disk.get(path);
  const end = facts?.kind === "link" ? disk.get(facts.real) : facts;
  return end?.kind === "file" ? end.seen.identity : undefined;
}
