import { folderOf } from "../../downloads/safe-path.ts";
import type { Survey } from "../plan.ts";
import type { Copy } from "./same-bytes.ts";

export type LinkChoice = "auto" | LinkWay;
type LinkWay = "hard" | "symbolic" | "clone";

/**
 * What the copy becomes, or why it stays. Only what was asked for by name may lead to another volume, or to a file that
 * a program may clear away.
 */
export function linkFor(
  survey: Survey,
  choice: LinkChoice,
  copy: Copy,
  original: Copy,
  isProgramsOwn: boolean,
): { readonly link: LinkWay } | string {
  const how = wayFor(survey, choice, copy, original, isProgramsOwn);
  // Nothing else tells a clone from a copy.
  return typeof how === "object" && how.link === "clone" && copy.facts.seen.modified === original.facts.seen.modified
    ? `it has the time of ${original.path}, as a clone of it has, and is taken for one`
    : how;
}

function wayFor(
  { linkable }: Survey,
  choice: LinkChoice,
  copy: Copy,
  original: Copy,
  isProgramsOwn: boolean,
): { readonly link: LinkWay } | string {
  const all = [copy.path, ...copy.names].map((path) => linkable?.get(folderOf(path)));
  const can = (way: LinkWay): boolean => all.every((facts) => facts?.[way] === true);
  const isNear = deviceOf(copy) === deviceOf(original);
  if (choice !== "auto") {
    if (!isNear && choice !== "symbolic") return `${original.path} lies on another volume`;
    return can(choice) ? { link: choice } : WHY_NOT[choice];
  }
  if (isNear && can("clone")) return { link: "clone" };
  if (isNear && can("hard")) return { link: "hard" };
  if (isNear && can("symbolic"))
    return isProgramsOwn
      ? `only a symbolic link can be made here, and it would lead nowhere once ${original.path} is cleared away`
      : { link: "symbolic" };
  return "no link can be made here";
}

const WHY_NOT: Readonly<Record<LinkWay, string>> = {
  clone: "its volume cannot share blocks between files: choose another kind of link",
  hard: "its volume gives files no further names: choose another kind of link",
  symbolic: "no symbolic links can be made here: choose another kind of link",
};

/** Device and inode stand in one word. */
export const deviceOf = ({ facts }: Copy): string => facts.seen.identity.slice(0, facts.seen.identity.indexOf(":"));
