import { folderOf, isAbsolute } from "../downloads/safe-path.ts";
import type { DownloadQueue, DownloadRequest } from "../downloads/queue.ts";
import { toTrouble } from "../present/trouble.ts";
import type { LibraryFetched, LibraryLists, WantedFile } from "../protocol/lists.ts";
import { fault } from "../util/faults.ts";
import { nearNames } from "../util/near-names.ts";
import type { FetchRequest } from "./lists.ts";
import { type WantedSource, sourceOf } from "./sources-of.ts";

interface FetchParts {
  readonly downloads: Pick<DownloadQueue, "add">;
  readonly endpoint: string;
}

/** One request to the queue: files of one source that go to one folder. */
interface Batch {
  readonly source: WantedSource;
  readonly folder: string;
  /** A repository's path is not the name the program looks for: the file stays in a location, with a link here. */
  readonly isLinked: boolean;
  readonly files: WantedFile[];
}

/** @throws FaultError `notFound` for an entry or file that no list names, before anything is queued */
export async function fetchWanted(
  { downloads, endpoint }: FetchParts,
  lists: LibraryLists,
  request: FetchRequest,
  signal: AbortSignal,
): Promise<LibraryFetched> {
  const { folder, linkOut = false, paused } = request;
  if (folder !== undefined && !isAbsolute(folder))
    throw fault({
      code: "badArguments",
      verb: "library.fetch",
      path: "folder",
      problem: "give it whole, from the root of the disk",
    });
  const leftOut: { name: string; reason: string }[] = [];
  const chosen = choose(lists, request);
  const batches = new Map<string, Batch>();
  for (const file of chosen) {
    if (file.url === undefined) {
      leftOut.push({ name: file.name, reason: "The list names a file of this machine and no address." });
      continue;
    }
    const source = sourceOf(file.url, endpoint);
    const into = folder ?? folderOf(file.target);
    const isLinked = linkOut || (source.path !== undefined && source.path !== file.name);
    const key = JSON.stringify([source.model, source.revision, into, isLinked]);
    const batch = batches.get(key) ?? { source, folder: into, isLinked, files: [] };
    batch.files.push(file);
    batches.set(key, batch);
  }
  const ids = new Set<string>();
  let [files, bytes] = [0, 0];
  for (const batch of batches.values()) {
    signal.throwIfAborted();
    try {
      for (const id of await downloads.add({ ...requestOf(batch, endpoint), paused }, signal)) ids.add(id);
      files += batch.files.length;
      bytes += batch.files.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
    } catch (error) {
      signal.throwIfAborted();
      const reason = toTrouble(error).message;
      for (const { name } of batch.files) leftOut.push({ name, reason });
    }
  }
  return { ids: [...ids], files, bytes, leftOut };
}

function requestOf({ source, folder, isLinked, files }: Batch, endpoint: string): DownloadRequest {
  const paths = files.flatMap(({ url }) => (url === undefined ? [] : (sourceOf(url, endpoint).path ?? [])));
  const [only] = files;
  return {
    model: source.model,
    ...(source.revision !== undefined && { revision: source.revision }),
    ...(paths.length > 0 && { files: paths }),
    ...(isLinked ? { linkOut: [folder] } : { folder }),
    ...(source.path === undefined && only?.sha256 !== undefined && { sha256: only.sha256 }),
  };
}

/** Each file once. */
function choose(lists: LibraryLists, { entries, files, missingOnly = true }: FetchRequest): readonly WantedFile[] {
  const known = new Map(lists.entries.map((entry) => [entry.id, entry]));
  for (const id of entries ?? [])
    if (!known.has(id))
      throw fault({ code: "notFound", what: "entry", name: id, near: nearNames(id, [...known.keys()]) });
  const own = (entries ?? [...known.keys()]).flatMap((id) => known.get(id)?.files ?? []);
  const byId = new Map(own.map((file) => [file.id, file]));
  for (const id of files ?? [])
    if (!byId.has(id)) throw fault({ code: "notFound", what: "file", name: id, near: nearNames(id, [...byId.keys()]) });
  const picked = files ? files.flatMap((id) => byId.get(id) ?? []) : [...byId.values()];
  return picked.filter(({ state }) => !missingOnly || state !== "present");
}
