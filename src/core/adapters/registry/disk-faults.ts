import { statfsSync } from "node:fs";
import path from "node:path";
import { bytes } from "../../util/ids.ts";
import { type FaultError, fault, isFault, reasonOf } from "../../util/faults.ts";

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** Space or quota ran out. */
export const isDiskFull = (error: unknown): boolean => {
  const code = codeOf(error);
  return code === "ENOSPC" || code === "EDQUOT";
};

/** What a failed write or read means: `diskFull` where space or quota ran out, else `fileUnreadable`. */
export function diskFault(error: unknown, file: string, needed = 0): FaultError {
  if (isFault(error)) return error;
  if (isDiskFull(error))
    return fault({ code: "diskFull", path: file, needed: bytes(needed), free: freeNear(file) }, error);
  return fault({ code: "fileUnreadable", path: file, reason: reasonOf(error) }, error);
}

function freeNear(file: string): ReturnType<typeof bytes> {
  try {
    const { bavail, bsize } = statfsSync(path.dirname(file));
    return bytes(bavail * bsize);
  } catch {
    return bytes(0);
  }
}
