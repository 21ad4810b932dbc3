import { parentPort } from "node:worker_threads";
import type { HashJob } from "../ports/hasher.ts";
import { isFault, reasonOf } from "../util/faults.ts";
import { giveWay } from "./give-way.ts";
import { hashFile } from "./hash-file.ts";
import type { FromHashThread, ToHashThread } from "./hash-messages.ts";

// One of the threads that hash: the extension host's loop never sees a byte.

/** Milliseconds between two reports of one file. */
const REPORT_EVERY = 250;
/** Of 19: a library is hashed for minutes on all cores, and the editor goes first. */
const NICE = 10;

interface Run {
  stopped: boolean;
  held: PromiseWithResolvers<void> | undefined;
}

if (parentPort) {
  giveWay(NICE);
  serve(parentPort);
}

function serve(port: NonNullable<typeof parentPort>): void {
  const runs = new Map<number, Run>();
  const say = (message: FromHashThread): void => port.postMessage(message);

  async function run(id: number, job: HashJob): Promise<void> {
    const own: Run = { stopped: false, held: undefined };
    runs.set(id, own);
    const goOn = async (): Promise<boolean> => {
      if (own.held) await own.held.promise;
      return !own.stopped;
    };
    let reportedAt = performance.now();
    const onBytes = (done: number): void => {
      if (performance.now() - reportedAt < REPORT_EVERY) return;
      reportedAt = performance.now();
      say({ kind: "bytes", id, done });
    };
    try {
      const file = await hashFile(job, { goOn, onBytes });
      say(file ? { kind: "done", id, file } : { kind: "stopped", id });
    } catch (error) {
      if (isFault(error)) say({ kind: "failed", id, fault: error.fault });
      else say({ kind: "broke", id, message: reasonOf(error) });
    } finally {
      runs.delete(id);
    }
  }

  port.on("message", (message: ToHashThread) => {
    if (message.kind === "run") {
      void run(message.id, message.job);
      return;
    }
    const own = runs.get(message.id);
    if (!own) return;
    if (message.kind === "hold") own.held ??= Promise.withResolvers();
    else {
      own.stopped ||= message.kind === "stop";
      own.held?.resolve();
      own.held = undefined;
    }
  });
}
