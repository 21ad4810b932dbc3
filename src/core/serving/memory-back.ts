import { isHostDevice, parseLoadLog } from "../fit/parse-load-log.ts";
import type { GpuFacts, GpuProbe, GpuProcess } from "../ports/gpu.ts";
import type { Log } from "../ports/log.ts";
import { reasonOf } from "../util/faults.ts";
import { type Millis, millis } from "../util/ids.ts";
import type { ServingDeps } from "./deps.ts";
import type { Run } from "./run.ts";

/** GPUs as they were while a server ran, with the numbers of its processes. */
export interface MemoryBefore {
  readonly gpus: readonly GpuFacts[];
  readonly pids: ReadonlySet<number>;
  /** Bytes it had there, as its log says; 0 where that says nothing. */
  readonly onGpu: number;
}

const PATIENCE = millis(5000);
const LOOK = millis(100);
/** A driver's bookkeeping moves by so much by itself. */
const NOISE = 64 * 2 ** 20;
const MOST = 0.9;

/** undefined where there is no GPU, or nothing says that the server has part of it: then nothing is waited for. Does not reject but by the signal. */
export async function memoryBefore(
  run: { readonly server: Pick<Run["server"], "processes" | "host"> } & Pick<Run, "loadLines">,
  { gpu, log }: { readonly gpu?: GpuProbe | undefined; readonly log: Pick<Log, "warn"> },
  signal: AbortSignal,
): Promise<MemoryBefore | undefined> {
  // The GPUs of another machine are not seen from here.
  if (!gpu || run.server.host !== undefined) return undefined;
  try {
    const gpus = await (gpu.now?.(signal) ?? gpu.read(signal));
    if (gpus.length === 0) return undefined;
    const pids = new Set(await run.server.processes(signal));
    const isNamed = gpus.some(({ processes }) => processes.some(({ pid }) => pids.has(pid)));
    const onGpu = gpuBytesOf(run.loadLines());
    return isNamed || onGpu > NOISE ? { gpus, pids, onGpu } : undefined;
  } catch (error) {
    signal.throwIfAborted();
    log.warn(`the memory of GPUs cannot be read: ${reasonOf(error)}`);
    return undefined;
  }
}

/** What a load takes on each GPU, as its log says, in the order of their names there. */
export const gpuBytesEach = (lines: readonly string[]): readonly number[] =>
  Object.entries(parseLoadLog(lines).devices)
    .filter(([device]) => !isHostDevice(device))
    .toSorted(([one], [other]) => one.localeCompare(other, "en", { numeric: true }))
    .map(([, { weights, kvCache, compute }]) => weights + kvCache + compute);

const gpuBytesOf = (lines: readonly string[]): number => gpuBytesEach(lines).reduce((all, one) => all + one, 0);

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
    // What was measured before the server was gone tells of it still.
    const now = await (gpu.now?.(signal) ?? gpu.read(signal));
    const judged = judgeMemory(before, last, now);
    if (judged === "back") return undefined;
    if (clock.now() >= until) return judged;
    last = now;
    await clock.sleep(LOOK, signal);
  }
}

/**
 * Where the driver named its processes: back when it names them no more. Where it did not: back when most of what its
 * log spoke of has been given back, or some of it has and it falls no more.
 */
export function judgeMemory(
  { gpus, pids, onGpu }: MemoryBefore,
  last: readonly GpuFacts[],
  now: readonly GpuFacts[],
): "back" | readonly GpuProcess[] {
  const held = now.flatMap(({ processes }) => processes.filter(({ pid }) => pids.has(pid)));
  if (held.length > 0) return held;
  if (gpus.some(({ processes }) => processes.some(({ pid }) => pids.has(pid)))) return "back";
  const fell = used(gpus) - used(now);
  const falls = used(last) - used(now) > NOISE;
  return fell >= onGpu * MOST || (fell > NOISE && !falls) ? "back" : [];
}

const used = (gpus: readonly GpuFacts[]): number => gpus.reduce((all, { memoryUsed }) => all + memoryUsed, 0);
