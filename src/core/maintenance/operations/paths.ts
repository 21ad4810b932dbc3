/** True where `path` lies below `folder`, by its letters. A path that steps back (`..`) lies below nothing. */
export function isBelow(path: string, folder: string): boolean {
  const root = withoutEnd(folder);
  if (!path.startsWith(root) || path.length <= root.length + 1) return false;
  return isSeparator(path[root.length]) && isPlain(path.slice(root.length + 1));
}

/** True where no part of the path is empty, `.` or `..`. */
export const isPlain = (path: string): boolean =>
  path
    .replace(/^([a-z]:)?[\\/]{0,2}/i, "")
    .split(/[\\/]/)
    .every((part) => part !== "" && part !== "." && part !== "..");

export const withoutEnd = (folder: string): string => folder.replace(/(?<=.)[\\/]+$/, "");

/** How many names lie between a folder and a path below it, the path's own included. */
export const depthBelow = (path: string, folder: string): number =>
  path
    .slice(withoutEnd(folder).length)
    .split(/[\\/]/)
    .filter((part) => part !== "").length;

const isSeparator = (letter: string | undefined): boolean => letter === "/" || letter === "\\";
