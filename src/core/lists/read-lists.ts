import type { Files } from "../ports/files.ts";
import type { ListProblem } from "../protocol/lists.ts";
import { fault, isFault, reasonOf } from "../util/faults.ts";
import { bytes } from "../util/ids.ts";
import { type Definition, readDefinition } from "./read-definition.ts";
import { joined, rootOf } from "./wan2gp-folders.ts";

/** The lists of an installation, later ones merged over earlier ones of the same name. */
export interface ReadLists {
  readonly root: string;
  /** By id, in the order of the names. */
  readonly entries: ReadonlyMap<string, ListedEntry>;
  /** Those that were asked for: all, or the one whose file was named. */
  readonly wanted: readonly string[];
  readonly problems: readonly ListProblem[];
}

export interface ListedEntry {
  readonly definition: Definition;
  /** Absolute. */
  readonly lists: readonly string[];
}

const LIST_LIMIT = bytes(2 * 2 ** 20);
const MOST_LISTS = 5000;

/**
 * @param path absolute: the installation, its folder of lists, or one list
 * @throws FaultError `notFound` where nothing is there, or no list
 */
export async function readLists(
  files: Pick<Files, "stat" | "list" | "readText">,
  path: string,
  signal: AbortSignal,
): Promise<ReadLists> {
  const there = await files.stat(path);
  if (!there) throw fault({ code: "notFound", what: "file", name: path });
  const isFile = there.kind !== "folder";
  const root =
    isFile || /[\\/](?:defaults|finetunes)[\\/]*$/.test(path) ? rootOf(isFile ? path : joined(path, "x")) : path;
  const problems: ListProblem[] = [];
  const entries = new Map<string, ListedEntry>();
  const found = await listFiles(files, root, isFile ? path : undefined, problems);
  if (found.length === 0) throw fault({ code: "notFound", what: "file", name: joined(root, "defaults/*.json") });
  for (const file of found) {
    signal.throwIfAborted();
    const id = idOf(file);
    const read = await readOne(files, file);
    for (const one of read.wrong) problems.push({ path: file, ...one });
    if (!read.definition) continue;
    const before = entries.get(id);
    entries.set(id, {
      definition: before ? merged(before.definition, read.definition) : read.definition,
      lists: [...(before?.lists ?? []), file],
    });
  }
  const own = isFile ? idOf(path) : undefined;
  const shown = own === undefined ? problems : problems.filter((one) => idOf(one.path) === own);
  return { root, entries, wanted: own === undefined ? [...entries.keys()] : [own], problems: shown };
}

/** `defaults` before `finetunes`; a list that lies elsewhere alone with its neighbours, which it may name. */
async function listFiles(
  files: Pick<Files, "list">,
  root: string,
  one: string | undefined,
  problems: ListProblem[],
): Promise<readonly string[]> {
  const found: string[] = [];
  const isOutside = one !== undefined && joined(root, nameOf(one)) === one;
  const folders = isOutside ? [root] : [joined(root, "defaults"), joined(root, "finetunes")];
  for (const folder of folders) {
    const items = await files.list(folder).catch((error: unknown) => {
      problems.push({ path: folder, problem: `It cannot be listed: ${reasonOf(error)}` });
      return undefined;
    });
    const names = (items ?? []).filter(({ name, kind }) => kind !== "folder" && /\.json$/i.test(name));
    if (names.length > MOST_LISTS)
      problems.push({ path: folder, problem: `Only ${MOST_LISTS} of its lists are read.` });
    const sorted = names.map(({ name }) => joined(folder, name)).sort();
    found.push(...sorted.slice(0, MOST_LISTS));
  }
  return one !== undefined && !found.includes(one) ? [...found, one] : found;
}

async function readOne(files: Pick<Files, "readText">, file: string): Promise<ReturnType<typeof readDefinition>> {
  try {
    const text = await files.readText(file, LIST_LIMIT);
    return text === undefined ? { wrong: [] } : readDefinition(text);
  } catch (error) {
    const reason = isFault(error, "fileUnreadable") ? error.fault.reason : reasonOf(error);
    return { wrong: [{ problem: `It cannot be read: ${reason}.` }] };
  }
}

/** Key by key, as the program does it. */
const merged = (under: Definition, over: Definition): Definition => ({
  ...under,
  ...over,
  properties: new Map([...under.properties, ...over.properties]),
});

const nameOf = (path: string): string => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
const idOf = (path: string): string => nameOf(path).replace(/\.json$/i, "");
