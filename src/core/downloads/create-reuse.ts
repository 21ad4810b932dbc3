import type { ContentIndex } from "../content/content.ts";
import { isBelow } from "../maintenance/operations/paths.ts";
import type { Files } from "../ports/files.ts";
import type { Links } from "../ports/links.ts";
import type { PartialFiles } from "../ports/partial-files.ts";
import type { ReuseWay } from "../protocol/downloads.ts";
import type { FoundFile } from "../stores/found.ts";
import { fault } from "../util/faults.ts";
import { copyInto, copyPath } from "./copy-into.ts";
import { deviceOf } from "./link-out.ts";
import { isOwnPartial } from "./own-partial.ts";
import { removeOwn } from "./remove-own.ts";
import { removeSidecar } from "./remove-sidecar.ts";
import type { Reusable, Reuse, WantedFile } from "./reuse.ts";
import { reuseWaysOf } from "./reuse-ways.ts";
import { folderOf } from "./safe-path.ts";
import { partialPath } from "./sidecar.ts";

export interface ReuseParts {
  readonly content: Pick<ContentIndex, "candidates" | "known" | "prove">;
  readonly files: Files;
  readonly links: Pick<Links, "make" | "remove" | "abilities">;
  readonly partials: PartialFiles;
  /** Kept free on every volume. */
  readonly reserve: number;
  /** Roots of the stores whose programs clean them by themselves. */
  readonly stores: () => Promise<{ readonly ollama?: string; readonly invoke?: readonly string[] }>;
}

/** A file that may hold the bytes, by the name it really has. */
interface Candidate {
  readonly path: string;
  readonly file: FoundFile;
}

export function createReuse(parts: ReuseParts): Reuse {
  const { content, files } = parts;
  return {
    find: async (wanted, { prove, onHashed }, signal) => {
      const { sha256, sizeBytes } = wanted;
      if (sha256 === undefined || sizeBytes === 0 || (await files.stat(wanted.target))) return undefined;
      const candidates = await candidatesFor(parts, { ...wanted, sha256 }, signal);
      const known = await content.known(
        candidates.map(({ path }) => path),
        signal,
      );
      const sure = candidates.find(({ path }) => known.get(path) === sha256);
      const likely = candidates.filter(({ path }) => !known.has(path));
      let found = sure ?? (prove ? undefined : likely[0]);
      if (found === undefined && prove) {
        let before = 0;
        const ofAll = sizeBytes * likely.length;
        for (const one of likely) {
          const done = before;
          if (await content.prove(one.path, sha256, signal, (read) => onHashed?.(done + read, ofAll))) {
            found = one;
            break;
          }
          before += sizeBytes;
        }
      }
      if (found === undefined) return undefined;
      const ways = await waysFor(parts, found.path, wanted);
      const { root } = wanted;
      return {
        path: found.path,
        sha256,
        ...(root !== undefined && { root }),
        proven: prove || found === sure,
        ...ways,
      };
    },
    take: async (reusable, how, target, signal) => {
      await files.makeFolder(folderOf(target));
      if (reusable.root !== undefined) await refuseOutside(files, folderOf(target), reusable.root);
      await put(parts, reusable, how, target, signal);
      if (await isOwnPartial(files, target)) await removeOwn(files, partialPath(target));
      await removeSidecar(files, target);
      // Whatever a sudden end left of an earlier try to copy.
      await removeOwn(files, copyPath(target));
    },
  };
}

/** A link in the way must not lead out of the root. */
async function refuseOutside(files: Pick<Files, "resolve">, folder: string, root: string): Promise<void> {
  const [above, place] = [await files.resolve(root), await files.resolve(folder)];
  if (above !== undefined && place !== undefined && (place === above || isBelow(place, above))) return;
  throw fault({ code: "fileUnreadable", path: folder, reason: `a link leads out of ${root}` });
}

/** Each file of the disk once, without what a store itself names by other bytes. */
async function candidatesFor(
  { content, files }: ReuseParts,
  wanted: WantedFile & { readonly sha256: string },
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  const found = new Map<string, Candidate>();
  for (const file of await content.candidates(wanted, signal)) {
    signal.throwIfAborted();
    const path = await files.resolve(file.path).catch(() => undefined);
    if (path === undefined || path === wanted.target || isPartial(path) || isNamedOtherwise(path, wanted.sha256))
      continue;
    const id = file.identity.endsWith(":0") ? path : file.identity;
    if (!found.has(id)) found.set(id, { path, file });
  }
  return [...found.values()];
}

const isPartial = (path: string): boolean => /\.(partial|incomplete|part|copying)$|-partial(-\d+)?$/i.test(path);

/** Blobs go by their digest: one by another name has other bytes. */
function isNamedOtherwise(path: string, sha256: string): boolean {
  const named = /[\\/]blobs[\\/](?:sha256-)?([0-9a-f]{64})$/.exec(path)?.[1];
  return named !== undefined && named !== sha256;
}

async function waysFor(
  { files, links, reserve, stores }: ReuseParts,
  path: string,
  { target, sizeBytes }: WantedFile,
): Promise<Pick<Reusable, "ways" | "refused">> {
  const folder = await nearestFolder(files, folderOf(target));
  const [from, to] = [await files.stat(path), await files.stat(folder)];
  return reuseWaysOf({
    path,
    target,
    sizeBytes,
    near: from !== undefined && to !== undefined && deviceOf(from.identity) === deviceOf(to.identity),
    facts: await links.abilities(folder).catch(() => undefined),
    free: (await files.freeSpace(folder)) - reserve,
    stores: await stores(),
  });
}

async function nearestFolder(files: Pick<Files, "stat">, folder: string): Promise<string> {
  for (let at = folder; ; at = folderOf(at)) {
    if (at === folderOf(at) || (await files.stat(at).catch(() => undefined))?.kind === "folder") return at;
  }
}

/** Held to the digest before, and seen unchanged after: what is at the target then has these bytes. */
async function put(
  parts: ReuseParts,
  { path, sha256 }: Reusable,
  how: ReuseWay,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const { content, files, links } = parts;
  const stale = (reason: string): Error => fault({ code: "stale", what: path, reason });
  const before = await files.stat(path);
  if (before?.kind !== "file") throw stale("it is not there any more");
  if (sha256 === undefined || !(await content.prove(path, sha256, signal))) throw stale("it holds other bytes now");
  signal.throwIfAborted();
  if (how === "copy") {
    await copyInto(parts, path, target, sha256, signal);
    return;
  }
  await links.make(target, path, how);
  const after = await files.stat(path);
  const isSame =
    after?.size === before.size && after.modified === before.modified && after.identity === before.identity;
  if (isSame) return;
  await links.remove(target, path, how);
  throw stale("it was changed in this very moment");
}
