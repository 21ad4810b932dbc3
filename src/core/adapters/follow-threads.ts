import os from "node:os";
import { Worker } from "node:worker_threads";
import type { FollowedSums, Follower, Following, GrowingFile } from "../ports/follower.ts";
import { fault } from "../util/faults.ts";
import { workerFile } from "./bundle-file.ts";
import type { FollowThreadData, FromFollowThread, ToFollowThread } from "./follow-messages.ts";

/** Milliseconds a thread waits for more before it ends. */
const IDLE = 5000;

interface Thread {
  readonly worker: Worker;
  readonly bell: Int32Array<SharedArrayBuffer>;
  readonly runs: Map<number, PromiseWithResolvers<FollowedSums>>;
  idle: NodeJS.Timeout | undefined;
}

/** Threads start with the first files, at most one a core and four in all, and end when they have nothing to do. */
export function createFollowThreads(lanes = Math.max(1, Math.min(4, os.availableParallelism() - 1))): Follower {
  const threads = new Set<Thread>();
  let ids = 0;

  function open(): Thread {
    const bell = new Int32Array(new SharedArrayBuffer(4));
    const data: FollowThreadData = { bell };
    const worker = new Worker(workerFile("follow"), { name: "Model Deck follower", workerData: data, execArgv: [] });
    const thread: Thread = { worker, bell, runs: new Map(), idle: undefined };
    worker.on("message", (message: FromFollowThread) => hear(thread, message));
    worker.on("error", (error) => lose(thread, `the follower thread failed: ${error.message}`));
    worker.on("exit", () => lose(thread, "the follower thread ended"));
    worker.unref();
    threads.add(thread);
    return thread;
  }

  function choose(): Thread {
    const [least] = Array.from(threads).toSorted((one, other) => one.runs.size - other.runs.size);
    return least && (least.runs.size === 0 || threads.size >= lanes) ? least : open();
  }

  function hear(thread: Thread, message: FromFollowThread): void {
    const run = thread.runs.get(message.id);
    drop(thread, message.id);
    if (message.kind === "done") run?.resolve(message.sums);
    else run?.reject(fault(message.fault));
  }

  function drop(thread: Thread, id: number): void {
    thread.runs.delete(id);
    if (thread.runs.size > 0) return;
    clearTimeout(thread.idle);
    thread.idle = setTimeout(() => {
      threads.delete(thread);
      void thread.worker.terminate();
    }, IDLE).unref();
  }

  function lose(thread: Thread, reason: string): void {
    threads.delete(thread);
    clearTimeout(thread.idle);
    for (const run of thread.runs.values()) run.reject(new Error(reason));
    thread.runs.clear();
  }

  function follow({ path, sizeBytes, git }: GrowingFile): Following {
    const thread = choose();
    clearTimeout(thread.idle);
    const id = ++ids;
    const frontier = new BigInt64Array(new SharedArrayBuffer(8));
    const run = Promise.withResolvers<FollowedSums>();
    // Whoever ends it before asks for no sums.
    run.promise.catch(() => undefined);
    thread.runs.set(id, run);
    const ring = (): void => {
      Atomics.add(thread.bell, 0, 1);
      Atomics.notify(thread.bell, 0);
    };
    const say = (message: ToFollowThread): void => {
      thread.worker.postMessage(message, []);
      ring();
    };
    say({ kind: "follow", id, path, sizeBytes, git, frontier });
    return {
      reach: (there) => {
        Atomics.store(frontier, 0, BigInt(there));
        ring();
      },
      sums: async (signal) => {
        const ended = Promise.withResolvers<never>();
        const end = (): void => ended.reject(signal.reason);
        signal.throwIfAborted();
        signal.addEventListener("abort", end, { once: true });
        thread.worker.ref();
        try {
          return await Promise.race([run.promise, ended.promise]);
        } finally {
          thread.worker.unref();
          signal.removeEventListener("abort", end);
        }
      },
      end: () => {
        if (!thread.runs.has(id)) return;
        say({ kind: "end", id });
        drop(thread, id);
      },
    };
  }

  return {
    follow,
    close: async () => {
      await Promise.all(Array.from(threads, ({ worker }) => worker.terminate()));
    },
  };
}
