import { existsSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { parentPort, workerData } from "node:worker_threads";
import { createThrottle } from "../downloads/throttle.ts";
import { createTransfer } from "../downloads/transfer.ts";
import type { TransferJob } from "../downloads/transfers.ts";
import { fenceOf, fencedFiles } from "../owner/fence.ts";
import { fault, isCancelled, isFault, reasonOf } from "../util/faults.ts";
import { createRedactor } from "../util/redact.ts";
import { createCarrierHttp } from "./carrier-http.ts";
import { giveWay } from "./give-way.ts";
import { createChangingAgents } from "./changing-agents.ts";
import { createFollowThreads } from "./follow-threads.ts";
import { nodeClock } from "./node-clock.ts";
import { nodeDigest } from "./node-digest.ts";
import { nodeFiles } from "./node-files.ts";
import { nodeRandom } from "./node-random.ts";
import { createPartialFiles } from "./partial-files.ts";
import { createRawCarrier } from "./raw-carrier.ts";
import type { FromTransferThread, ToTransferThread, TransferThreadData } from "./transfer-messages.ts";

/** Share of the time since it was asked last. */
function createBusy(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}

const WINDOW = 256 * 2 ** 20;
/** Of 19: the editor, and what a person runs beside it, goes first. */
const NICE = 5;

// The thread all bytes flow through: the extension host's loop never sees one.

if (parentPort) serve(parentPort, workerData);

function serve(port: NonNullable<typeof parentPort>, { patience, owner, perHost, net }: TransferThreadData): void {
  giveWay(NICE);
  // Frozen and superseded, this thread may wake up before the one that would stop it.
  const fence = fenceOf({ lost: () => owner !== undefined && !existsSync(owner.file) });
  const ids = new Map<TransferJob, number>();
  const asked = new Map<number, PromiseWithResolvers<void>>();
  const mayReplace = (job: TransferJob): Promise<void> => {
    const id = ids.get(job);
    if (id === undefined) return Promise.reject(new Error(`nobody asked for ${job.target}`));
    const question = Promise.withResolvers<void>();
    asked.set(id, question);
    say({ kind: "asks", id });
    return question.promise;
  };
  const say = (message: FromTransferThread): void => port.postMessage(message);
  const agents = createChangingAgents(net);
  const carrier = createRawCarrier(agents, createCarrierHttp(agents));
  const transfer = createTransfer(
    {
      http: carrier,
      carrier,
      follower: createFollowThreads(),
      files: fencedFiles(nodeFiles, fence),
      partials: createPartialFiles(undefined, { fence, late: owner?.late === true }),
      digest: nodeDigest,
      clock: nodeClock,
      random: nodeRandom,
      busy: createBusy(),
      mayReplace,
    },
    // NTFS fills with zeros what lies before the first byte that is written.
    { patience, perHost, ...(process.platform === "win32" && { window: WINDOW }) },
  );
  const redact = createRedactor();
  const running = new Map<number, AbortController>();

  async function run(id: number, job: TransferJob): Promise<void> {
    if (job.token !== undefined) redact.learn(job.token);
    const stop = new AbortController();
    running.set(id, stop);
    ids.set(job, id);
    stop.signal.addEventListener("abort", () => asked.get(id)?.reject(stop.signal.reason));
    const report = createThrottle(nodeClock, (progress) => say({ kind: "progress", id, progress }));
    try {
      say({ kind: "done", id, result: await transfer.run(job, report, stop.signal) });
    } catch (error) {
      if (isCancelled(error, stop.signal)) say({ kind: "aborted", id });
      else if (isFault(error)) say({ kind: "failed", id, fault: error.fault });
      else say({ kind: "broke", id, message: redact(reasonOf(error)) });
    } finally {
      running.delete(id);
      ids.delete(job);
      asked.delete(id);
    }
  }

  port.on("message", (message: ToTransferThread) => {
    if (message.kind === "run") void run(message.id, message.job);
    else if (message.kind === "answer") {
      const question = asked.get(message.id);
      if (message.fault) question?.reject(fault(message.fault));
      else question?.resolve();
    } else if (message.kind === "limit") transfer.limit(message.bytesPerSecond);
    else if (message.kind === "net") agents.change(message.net);
    else running.get(message.id)?.abort();
  });
}
