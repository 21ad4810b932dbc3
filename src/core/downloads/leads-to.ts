import type { Files } from "../ports/files.ts";
import { folderOf } from "./safe-path.ts";

/** `nowhere`: a link whose end is gone; `absent`: nothing has the name. */
export type LeadsTo = "same" | "other" | "nowhere" | "absent";

/** Whether a name is one of the target's bytes, through a link or as a further name of the same file. */
export async function leadsTo(
  files: Pick<Files, "stat" | "list" | "resolve">,
  name: string,
  target: string,
): Promise<LeadsTo> {
  const [there, wanted] = [await files.stat(name), await files.stat(target)];
  if (there === undefined) {
    const items = (await files.list(folderOf(name))) ?? [];
    const own = name.slice(folderOf(name).length).replace(/^[\\/]/, "");
    return items.some((item) => item.name === own) ? "nowhere" : "absent";
  }
  // Volumes without inodes call them all 0.
  if (wanted !== undefined && there.identity === wanted.identity && !there.identity.endsWith(":0")) return "same";
  const [end, real] = [await files.resolve(name), await files.resolve(target)];
  return end !== undefined && end === real ? "same" : "other";
}
