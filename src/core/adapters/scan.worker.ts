import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { isFault, reasonOf } from "../util/faults.ts";
import { giveWay } from "./give-way.ts";
import { createHeadsAhead } from "./heads-ahead.ts";
import { readHeadsAhead } from "./read-heads-ahead.ts";
import type {
  FromScanThread,
  HeadsThreadData,
  ScanJob,
  ScanThreadData,
  ToHeadsThread,
  ToScanThread,
} from "./scan-messages.ts";
import { type ScanTurn, filesOfSizes, headsOf, scanStore } from "./scan-jobs.ts";

// The thread that walks folders and reads headers: the extension host's loop sees nothing of it but what was found.

/** Milliseconds that words from outside may have to wait. */
const BREATH = 25;

if (parentPort) {
  giveWay(5);
  begin(parentPort, workerData);
}

/** The same file is the thread beside it, which reads headers ahead. */
function begin(port: NonNullable<typeof parentPort>, data: ScanThreadData | HeadsThreadData): void {
  if ("role" in data) port.on("message", (ask: ToHeadsThread) => readHeadsAhead(ask));
  else serve(port, data);
}

function serve(port: NonNullable<typeof parentPort>, data: ScanThreadData): void {
  const stopped = new Map<number, boolean>();
  const warn = (message: string): void => say({ kind: "warning", message });
  const ahead = createHeadsAhead(warn);
  const say = (message: FromScanThread): void => port.postMessage(message);

  async function run(id: number, job: ScanJob): Promise<void> {
    stopped.set(id, false);
    let breathed = performance.now();
    let afterwards = (): void => undefined;
    const turn: ScanTurn = {
      ...data,
      say: (message) => say({ ...message, id }),
      warn,
      ahead,
      afterwards: (deed) => void (afterwards = deed),
      isDue: () => performance.now() - breathed >= BREATH,
      goOn: async () => {
        await setImmediate();
        breathed = performance.now();
        return stopped.get(id) === false;
      },
    };
    try {
      const ended = await runJob(job, turn);
      say(ended === "stopped" ? { kind: "stopped", id } : { kind: "done", id, ...(ended && { report: ended }) });
    } catch (error) {
      if (isFault(error)) say({ kind: "failed", id, fault: error.fault });
      else say({ kind: "broke", id, message: reasonOf(error) });
    } finally {
      stopped.delete(id);
      afterwards();
      say({ kind: "over", id });
    }
  }

  port.on("message", (message: ToScanThread) => {
    if (message.kind === "run") void run(message.id, message.job);
    else if (stopped.has(message.id)) stopped.set(message.id, true);
  });
}

function runJob(job: ScanJob, turn: ScanTurn): ReturnType<typeof scanStore> {
  switch (job.kind) {
    case "scan":
      return scanStore(job.ask, job.known, turn);
    case "heads":
      return headsOf(job.paths, turn);
    case "ofSizes":
      return filesOfSizes(job.roots, job.sizes, turn);
  }
}
