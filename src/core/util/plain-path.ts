const ROOT = /^(?:[a-z]:[\\/]+|\\\\[^\\/]+[\\/]+[^\\/]+[\\/]*|\/+)/i;

/** An absolute path without `.` and `..`, by its letters, so that one folder has one name. Others come back as they are. */
export function plainPath(path: string): string {
  const root = ROOT.exec(path)?.[0];
  if (root === undefined) return path;
  const parts = path.slice(root.length).split(root.startsWith("/") ? "/" : /[\\/]/);
  if (!parts.some((part) => part === "." || part === "..")) return path;
  const kept: string[] = [];
  for (const part of parts)
    if (part === "..") kept.pop();
    else if (part !== "" && part !== ".") kept.push(part);
  // As it was written: a drive may be followed by either.
  return `${root}${kept.join(root.includes("\\") ? "\\" : "/")}`;
}
