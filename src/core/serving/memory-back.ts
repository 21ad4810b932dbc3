import type { GpuFacts, GpuProbe, GpuProcess } from "../ports/gpu.ts";
import { reasonOf } from "../util/faults.ts";
import { type Millis, millis } from "../util/ids.ts";
import type { ServingDeps } from "./deps.ts";
import type { Run } from "./run.ts";

/** GPUs as they were while a server ran, with the numbers of its processes. */
export interface MemoryBefore {
  readonly gpus: readonly GpuFacts[];
  readonly pids: ReadonlySet<number>;
}

const PATIENCE = millis(5000);
const LOOK = millis(100);
/** A driver's bookkeeping moves by so much by itself. */
const NOISE = 64 * 2 ** 20;

/** undefined where there is no GPU, or nothing tells: then nothing is waited for. Does not reject but by the signal. */
export async function memoryBefore(
  run: Run,
  { gpu, log }: Pick<ServingDeps, "gpu" | "log">,
  signal: AbortSignal,
): Promise<MemoryBefore | undefined> {
  if (!gpu) return undefined;
  try {
    const gpus = await gpu.read(signal);
    return gpus.length === 0 ? undefined : { gpus, pids: new Set(await run.server.processes(signal)) };
  } catch (error) {
    signal.throwIfAborted();
    log.warn(`the memory of GPUs cannot be read: ${reasonOf(error)}`);
    return undefined;
  }
}

/**
 * Waits, once a server is gone, until its GPU memory is free again, five seconds at most: a driver gives it back a
 * moment later. @returns who holds it still; undefined where it is back
 */
export async function memoryBack(
  before: MemoryBefore,
  gpu: GpuProbe,
  clock: ServingDeps["clock"],
  signal: AbortSignal,
): Promise<readonly GpuProcess[] | undefined> {
  const until: Millis = millis(clock.now() + PATIENCE);
  let last: readonly GpuFacts[] = before.gpus;
  for (;;) {
    const now = await gpu.read(signal);
    const judged = judgeMemory(before, last, now);
    if (judged === "back") return undefined;
    if (clock.now() >= until) return judged;
    last = now;
    await clock.sleep(LOOK, signal);
  }
}

/**
 * Where the driver names processes: back when it names none of the server's. Where it does not: back when the memory
 * in use has fallen and falls no more, or when the server had none of it.
 */
export function judgeMemory(
  { gpus, pids }: MemoryBefore,
  last: readonly GpuFacts[],
  now: readonly GpuFacts[],
): "back" | readonly GpuProcess[] {
  const held = now.flatMap(({ processes }) => processes.filter(({ pid }) => pids.has(pid)));
  if (held.length > 0) return held;
  const isNamed = gpus.some(({ processes }) => processes.some(({ pid }) => pids.has(pid)));
  const tells = gpus.some(({ processes }) => processes.length > 0);
  if (isNamed || tells) return "back";
  const fell = used(gpus) - used(now);
  const falls = used(last) - used(now) > NOISE;
  return used(gpus) > NOISE && (fell <= NOISE || falls) ? [] : "back";
}

const used = (gpus: readonly GpuFacts[]): number => gpus.reduce((all, { memoryUsed }) => all + memoryUsed, 0);
