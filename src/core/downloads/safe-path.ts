/** Names Windows keeps for devices, with any ending. */
const DEVICES = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
/** Separators, drive and stream marks, wildcards, control and invisible characters, line ends. */
const FORBIDDEN = /[<>:"|?*\\/\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** Bytes of a name; what we append to it while it is fetched or set aside must fit into 255 too. */
const LONGEST_NAME = 210;
const LONGEST_PATH = 3800;

/** Why a path from outside must not become a path here, on any system; undefined: it may. */
export function refusePath(inside: string): string | undefined {
  if (inside === "") return "it is empty";
  if (inside.startsWith("/")) return "it is absolute";
  for (const name of inside.split("/")) {
    if (name === "") return "a name in it is empty";
    if (name === "." || name === "..") return "it leaves its folder";
    if (FORBIDDEN.test(name)) return `“${printable(name)}” holds a character that is not allowed in names`;
    if (/[. ]$/.test(name)) return `“${name}” ends with a dot or a blank`;
    if (DEVICES.test(name)) return `“${name}” is the name of a device on Windows`;
    if (new TextEncoder().encode(name).length > LONGEST_NAME) return "a name in it is too long";
  }
  return undefined;
}

export const isAbsolute = (path: string): boolean =>
  path.startsWith("/") || /^[a-z]:[\\/]/i.test(path) || /^\\\\[^\\]/.test(path);

/**
 * A path below `root`, whatever `inside` says.
 * @throws RangeError with the reason, where it may not be
 */
export function safeJoin(root: string, inside: string): string {
  const refused = refusePath(inside);
  if (refused !== undefined) throw new RangeError(refused);
  const separator = /^[a-z]:\\|^\\\\/i.test(root) ? "\\" : "/";
  const whole = [root.replace(/[\\/]+$/, ""), ...inside.split("/")].join(separator);
  if (new TextEncoder().encode(whole).length > LONGEST_PATH) throw new RangeError("it is too long");
  return whole;
}

/** The folder a path lies in. */
export const folderOf = (path: string): string => {
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return at <= 0 ? path.slice(0, 1) : path.slice(0, at);
};

const printable = (name: string): string => name.replaceAll(/\p{C}/gu, "·").slice(0, 60);
