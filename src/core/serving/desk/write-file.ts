import type { Files } from "../../ports/files.ts";
import { LARGEST_FILE } from "../profile-file.ts";

/** Changes files one after the other, so that no change is lost; what comes out the same is not written. */
export function createWriter(
  files: Pick<Files, "readBytes" | "replace">,
): (file: string, change: (content: Uint8Array) => Uint8Array) => Promise<void> {
  let writing: Promise<unknown> = Promise.resolve();
  return (file, change) => {
    const deed = async (): Promise<void> => {
      const content = (await files.readBytes(file, LARGEST_FILE)) ?? new Uint8Array();
      const after = change(content);
      if (!Buffer.from(after).equals(content)) await files.replace(file, after);
    };
    const done = writing.then(deed, deed);
    writing = done.catch(() => undefined);
    return done;
  };
}
