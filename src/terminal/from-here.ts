import os from "node:os";
import path from "node:path";

type Args = Readonly<Record<string, unknown>>;

/** Arguments that are files and folders of this machine. */
const PLACES: ReadonlySet<string> = new Set(["path", "folder", "linkOut", "picture"]);

/** What a person writes in a shell is meant from where she stands; the one who owns the registry stands elsewhere. */
export const fromHere = (args: Args): Args =>
  Object.fromEntries(Object.entries(args).map(([key, value]) => [key, PLACES.has(key) ? placed(value) : value]));

function placed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(placed);
  if (typeof value !== "string" || value === "") return value;
  return path.resolve(value.replace(/^~(?=[\\/]|$)/, os.homedir()));
}
