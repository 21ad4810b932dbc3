import type { MakeDigest } from "../ports/digest.ts";

/** A file of an entry, as the lock sees it. */
export interface LockedFile {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  /** undefined: not known. */
  readonly sha256: string | undefined;
}

/**
 * The aggregate a version lock ties an entry to: sha256 over its files' paths below the folder they share, sizes and
 * digests, in the order of the paths. Moving them all leaves it as it is. undefined where there is no file, or a digest
 * is not known: then the lock still holds, but drift cannot be told.
 */
export function lockDigest(files: readonly LockedFile[], digest: MakeDigest): string | undefined {
  const [first] = files;
  if (first === undefined || files.some(({ sha256 }) => sha256 === undefined)) return undefined;
  const below = files.reduce((folder, { path }) => shared(folder, folderOf(path)), folderOf(first.path)).length;
  const lines = files
    .map(({ path, sizeBytes, sha256 }) => [path.slice(below).replaceAll("\\", "/"), sizeBytes, sha256] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map((line) => `${JSON.stringify(line)}\n`);
  const sum = digest("sha256");
  // The first line tells one way of reckoning from a later one.
  sum.update(new TextEncoder().encode(`modeldeck lock 1\n${lines.join("")}`));
  return sum.hex();
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);

/** The longest folder both are in. */
function shared(one: string, other: string): string {
  let end = 0;
  while (end < one.length && one[end] === other[end]) end += 1;
  return folderOf(one.slice(0, end));
}
