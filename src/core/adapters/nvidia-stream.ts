import { type ChildProcess, spawn } from "node:child_process";
import { createEmitter } from "../util/events.ts";
import { type GpuReading, gpuFields } from "../gpu/parse-nvidia-smi.ts";
import { createRounds } from "../gpu/rounds.ts";

type Round = readonly GpuReading[];

export interface NvidiaStream {
  /** The next round from now; empty where there is no such program, or none came for a while. */
  next(signal: AbortSignal): Promise<Round>;
}

export interface StreamPace {
  /** Milliseconds between two rounds. */
  readonly every: number;
  /** Ends after so many milliseconds without a question. */
  readonly idle: number;
  /** A round that does not come within so many milliseconds is not waited for. */
  readonly patience: number;
  /** Milliseconds until one that died is started again; each further time twice that, up to a minute. */
  readonly backOff: number;
}

const PACE: StreamPace = { every: 500, idle: 15_000, patience: 5000, backOff: 1000 };
const LONGEST_BACK_OFF = 60_000;

/** So that numbers have a point in them. */
export const inEnglish = (): NodeJS.ProcessEnv => ({ ...process.env, LC_ALL: "C" });

/** One long-lived `nvidia-smi --loop-ms`, started at the first question. */
export function nvidiaStream(program: string, pace: StreamPace = PACE): NvidiaStream {
  const rounds = createEmitter<Round>();
  let child: ChildProcess | undefined;
  /** It is not there, or finds no driver. */
  let absent = false;
  let deaths = 0;
  let notBefore = -Infinity;
  let idle: NodeJS.Timeout | undefined;
  let waiting = 0;

  const start = (): void => {
    const args = [`--query-gpu=${gpuFields}`, "--format=csv,noheader,nounits", `--loop-ms=${pace.every}`];
    const own = spawn(program, args, {
      stdio: ["ignore", "pipe", "ignore"],
      windowsHide: true,
      env: inEnglish(),
    });
    child = own;
    const gathered = createRounds();
    let told = false;
    own.stdout.setEncoding("utf8").on("data", (piece: string) => {
      for (const round of gathered.add(piece)) {
        told = true;
        deaths = 0;
        rounds.fire(round);
      }
    });
    let isOver = false;
    const over = (isAbsent: boolean): void => {
      if (isOver) return;
      isOver = true;
      if (child !== own) return;
      child = undefined;
      if (isAbsent && !told) absent = true;
      notBefore = performance.now() + Math.min(LONGEST_BACK_OFF, pace.backOff * 2 ** deaths);
      deaths += 1;
      rounds.fire([]);
    };
    own.on("error", () => over(true));
    // One that was killed says nothing about the next time.
    own.on("close", (code, killedBy) => over(killedBy === null && code !== 0));
    // Neither keeps a process that has nothing else to do.
    own.unref();
    if ("unref" in own.stdout && typeof own.stdout.unref === "function") own.stdout.unref();
  };
  const stop = (): void => {
    const last = child;
    child = undefined;
    last?.kill("SIGKILL");
  };
  const stopSoon = (): void => {
    clearTimeout(idle);
    if (waiting === 0) idle = setTimeout(stop, pace.idle).unref();
  };

  return {
    next: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        if (absent || (child === undefined && performance.now() < notBefore)) return resolve([]);
        waiting += 1;
        clearTimeout(idle);
        const leave = (act: () => void): void => {
          waiting -= 1;
          stopSoon();
          clearTimeout(overdue);
          heard.dispose();
          signal.removeEventListener("abort", giveUp);
          act();
        };
        const giveUp = (): void => leave(() => reject(signal.reason));
        const heard = rounds.event((round) => leave(() => resolve(round)));
        const overdue = setTimeout(() => {
          // A driver in trouble hangs it: it is given up, and asked anew later.
          leave(() => resolve([]));
          notBefore = performance.now() + pace.backOff;
          stop();
        }, pace.patience);
        signal.addEventListener("abort", giveUp, { once: true });
        if (child === undefined) start();
      }),
  };
}
