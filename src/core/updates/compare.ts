import { readFileName } from "../identify/file-name.ts";
import type { HubListing } from "../ports/hub-client.ts";
import type { UpdateReport } from "../protocol/metadata.ts";

/** A file of an entry, with what is on record of it. */
export interface LocalFile {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string | undefined;
  readonly gitSha1: string | undefined;
}

type Touch = UpdateReport["touches"][number];
type FileChange = UpdateReport["files"][number];

interface Comparison {
  readonly files: readonly FileChange[];
  readonly touches: readonly Touch[];
  readonly bytes: number;
  /** Of the weights that came from there none is there any more. */
  readonly isGone: boolean;
  /** Of how many files it cannot be said. */
  readonly unknown: number;
}

/** A file of ours with what it is in the repository, before and now. */
interface Placed {
  readonly file: LocalFile;
  readonly was: HubListing | undefined;
  readonly now: HubListing | undefined;
}

const TOUCHES: readonly Touch[] = ["weights", "template", "config", "document"];

/** @param before the listing of the commit that is here, where it is known */
export function compare(
  local: readonly LocalFile[],
  head: readonly HubListing[],
  before: readonly HubListing[] | undefined,
): Comparison {
  const changes: FileChange[] = [];
  let [unknown, strange] = [0, 0];
  const placed: Placed[] = [];
  for (const file of local) {
    const was = before && listingOf(file, before);
    // A file that was given another name here is still the one it was there.
    const now = was ? head.find(({ path }) => path === was.path) : listingOf(file, head);
    if (was || now) placed.push({ file, was, now });
    // What no listing has is no news of the source: a file from elsewhere, or of a commit that is not known.
    else if (touchOf(file.path) === "weights") strange += 1;
  }
  for (const { file, was, now } of placed) {
    if (!now) {
      changes.push({ path: was?.path ?? "", change: "removed", sizeBytes: 0 });
      continue;
    }
    const same = isSame(file, was, now);
    if (same === undefined) unknown += 1;
    else if (!same) changes.push({ path: now.path, change: "changed", sizeBytes: now.sizeBytes });
  }
  if (before) changes.push(...added(placed, head, before, changes));
  const weights = placed.filter(({ file }) => touchOf(file.path) === "weights");
  if (weights.length === 0) unknown += strange;
  const isReplaced = changes.some(({ path, change }) => change === "added" && touchOf(path) === "weights");
  const isGone = weights.length > 0 && weights.every(({ now }) => !now) && !isReplaced;
  return {
    files: changes,
    touches: TOUCHES.filter((touch) => changes.some(({ path }) => touchOf(path) === touch)),
    bytes: changes.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    isGone,
    unknown,
  };
}

/** Where a file of ours stands in the repository: by its path's end, the longest; by its digest; by a name that is there once. */
function listingOf(
  { path, sha256 }: Pick<LocalFile, "path" | "sha256">,
  listings: readonly HubListing[],
): HubListing | undefined {
  const slashed = `/${path.replaceAll("\\", "/")}`;
  let found: HubListing | undefined;
  for (const one of listings)
    if (slashed.endsWith(`/${one.path}`) && one.path.length > (found?.path.length ?? 0)) found = one;
  if (found) return found;
  const same = sha256 === undefined ? undefined : listings.find((one) => one.sha256 === sha256);
  if (same) return same;
  const named = listings.filter((one) => nameOf(one.path) === nameOf(path));
  return named.length === 1 ? named[0] : undefined;
}

/** By our own digest, else by what the source had at our commit; undefined where neither can be compared. */
function isSame(file: LocalFile, was: HubListing | undefined, now: HubListing): boolean | undefined {
  if (file.sha256 !== undefined && now.sha256 !== undefined) return file.sha256 === now.sha256;
  if (file.gitSha1 !== undefined && now.gitSha1 !== undefined) return file.gitSha1 === now.gitSha1;
  if (was?.sha256 !== undefined && now.sha256 !== undefined) return was.sha256 === now.sha256;
  if (was?.gitSha1 !== undefined && now.gitSha1 !== undefined) return was.gitSha1 === now.gitSha1;
  return file.sizeBytes === now.sizeBytes ? undefined : false;
}

/** New files that this entry needs: of a folder and a kind it has files of; weights only in place of others that changed or went. */
function added(
  placed: readonly Placed[],
  head: readonly HubListing[],
  before: readonly HubListing[],
  changes: readonly FileChange[],
): readonly FileChange[] {
  // What is here already was looked at.
  const known = new Set([...before.map(({ path }) => path), ...placed.flatMap(({ now }) => now?.path ?? [])]);
  const kindOf = (path: string): string => `${folderIn(path)}|${touchOf(path)}|${endingIn(path)}`;
  const ours = placed.flatMap(({ was, now }) => (was ?? now)?.path ?? []);
  const kinds = new Set(ours.map(kindOf));
  const hasConfig = new Set(ours.filter((path) => touchOf(path) === "config").map(folderIn));
  const moved = new Set(changes.filter(({ path }) => touchOf(path) === "weights").map(({ path }) => kindOf(path)));
  const groups = new Set(ours.map((path) => readFileName(path).group));
  return head.flatMap(({ path, sizeBytes }): readonly FileChange[] => {
    if (known.has(path)) return [];
    const touch = touchOf(path);
    const isGguf = endingIn(path) === "gguf";
    const wanted =
      touch === "weights"
        ? groups.has(readFileName(path).group) || (!isGguf && moved.has(kindOf(path)))
        : touch === "document"
          ? false
          : kinds.has(kindOf(path)) || hasConfig.has(folderIn(path));
    return wanted ? [{ path, change: "added", sizeBytes }] : [];
  });
}

const nameOf = (path: string): string => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
const folderIn = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
const endingIn = (path: string): string => path.slice(path.lastIndexOf(".") + 1).toLowerCase();

/** What a change of the file is about. */
function touchOf(path: string): Touch {
  const name = nameOf(path).toLowerCase();
  if (/\.(gguf|safetensors|sft|bin|pt|pt2|pth|pkl|ckpt|onnx|npz)$/.test(name) && !/^training_args\.bin$/.test(name))
    return "weights";
  if (/^(chat_template[^/]*|tokenizer_config\.json|.*\.jinja)$/.test(name)) return "template";
  if (/\.(md|pdf|png|jpe?g|webp|gif|svg)$|^licen[cs]e|^notice|^\.git/.test(name)) return "document";
  return "config";
}
