import { folderOf } from "../../downloads/safe-path.ts";
import type { DiskFacts, Seen, Step, Survey } from "../plan.ts";
import { isBelow, isPlain, withoutEnd } from "./paths.ts";

export type Present = Extract<DiskFacts, { readonly real: string }>;

/** What there is at a path that is to go: nothing, something that may go, or a reason why it stays. */
export type Finding =
  | { readonly kind: "gone" }
  | { readonly kind: "kept"; readonly reason: string }
  /** Nobody can look now; the entry is left as it is. */
  | { readonly kind: "unreachable"; readonly reason: string }
  | Free;

export interface Free {
  readonly kind: "free";
  readonly path: string;
  readonly root: string;
  readonly facts: Present;
}

/** Whether a path may be taken away as far as the disk tells. @param ours a row says we saw these very bytes there */
export function findingOf(survey: Survey, path: string, ours: (seen: Seen) => boolean): Finding {
  const facts = survey.disk.get(path);
  switch (facts?.kind) {
    case undefined:
      return { kind: "kept", reason: "it was not looked at" };
    case "absent":
      return { kind: "gone" };
    case "offline":
      return { kind: "unreachable", reason: "its drive is not there" };
    case "unreadable":
      return { kind: "unreachable", reason: facts.reason };
    case "file":
    case "folder":
    case "link":
      return presentFinding(survey, path, facts, ours);
  }
}

function presentFinding(survey: Survey, path: string, facts: Present, ours: (seen: Seen) => boolean): Finding {
  if (!isPlain(path)) return { kind: "kept", reason: "its path steps back" };
  const root = rootOf(survey, path);
  if (root === undefined)
    return facts.kind === "file" && ours(facts.seen)
      ? { kind: "free", path, root: folderOf(path), facts }
      : { kind: "kept", reason: "it lies in no location of the settings" };
  // A link at the path itself is one thing, a linked folder on the way to it another.
  const real = facts.kind === "link" ? throughLinks(survey, path, root) : facts.real;
  if (!isBelow(real, realOf(survey, root))) return { kind: "kept", reason: `a link leads to it, out of ${root}` };
  return { kind: "free", path, root, facts };
}

/** The path of a link with the links on the way to it resolved, itself not. */
function throughLinks(survey: Survey, path: string, root: string): string {
  for (let folder = folderOf(path); isBelow(folder, root); folder = folderOf(folder)) {
    const real = survey.links?.get(folder);
    if (real !== undefined) return real + path.slice(folder.length);
  }
  return realOf(survey, root) + path.slice(root.length);
}

/** The innermost of the roots the path lies below. */
export const rootOf = (survey: Survey, path: string): string | undefined =>
  rootsOf(survey)
    .filter((root) => isBelow(path, root))
    .toSorted((a, b) => b.length - a.length)[0];

export const rootsOf = ({ locations, weightsRoot, ollama }: Survey): readonly string[] =>
  [...locations.map((one) => one.path), weightsRoot, ollama?.root].flatMap((root) =>
    root === undefined ? [] : [withoutEnd(root)],
  );

/** The path with its links resolved, where the survey has seen it. */
export function realOf({ disk }: Survey, path: string): string {
  const facts = disk.get(path);
  return facts !== undefined && "real" in facts ? facts.real : path;
}

/** Into the trash beside its root; for good where none can be had there. */
export const takeAway = ({ trashRoots }: Survey, { path, root, facts }: Free, bytes: number): Step =>
  trashRoots.has(root)
    ? { kind: "trash", path, root, bytes, seen: facts.seen }
    : { kind: "delete", path, bytes, seen: facts.seen };
