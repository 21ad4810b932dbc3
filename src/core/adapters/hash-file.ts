import { createHash } from "node:crypto";
import { type BigIntStats, closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { HashJob, HashedFile } from "../ports/hasher.ts";
import { fault } from "../util/faults.ts";
import { parseGitSha1, parseSha256 } from "../util/ids.ts";
import { asUnreadable, codeOf } from "./node-files.ts";

/** One read: what fits a core's cache, so that the hash meets the bytes there. */
const PIECE = 2 ** 20;

export interface Steering {
  /** Waits while the job is held; false where it is to end. */
  readonly goOn: () => Promise<boolean>;
  readonly onBytes: (done: number) => void;
}

/**
 * For a thread of its own: reads are synchronous, so that a disk that hangs holds up no one else's, and as many threads
 * as there are cores do not queue up before the process' few threads for files. undefined where it was stopped.
 */
export async function hashFile(job: HashJob, { goOn, onBytes }: Steering): Promise<HashedFile | undefined> {
  const piece = Buffer.allocUnsafeSlow(PIECE);
  let handle: number | undefined;
  try {
    handle = openSync(job.path, "r");
    const before = fstatSync(handle, { bigint: true });
    const sha256 = createHash("sha256");
    const git = job.git ? createHash("sha1").update(`blob ${before.size}\0`) : undefined;
    for (let done = 0; ;) {
      const length = readSync(handle, piece, 0, PIECE, null);
      if (length === 0) break;
      const part = length === PIECE ? piece : piece.subarray(0, length);
      sha256.update(part);
      git?.update(part);
      done += length;
      onBytes(done);
      // Lets words from outside in.
      await setImmediate();
      if (!(await goOn())) return undefined;
    }
    return answer(job.path, before, sha256.digest("hex"), git?.digest("hex"));
  } catch (error) {
    if (codeOf(error) === "ENOENT") throw fault({ code: "notFound", what: "file", name: job.path }, error);
    throw asUnreadable(job.path, error);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function answer(path: string, before: BigIntStats, sha256Hex: string, gitHex: string | undefined): HashedFile {
  const sha256 = parseSha256(sha256Hex);
  if (sha256 === undefined) throw new Error("the digest is none");
  const gitSha1 = gitHex === undefined ? undefined : parseGitSha1(gitHex);
  const after = statSync(path, { bigint: true });
  return {
    sha256,
    ...(gitSha1 !== undefined && { gitSha1 }),
    size: Number(before.size),
    modified: Number(before.mtimeNs / 1_000_000n),
    // As numbers, which is how Files tells them.
    identity: `${Number(before.dev)}:${Number(before.ino)}`,
    steady:
      after.dev === before.dev &&
      after.ino === before.ino &&
      after.size === before.size &&
      after.mtimeNs === before.mtimeNs,
  };
}
