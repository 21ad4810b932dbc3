import type { LoadProgress } from "../protocol/serving.ts";
import type { Fault } from "../util/faults.ts";
import { type Bytes, type Millis, bytes, millis } from "../util/ids.ts";
import type { ServingDeps } from "./deps.ts";
import type { Run } from "./run.ts";

const ANSWER = millis(500);
const LOOK_AT_MEMORY = millis(500);
/** Growth by such a part of the model is a sign of life. */
const NOTICED = 1000;

/**
 * Watches exit, health and signs of life at once.
 * @param lastLoad how long it took the last time, where that is known
 * @returns undefined once it is healthy, else why it will not be
 */
export async function awaitReady(
  run: Run,
  deps: ServingDeps,
  lastLoad: Millis | undefined,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<Fault | undefined> {
  const over = new AbortController();
  const inner = AbortSignal.any([signal, over.signal]);
  try {
    return await Promise.race([exitFault(run, true), untilHealthy(run, deps, lastLoad, onProgress, inner)]);
  } finally {
    over.abort();
  }
}

/** Why it ended, told once its log is complete. */
export async function exitFault(run: Run, loading: boolean): Promise<Fault> {
  const exit = await run.ended;
  await run.logComplete();
  return run.backend.explainExit(exit, run.logTail(), run.asked, loading);
}

async function untilHealthy(
  run: Run,
  { clock, http, settings }: ServingDeps,
  lastLoad: Millis | undefined,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<Fault | undefined> {
  const began = clock.now();
  const memory = watchMemory(run, () => clock.now(), signal);
  let ended = false;
  let share: number | undefined;
  void run.ended.then(() => (ended = true));
  for (let delay = 25; ; delay = Math.min(delay * 1.5, 250)) {
    const answer = await http.get(run.server.url + (run.asked.healthPath ?? run.backend.healthPath), ANSWER, signal);
    // Where it has ended, something else answers on its port; the exit says what is to be said.
    if (run.backend.isHealthy(answer) && !ended) return undefined;
    const silence = clock.now() - run.lastLife();
    // As it is set now, not as it was when the load began.
    if (silence > settings().serving.healthTimeout) {
      const logTail = run.logTail().slice(-40);
      return { code: "unhealthy", server: run.asked.title, waited: millis(silence), logTail };
    }
    const told = run.server.loaded?.();
    if (told !== undefined && told !== share) run.alive();
    share = told;
    const size = run.asked.modelBytes;
    const resident = told === undefined ? memory() : bytes(Math.round(told * size));
    const progress = progressOf(resident, size, clock.now() - began, lastLoad);
    if (progress) onProgress(progress);
    await clock.sleep(millis(delay), signal);
  }
}

/** Bytes in memory against the file's size where they can be told, else time against the last load; never a guess. */
function progressOf(
  resident: Bytes | undefined,
  size: number,
  elapsed: number,
  lastLoad: Millis | undefined,
): LoadProgress | undefined {
  if (resident !== undefined && size > 0) return { kind: "bytes", done: Math.min(resident, size), total: size };
  if (lastLoad !== undefined && lastLoad > 0)
    return { kind: "time", done: Math.min(Math.round(elapsed), lastLoad), total: lastLoad };
  return undefined;
}

/**
 * Asks for the memory now and then, without anyone waiting for the answer; growth is a sign of life.
 * @returns the most there ever was
 */
function watchMemory(run: Run, now: () => Millis, signal: AbortSignal): () => Bytes | undefined {
  let asking = false;
  let asked = now();
  /** The least since the last sign of life. */
  let low = 0;
  let most: Bytes | undefined;
  const ask = async (): Promise<void> => {
    asking = true;
    try {
      const memory = await run.server.memory(signal);
      if (memory === undefined) return;
      // By some pages it rises whenever a server that does nothing is looked at.
      if (memory > low + run.asked.modelBytes / NOTICED) {
        run.alive();
        low = memory;
      }
      low = Math.min(low, memory);
      // What is mapped comes and goes; how far it is does not fall by that.
      if (memory > (most ?? 0)) most = memory;
    } catch {
      // The next time, or never: it is not what the load depends on.
    } finally {
      asking = false;
      asked = now();
    }
  };
  return () => {
    if (!asking && now() - asked >= LOOK_AT_MEMORY) void ask();
    return most;
  };
}
