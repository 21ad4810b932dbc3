import { open } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import type { Pictures, Thumbnail } from "../ports/pictures.ts";
import { fault } from "../util/faults.ts";
import { workerFile } from "./bundle-file.ts";
import { asUnreadable, codeOf } from "./node-files.ts";
import type { FromPictureThread, ToPictureThread } from "./picture-messages.ts";

export interface PictureThreadOptions {
  /** Milliseconds a picture may take; 20 000 unless told. */
  readonly limit?: number;
  /** Milliseconds the thread waits for more before it ends; 10 000 unless told. */
  readonly idle?: number;
}

interface Run {
  readonly resolve: (thumbnail: Thumbnail) => void;
  readonly reject: (error: Error) => void;
}

/** One thread, started with the first picture; it ends when it has nothing to do, or takes too long over one. */
export function createPictureThread({ limit = 20_000, idle = 10_000 }: PictureThreadOptions = {}): Pictures {
  const runs = new Map<number, Run>();
  const closing = new AbortController();
  let worker: Worker | undefined;
  let resting: NodeJS.Timeout | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let ids = 0;

  function start(): Worker {
    const started = new Worker(workerFile("picture"), { name: "Model Deck pictures", execArgv: [] });
    started.on("message", hear);
    started.on("error", (error) => lose(started, `it broke the unpacker (${error.message})`));
    started.on("exit", () => lose(started, "the unpacker ended"));
    return started;
  }

  function hear(message: FromPictureThread): void {
    const run = runs.get(message.id);
    runs.delete(message.id);
    if (message.kind === "done") run?.resolve(message.thumbnail);
    else run?.reject(fault(message.fault));
  }

  function lose(lost: Worker, reason: string): void {
    if (worker !== lost) return;
    worker = undefined;
    void lost.terminate();
    for (const run of runs.values()) run.reject(fault({ code: "formatInvalid", what: "the picture", reason }));
    runs.clear();
  }

  async function make(picture: Uint8Array, maxEdge: number, outer: AbortSignal): Promise<Thumbnail> {
    const signal = AbortSignal.any([outer, closing.signal]);
    signal.throwIfAborted();
    clearTimeout(resting);
    const own = (worker ??= start());
    own.ref();
    const { promise, resolve, reject } = Promise.withResolvers<Thumbnail>();
    const id = ++ids;
    runs.set(id, { resolve, reject });
    const overdue = setTimeout(() => lose(own, "it takes too long to unpack"), limit);
    const stop = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    signal.addEventListener("abort", stop, { once: true });
    const message: ToPictureThread = { id, picture, maxEdge };
    own.postMessage(message, []);
    try {
      return await promise;
    } finally {
      clearTimeout(overdue);
      signal.removeEventListener("abort", stop);
      own.unref();
      resting = setTimeout(() => {
        if (worker === own) worker = undefined;
        void own.terminate();
      }, idle).unref();
    }
  }

  return {
    // One after the other: each may take hundreds of megabytes.
    thumbnail: (picture, maxEdge, signal) => {
      const made = turn.then(() => make(picture, maxEdge, signal));
      turn = made.catch(() => undefined);
      return made;
    },
    read: readWhole,
    close: async () => {
      closing.abort();
      clearTimeout(resting);
      const last = worker;
      worker = undefined;
      await last?.terminate();
    },
  };
}

async function readWhole(path: string, limit: number, signal: AbortSignal): Promise<Uint8Array | undefined> {
  signal.throwIfAborted();
  try {
    await using handle = await open(path, "r");
    const { size } = await handle.stat();
    if (size > limit) {
      throw fault({ code: "fileUnreadable", path, reason: `it holds ${size} bytes, over ${limit}` });
    }
    return await handle.readFile();
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw asUnreadable(path, error);
  }
}
