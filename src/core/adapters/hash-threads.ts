import os from "node:os";
import { Worker } from "node:worker_threads";
import type { HashJob, HashedFile, Hasher, Hashing } from "../ports/hasher.ts";
import { fault } from "../util/faults.ts";
import { workerFile } from "./bundle-file.ts";
import type { FromHashThread, ToHashThread } from "./hash-messages.ts";

export interface HashThreadOptions {
  /** All cores unless told; above 16 no disk keeps up. */
  readonly lanes?: number;
  /** Milliseconds a thread waits for more before it ends; 10 000 unless told. */
  readonly idle?: number;
}

interface Run {
  readonly onBytes: (done: number) => void;
  readonly resolve: (file: HashedFile) => void;
  readonly reject: (error: Error) => void;
}

/** A held file stays with its thread and takes none of its time. */
interface Thread {
  readonly worker: Worker;
  readonly runs: Map<number, Run>;
  held: number;
  idle: NodeJS.Timeout | undefined;
}

/** Threads start with the first files and end when they have nothing to do; an idle one keeps no process alive. */
export function createHashThreads(options: HashThreadOptions = {}): Hasher {
  const { lanes = Math.min(16, os.availableParallelism()), idle = 10_000 } = options;
  const threads = new Set<Thread>();
  const closing = new AbortController();
  let ids = 0;

  function open(): Thread {
    // The host's own flags, as of its debugger, are not for the thread.
    const worker = new Worker(workerFile("hash"), { name: "Model Deck hash", execArgv: [] });
    const thread: Thread = { worker, runs: new Map(), held: 0, idle: undefined };
    worker.on("message", (message: FromHashThread) => hear(thread, message));
    worker.on("error", (error) => lose(thread, `a hash thread failed: ${error.message}`));
    worker.on("exit", () => lose(thread, "a hash thread ended"));
    threads.add(thread);
    return thread;
  }

  /** The one with the least to do; a new one where all have something and there may be more. */
  function choose(): Thread {
    const load = ({ runs, held }: Thread): number => runs.size - held;
    const least = Array.from(threads).toSorted((a, b) => load(a) - load(b))[0];
    return least && (load(least) === 0 || threads.size >= lanes) ? least : open();
  }

  function hear(thread: Thread, message: FromHashThread): void {
    const run = thread.runs.get(message.id);
    if (!run) return;
    if (message.kind === "bytes") {
      run.onBytes(message.done);
      return;
    }
    thread.runs.delete(message.id);
    if (thread.runs.size === 0) rest(thread);
    if (message.kind === "done") run.resolve(message.file);
    else if (message.kind === "failed") run.reject(fault(message.fault));
    else if (message.kind === "broke") run.reject(new Error(message.message));
  }

  function rest(thread: Thread): void {
    thread.worker.unref();
    thread.idle = setTimeout(() => {
      threads.delete(thread);
      void thread.worker.terminate();
    }, idle).unref();
  }

  function lose(thread: Thread, reason: string): void {
    threads.delete(thread);
    clearTimeout(thread.idle);
    for (const run of thread.runs.values()) run.reject(new Error(reason));
    thread.runs.clear();
  }

  function start(job: HashJob, onBytes: (done: number) => void, outer: AbortSignal): Hashing {
    const signal = AbortSignal.any([outer, closing.signal]);
    if (signal.aborted) return { result: Promise.reject(reasonOf(signal)), hold: () => undefined, go: () => undefined };
    const { promise, resolve, reject } = Promise.withResolvers<HashedFile>();
    const thread = choose();
    const id = ++ids;
    const say = (message: ToHashThread): void => thread.worker.postMessage(message, []);
    let held = false;
    const hold = (now: boolean): void => {
      if (held === now || !thread.runs.has(id)) return;
      held = now;
      thread.held += now ? 1 : -1;
      say({ kind: now ? "hold" : "go", id });
    };
    // Whoever gave it up need not wait for a disk that hangs; the thread counts as busy until it says that it stopped.
    const stop = (): void => {
      hold(false);
      say({ kind: "stop", id });
      reject(reasonOf(signal));
    };
    const end = (): void => {
      if (held) thread.held -= 1;
      held = false;
      signal.removeEventListener("abort", stop);
    };
    clearTimeout(thread.idle);
    thread.worker.ref();
    thread.runs.set(id, { onBytes, resolve, reject });
    signal.addEventListener("abort", stop, { once: true });
    promise.then(end, end);
    say({ kind: "run", id, job });
    return { result: promise, hold: () => hold(true), go: () => hold(false) };
  }

  return {
    lanes,
    start,
    close: async () => {
      closing.abort();
      await Promise.all(Array.from(threads, ({ worker }) => worker.terminate()));
    },
  };
}

const reasonOf = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new Error("aborted");
