import type { Files } from "../ports/files.ts";
import { folderOf } from "./safe-path.ts";

/** The volume that holds the path or, while it is not there, its nearest parent: equal words are one volume. */
export async function volumeOf(files: Pick<Files, "stat">, path: string): Promise<string> {
  for (let at = path; ; at = folderOf(at)) {
    const there = await files.stat(at);
    if (there) return there.identity.slice(0, there.identity.lastIndexOf(":"));
    if (at === folderOf(at)) return at;
  }
}
