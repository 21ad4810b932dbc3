import { Worker } from "node:worker_threads";
import type { Log } from "../ports/log.ts";
import type { StoreReport } from "../stores/found.ts";
import { fault, reasonOf } from "../util/faults.ts";
import { workerFile } from "./bundle-file.ts";
import { frugal } from "./frugal.ts";
import type { FromScanThread, ScanJob, ScanThreadData, ToScanThread } from "./scan-messages.ts";

export interface ScanThreadOptions {
  /** Where it keeps what it remembers from scan to scan: a folder of its own. undefined: nowhere. */
  readonly cacheFolder: string | undefined;
  /** Of the extension: what another version remembered is not believed. */
  readonly version: string;
  readonly log: Pick<Log, "warn">;
  /** Milliseconds the thread waits for more before it ends; 10 000 unless told. */
  readonly idle?: number;
}

interface Run {
  /** What comes before the end. */
  readonly hear: (message: FromScanThread) => void;
  readonly resolve: (report: Ending) => void;
  readonly reject: (error: Error) => void;
  /** Once the thread has nothing more to do for it, or is gone. */
  readonly over: PromiseWithResolvers<void>;
}

/** A report without its models, which come before; undefined for jobs that have none. */
export type Ending = Omit<StoreReport, "models"> | undefined;

export interface ScanLine {
  /** @param heard what comes before the end */
  ask(job: ScanJob, heard: (message: FromScanThread) => void, signal: AbortSignal): Promise<Ending>;
  close(): Promise<void>;
}

// The host's own flags, as of its debugger, are not for the thread.
const how = { name: "Model Deck scan", execArgv: [], resourceLimits: frugal };

/** The thread starts with the first question and ends when it has nothing to do; an idle one keeps no process alive. */
export function createScanLine(options: ScanThreadOptions): ScanLine {
  const { idle = 10_000, log } = options;
  const data: ScanThreadData = {
    version: options.version,
    ...(options.cacheFolder !== undefined && { cacheFolder: options.cacheFolder }),
  };
  const closing = new AbortController();
  const runs = new Map<number, Run>();
  /** Answered, while what is remembered of them is being written down. */
  const writing = new Set<Run>();
  let thread: Worker | undefined;
  let resting: NodeJS.Timeout | undefined;
  let ids = 0;

  function open(): Worker {
    const worker = new Worker(workerFile("scan"), { ...how, workerData: data });
    worker.on("message", (message: FromScanThread) => receive(message));
    worker.on("error", (error) => lose(worker, `the scan thread failed: ${error.message}`));
    worker.on("exit", () => lose(worker, "the scan thread ended"));
    return worker;
  }

  function receive(message: FromScanThread): void {
    if (message.kind === "warning") {
      log.warn(message.message);
      return;
    }
    const run = runs.get(message.id);
    if (!run) return;
    if (message.kind === "done") writing.add(run);
    if (message.kind !== "over") {
      tell(run, message);
      return;
    }
    runs.delete(message.id);
    leave(run);
    if (runs.size === 0) rest();
  }

  function leave(run: Run): void {
    writing.delete(run);
    run.over.resolve();
  }

  function rest(): void {
    thread?.unref();
    resting = setTimeout(() => {
      const ended = thread;
      thread = undefined;
      void ended?.terminate();
    }, idle).unref();
  }

  function lose(worker: Worker, reason: string): void {
    if (thread !== worker) return;
    thread = undefined;
    clearTimeout(resting);
    for (const run of runs.values()) {
      run.reject(new Error(reason));
      leave(run);
    }
    runs.clear();
  }

  async function ask(job: ScanJob, heard: (message: FromScanThread) => void, outer: AbortSignal): Promise<Ending> {
    const signal = AbortSignal.any([outer, closing.signal]);
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Ending>();
    clearTimeout(resting);
    const worker = (thread ??= open());
    worker.ref();
    const id = ++ids;
    const say = (message: ToScanThread): void => worker.postMessage(message, []);
    // Whoever gave it up need not wait for a disk that hangs; the thread counts as busy until it says that it stopped.
    const stop = (): void => {
      say({ kind: "stop", id });
      reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    };
    const hear = (message: FromScanThread): void => {
      try {
        if (!signal.aborted) heard(message);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(reasonOf(error)));
      }
    };
    runs.set(id, {
      hear,
      resolve,
      reject,
      over: Promise.withResolvers(),
    });
    signal.addEventListener("abort", stop, { once: true });
    say({ kind: "run", id, job });
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  return {
    ask,
    close: async () => {
      closing.abort();
      await Promise.all(Array.from(writing, ({ over }) => over.promise));
      await thread?.terminate();
    },
  };
}

function tell({ hear, resolve, reject }: Run, message: FromScanThread): void {
  switch (message.kind) {
    case "progress":
    case "models":
    case "heads":
    case "files":
      hear(message);
      return;
    case "done":
      resolve(message.report);
      return;
    case "failed":
      reject(fault(message.fault));
      return;
    case "broke":
      reject(new Error(message.message));
      return;
    case "warning":
    case "stopped":
    case "over":
  }
}
