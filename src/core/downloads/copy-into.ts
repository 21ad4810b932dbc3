import type { ContentIndex } from "../content/content.ts";
import type { Files } from "../ports/files.ts";
import type { PartialFiles } from "../ports/partial-files.ts";
import { fault } from "../util/faults.ts";
import { removeOwn } from "./remove-own.ts";

export interface CopyPorts {
  readonly content: Pick<ContentIndex, "prove">;
  readonly files: Pick<Files, "stat" | "remove">;
  readonly partials: PartialFiles;
}

export const copyPath = (target: string): string => `${target}.copying`;

/**
 * A file of its own with the same bytes, under its name only when it has proved to be them; where it ends early nothing
 * stays. Nothing may have the name: rejects with `exists`. Rejects with `stale` where the bytes became others meanwhile.
 */
export async function copyInto(
  { content, files, partials }: CopyPorts,
  path: string,
  target: string,
  sha256: string,
  signal: AbortSignal,
): Promise<void> {
  const half = copyPath(target);
  await removeOwn(files, half);
  try {
    const file = await partials.open(half);
    try {
      let written = 0;
      for await (const chunk of partials.read(path, signal)) {
        await file.write(written, [chunk]);
        written += chunk.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (!(await content.prove(half, sha256, signal)))
      throw fault({ code: "stale", what: path, reason: "it was changed while it was copied" });
    await partials.publish(half, target, { replace: false });
  } catch (error) {
    await removeOwn(files, half);
    throw error;
  }
}
