import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import type { Thumbprint } from "../ports/thumbprint.ts";
import { fault, reasonOf } from "../util/faults.ts";

const MIB = 2 ** 20;
/** Up to so much a file is read whole. */
const WHOLE = 10 * MIB;

/** Reads a MiB at a time, so that whoever shares the loop goes on. */
export const nodeThumbprint: Thumbprint = async (path, signal) => {
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    const starts = size <= WHOLE ? range(size) : [0, size - MIB];
    const hash = createHash("sha256");
    for (const start of starts) {
      signal.throwIfAborted();
      hash.update(await readAt(file, start));
    }
    return hash.digest("hex");
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    throw fault({ code: "fileUnreadable", path, reason: reasonOf(error) }, error);
  }
};

const range = (size: number): readonly number[] => Array.from({ length: Math.ceil(size / MIB) }, (_, at) => at * MIB);

/** A MiB from there on, less where the file ends. */
async function readAt(file: FileHandle, start: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(MIB);
  let filled = 0;
  while (filled < MIB) {
    const { bytesRead } = await file.read(buffer, filled, MIB - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
