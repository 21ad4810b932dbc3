/** A profile's MODEL as an absolute path: as it is where it is one, else below the root; never out of the root. */
export function resolveModelPath(
  model: string,
  root: string,
): { readonly path: string } | { readonly problem: string } {
  if (isAbsolutePath(model)) return { path: model };
  // Only where the root is a Windows path is a backslash a separator; elsewhere it is a letter of a name.
  const windows = !root.startsWith("/");
  const parts = model.split(windows ? /[\\/]+/ : /\/+/).filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) return { problem: "MODEL leads out of the models folder" };
  if (parts.length === 0) return { problem: "MODEL names no file" };
  const separator = windows ? "\\" : "/";
  return { path: [root.replace(windows ? /[\\/]+$/ : /\/+$/, ""), ...parts].join(separator) };
}

export const isAbsolutePath = (path: string): boolean =>
  path.startsWith("/") || /^[a-z]:[\\/]/i.test(path) || path.startsWith("\\\\");

/** After the last separator; a backslash counts where the path is a Windows one. */
export const fileName = (path: string): string => path.slice(lastSeparator(path) + 1);

/** Without the separator at its end. */
export const folderOf = (path: string): string => path.slice(0, Math.max(lastSeparator(path), 0));

const lastSeparator = (path: string): number =>
  Math.max(path.lastIndexOf("/"), path.startsWith("/") ? -1 : path.lastIndexOf("\\"));
