import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { reasonOf } from "../util/faults.ts";
import { parseGitSha1, parseSha256 } from "../util/ids.ts";
import { giveWay } from "./give-way.ts";
import type { FollowThreadData, FromFollowThread, ToFollowThread } from "./follow-messages.ts";

// Hashes files while they grow. It never turns its loop: it works, or sleeps on the bell.

/** One read: what fits a core's cache, so that the hash meets the bytes there. */
const PIECE = 2 ** 20;
/** Milliseconds after which it looks although nobody rang. */
const LONGEST_SLEEP = 1000;

type Follow = Extract<ToFollowThread, { kind: "follow" }>;

interface Run {
  readonly path: string;
  /** False where nothing has come since. */
  readonly step: () => boolean;
  readonly close: () => void;
}

if (parentPort) serve(parentPort, workerData);

function serve(port: MessagePort, { bell }: FollowThreadData): void {
  giveWay(10);
  const piece = Buffer.allocUnsafeSlow(PIECE);
  const runs = new Map<number, Run>();
  const say = (message: FromFollowThread): void => port.postMessage(message);

  function hear(message: ToFollowThread): void {
    if (message.kind === "end") {
      runs.get(message.id)?.close();
      runs.delete(message.id);
    } else attempt(message.id, message.path, () => void runs.set(message.id, open(message, piece, say)));
  }

  function attempt<T>(id: number, path: string, deed: () => T): T | undefined {
    try {
      return deed();
    } catch (error) {
      runs.get(id)?.close();
      runs.delete(id);
      say({ kind: "failed", id, fault: { code: "fileUnreadable", path, reason: reasonOf(error) } });
      return undefined;
    }
  }

  for (;;) {
    const heard = Atomics.load(bell, 0);
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) hear(next.message);
    let worked = false;
    for (const [id, run] of runs) worked = attempt(id, run.path, run.step) === true || worked;
    if (!worked) Atomics.wait(bell, 0, heard, LONGEST_SLEEP);
  }
}

function open(file: Follow, piece: Buffer, say: (message: FromFollowThread) => void): Run {
  const handle = openSync(file.path, "r");
  const sha256 = createHash("sha256");
  // Git names a file by its size and its content.
  const git = file.git ? createHash("sha1").update(`blob ${file.sizeBytes}\0`) : undefined;
  let hashed = 0;
  let closed = false;
  const close = (): void => {
    if (!closed) closeSync(handle);
    closed = true;
  };

  function finish(): void {
    close();
    const [whole, blob] = [parseSha256(sha256.digest("hex")), git && parseGitSha1(git.digest("hex"))];
    if (whole === undefined) throw new Error("the digest is none");
    say({ kind: "done", id: file.id, sums: { sha256: whole, ...(blob !== undefined && { gitSha1: blob }) } });
  }

  return {
    path: file.path,
    close,
    step: () => {
      if (closed) return false;
      const there = Math.min(file.sizeBytes, Number(Atomics.load(file.frontier, 0)));
      if (hashed < there) {
        const count = readSync(handle, piece, 0, Math.min(PIECE, there - hashed), hashed);
        if (count === 0) throw new Error("it ends before what was written");
        const part = piece.subarray(0, count);
        sha256.update(part);
        git?.update(part);
        hashed += count;
      }
      if (hashed === file.sizeBytes) {
        finish();
        return false;
      }
      return hashed < there;
    },
  };
}
