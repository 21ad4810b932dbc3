import { Worker } from "node:worker_threads";
import {
  PATIENCE,
  type Patience,
  type TransferJob,
  type TransferProgress,
  type TransferResult,
  type Transfers,
} from "../downloads/transfers.ts";
import type { Event } from "../util/events.ts";
import { fault, isFault, reasonOf } from "../util/faults.ts";
import { workerFile } from "./bundle-file.ts";
import { DEFAULT_NET } from "./choose-proxy.ts";
import type {
  FromTransferThread,
  ToTransferThread,
  TransferNetwork,
  TransferOwner,
  TransferThreadData,
} from "./transfer-messages.ts";

/** Milliseconds the thread waits for more before it ends. */
const IDLE = 10_000;
/** Connections to one host where nobody set how many. */
const PER_HOST = 16;

interface Running {
  readonly job: TransferJob;
  readonly onProgress: (progress: TransferProgress) => void;
  readonly resolve: (result: TransferResult) => void;
  readonly reject: (error: Error) => void;
  readonly signal: AbortSignal;
}

/**
 * All transfers in one thread, started with the first; it keeps no process alive that has nothing under way.
 * @param mayReplace asked right before a forced one takes the place of a file; rejects where that must stay
 * @param network asked when the thread starts, which it does anew after a while without work
 * @param onNetworkChanged its `net` is asked again, for connections from then on
 */
export function createWorkerTransfers(
  patience: Patience = PATIENCE,
  owner?: TransferOwner,
  mayReplace: (job: TransferJob) => Promise<void> = async () => undefined,
  network: () => TransferNetwork = () => ({ perHost: PER_HOST, net: DEFAULT_NET }),
  onNetworkChanged?: Event<unknown>,
): Transfers {
  const running = new Map<number, Running>();
  let thread: Worker | undefined;
  let ids = 0;
  const pending = new Set<Promise<TransferResult>>();
  const closing = new AbortController();
  let idle: NodeJS.Timeout | undefined;
  let limit: number | undefined;

  function start(): Worker {
    const data: TransferThreadData = { patience, ...network(), ...(owner && { owner }) };
    // The host's own flags, as of its debugger, are not for the thread.
    const worker = new Worker(workerFile("transfer"), { name: "Model Deck transfers", workerData: data, execArgv: [] });
    worker.on("message", (message: FromTransferThread) => hear(message));
    worker.on("error", (error) => lose(worker, `the transfer thread failed: ${error.message}`));
    worker.on("exit", () => lose(worker, "the transfer thread ended"));
    worker.unref();
    tellLimit(worker);
    return worker;
  }

  function tellLimit(worker: Worker): void {
    say(worker, { kind: "limit", ...(limit !== undefined && { bytesPerSecond: limit }) });
  }

  const changes = onNetworkChanged?.(() => say(thread, { kind: "net", net: network().net }));

  function rest(worker: Worker): void {
    worker.unref();
    idle = setTimeout(() => {
      if (thread === worker) thread = undefined;
      void worker.terminate();
    }, IDLE).unref();
  }

  function hear(message: FromTransferThread): void {
    const run = running.get(message.id);
    if (!run) return;
    if (message.kind === "progress") {
      run.onProgress(message.progress);
      return;
    }
    if (message.kind === "asks") {
      void answer(thread, message.id, mayReplace(run.job), run.job);
      return;
    }
    running.delete(message.id);
    if (running.size === 0 && thread) rest(thread);
    if (message.kind === "done") run.resolve(message.result);
    else if (message.kind === "failed") run.reject(fault(message.fault));
    else if (message.kind === "broke") run.reject(new Error(message.message));
    else run.reject(abortReason(run.signal));
  }

  function lose(worker: Worker, reason: string): void {
    if (thread !== worker) return;
    thread = undefined;
    const lost = Array.from(running.values());
    running.clear();
    for (const run of lost) run.reject(new Error(reason));
  }

  function ask(job: TransferJob, onProgress: Running["onProgress"], signal: AbortSignal): Promise<TransferResult> {
    const { promise, resolve, reject } = Promise.withResolvers<TransferResult>();
    const worker = (thread ??= start());
    const id = ++ids;
    running.set(id, { job, onProgress, resolve, reject, signal });
    clearTimeout(idle);
    worker.ref();
    signal.addEventListener("abort", () => say(worker, { kind: "abort", id }), { once: true });
    say(worker, { kind: "run", id, job });
    return promise;
  }

  return {
    run: async (job, onProgress, outer) => {
      const signal = AbortSignal.any([outer, closing.signal]);
      signal.throwIfAborted();
      const answer = ask(job, onProgress, signal);
      pending.add(answer);
      try {
        return await answer;
      } finally {
        pending.delete(answer);
      }
    },
    limit: (bytesPerSecond) => {
      limit = bytesPerSecond;
      if (thread) tellLimit(thread);
    },
    close: async () => {
      closing.abort();
      changes?.dispose();
      clearTimeout(idle);
      await Promise.allSettled(pending);
      const worker = thread;
      thread = undefined;
      await worker?.terminate();
    },
  };
}

const say = (worker: Worker | undefined, message: ToTransferThread): void => worker?.postMessage(message, []);

/** Tells a thread that waits whether its file may be replaced. */
async function answer(worker: Worker | undefined, id: number, may: Promise<void>, job: TransferJob): Promise<void> {
  try {
    await may;
    say(worker, { kind: "answer", id });
  } catch (error) {
    const unknown = { code: "fileUnreadable", path: job.target, reason: reasonOf(error) } as const;
    say(worker, { kind: "answer", id, fault: isFault(error) ? error.fault : unknown });
  }
}

const abortReason = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new Error("aborted");
