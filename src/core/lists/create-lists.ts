import type { InstalledFile } from "../downloads/installed.ts";
import type { LibraryLists, ListProblem, WantedFile, WantedState } from "../protocol/lists.ts";
import type { Files } from "../ports/files.ts";
import type { Reuse } from "../downloads/reuse.ts";
import type { DownloadQueue } from "../downloads/queue.ts";
import type { Hub } from "../sources/hub.ts";
import { spread } from "../tasks/spread.ts";
import { fault } from "../util/faults.ts";
import { type Sha256, parseSha256 } from "../util/ids.ts";
import { isAbsolute } from "../downloads/safe-path.ts";
import { fetchWanted } from "./fetch-wanted.ts";
import type { Lists } from "./lists.ts";
import { type Placed, placeWanted, withPairs } from "./place-wanted.ts";
import { type ListedEntry, type ReadLists, readLists } from "./read-lists.ts";
import { resolveNames } from "./resolve-names.ts";
import { factsOf, sourceOf } from "./sources-of.ts";
import { stateOf } from "./state-of.ts";
import { type Folders, readFolders } from "./wan2gp-folders.ts";

export interface ListsParts {
  readonly files: Pick<Files, "stat" | "list" | "readText">;
  readonly hub: Pick<Hub, "analyze">;
  /** Addresses of the public hub are asked of this one. */
  readonly endpoint: string;
  /** The program's folder, as the settings have it. */
  readonly root: string | undefined;
  readonly reuse: Pick<Reuse, "find">;
  readonly installed: (digests: readonly Sha256[]) => Promise<ReadonlyMap<Sha256, InstalledFile>>;
  readonly downloads: Pick<DownloadQueue, "add">;
}

const LOOKS_AT_ONCE = 8;
const MOST_PROBLEMS = 500;

export function createLists(parts: ListsParts): Lists {
  const read: Lists["read"] = async (given, signal) => {
    const path = given ?? parts.root;
    if (path === undefined) throw refused("name the folder of Wan2GP, or set modelDeck.wan2gp.root");
    if (!isAbsolute(path)) throw refused("give it whole, from the root of the disk");
    return look(parts, await readLists(parts.files, path.replace(/(?<=.)[\\/]+$/, ""), signal), signal);
  };
  return {
    read,
    fetch: async (request, signal) => fetchWanted(parts, await read(request.path, signal), request, signal),
  };
}

const refused = (problem: string): Error =>
  fault({ code: "badArguments", verb: "library.lists", path: "path", problem });

async function look(parts: ListsParts, read: ReadLists, signal: AbortSignal): Promise<LibraryLists> {
  const folders = await readFolders(parts.files, read.root);
  const problems: ListProblem[] = [...read.problems];
  const placed = new Map(read.wanted.map((id) => [id, placedOf(read, folders, id, problems)]));
  const each = new Map([...placed.values()].flat().map((one) => [one.target, one]));
  const sources = new Map(
    [...each].flatMap(([target, { url }]) =>
      url === undefined ? [] : [[target, sourceOf(url, parts.endpoint)] as const],
    ),
  );
  const { factsOf: told, silent } = await factsOf(parts.hub, [...sources.values()], signal);
  for (const { model, reason } of silent)
    problems.push({ path: read.root, problem: `Sizes of ${model} are not known: ${reason}` });
  const facts = new Map(Array.from(sources, ([target, source]) => [target, told(source)]));
  const digests = [...facts.values()].flatMap(({ sha256 }) => parseSha256(sha256 ?? "") ?? []);
  const held = await parts.installed(digests);
  const files = new Map<string, WantedFile>();
  await spread([...each.values()], LOOKS_AT_ONCE, async (one) => {
    signal.throwIfAborted();
    const looked = await stateOf({ ...parts, held }, one, sources.get(one.target), facts.get(one.target) ?? {}, signal);
    const { candidates: _, ...about } = one;
    files.set(one.target, { ...about, id: idOf(folders.root, one.target), ...looked });
  });
  const entries = read.wanted.flatMap((id) => {
    const entry = read.entries.get(id);
    const own = (placed.get(id) ?? []).flatMap((one) => {
      const file = files.get(one.target);
      const { candidates: _, target: __, ...about } = one;
      if (!file) return [];
      // Which of a pair it is, each entry says for itself.
      const { part: ___, ...looked } = file;
      return [{ ...looked, ...about }];
    });
    return entry ? [entryOf(id, entry, own)] : [];
  });
  const absent = [...files.values()].filter(({ state }) => state !== "present");
  return {
    program: "wan2gp",
    root: folders.root,
    folder: folders.checkpoints[0] ?? folders.root,
    entries: entries.toSorted((a, b) => a.title.localeCompare(b.title, "en")),
    totals: {
      files: countsOf([...files.values()]),
      bytesWanted: absent.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0),
      sizesUnknown: absent.filter(({ sizeBytes }) => sizeBytes === undefined).length,
    },
    problems: problems.slice(0, MOST_PROBLEMS),
  };
}

/** The files of an entry, each target once. */
function placedOf({ entries }: ReadLists, folders: Folders, id: string, problems: ListProblem[]): readonly Placed[] {
  const entry = entries.get(id);
  if (!entry) return [];
  const path = entry.lists.at(-1) ?? folders.root;
  const definitions = new Map(Array.from(entries, ([name, { definition }]) => [name, definition]));
  const found = new Map<string, Placed>();
  for (const key of entry.definition.properties.keys()) {
    const { names, wrong } = resolveNames(definitions, id, key);
    for (const one of wrong) problems.push({ path, ...one });
    for (const name of names) {
      const one = placeWanted(folders, { name, key, architecture: entry.definition.architecture ?? id });
      if (typeof one === "string") problems.push({ path, key, problem: one });
      else if (!found.has(one.target)) found.set(one.target, one);
    }
  }
  return withPairs([...found.values()]);
}

const entryOf = (
  id: string,
  { definition, lists }: ListedEntry,
  files: readonly WantedFile[],
): LibraryLists["entries"][number] => ({
  id,
  title: definition.title ?? id,
  ...(definition.architecture !== undefined && { architecture: definition.architecture }),
  lists,
  files,
  counts: countsOf(files),
});

function countsOf(files: readonly WantedFile[]): WantedCounts {
  const count = (state: WantedState): number => files.filter((file) => file.state === state).length;
  return { present: count("present"), linkable: count("linkable"), likely: count("likely"), missing: count("missing") };
}
type WantedCounts = LibraryLists["totals"]["files"];

/** Below the root with slashes, else whole. */
const idOf = (root: string, target: string): string =>
  target.startsWith(`${root}/`) || target.startsWith(`${root}\\`)
    ? target.slice(root.length + 1).replaceAll("\\", "/")
    : target;
