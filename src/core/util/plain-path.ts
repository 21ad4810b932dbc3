const ROOT = /^(?:[a-z]:[\\/]+|\\\\[^\\/]+[\\/]+[^\\/]+[\\/]*|\/+)/i;

/** An absolute path without `.` and `..`, by its letters, so that one folder has one name. Others come back as they are. */
export function plainPath(path: string): string {
  const root = ROOT.exec(path)?.[0];
  if (root === undefined) return path;
  const separator = root.startsWith("/") ? "/" : "\\";
  const parts = path.slice(root.length).split(separator === "/" ? "/" : /[\\/]/);
  if (!parts.some((part) => part === "." || part === "..")) return path;
  const kept: string[] = [];
  for (const part of parts)
    if (part === "..") kept.pop();
    else if (part !== "" && part !== ".") kept.push(part);
  return `${root}${kept.join(separator)}`;
}
