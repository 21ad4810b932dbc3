import type { GpuFacts, GpuProbe } from "../ports/gpu.ts";
import type { MachineMemory } from "../ports/memory.ts";
import { bytes } from "../util/ids.ts";
import { gpuBytesEach } from "./memory-back.ts";
import type { Run } from "./run.ts";

/** What a server has in memory, as far as it can be told. */
export interface Held {
  readonly pids: ReadonlySet<number>;
  /** Bytes on each GPU it uses, as its log says; which GPUs that are it does not say in our words. */
  readonly onGpus: readonly number[];
  /** Bytes that the machine does not count as free as long as it runs. */
  readonly resident: number;
}

/** undefined for one on another machine: here nothing comes free when it ends. */
export async function heldBy(
  { server, loadLines }: Pick<Run, "server" | "loadLines">,
  signal: AbortSignal,
): Promise<Held | undefined> {
  if (server.host !== undefined) return undefined;
  const [pids, resident] = await Promise.all([
    server.processes(signal),
    server.releases ? server.releases(signal) : server.memory(signal),
  ]);
  return { pids: new Set(pids), onGpus: gpuBytesEach(loadLines()), resident: resident ?? 0 };
}

interface Room {
  readonly gpu: GpuProbe;
  readonly memory: MachineMemory;
}

/** The machine as it is once that server is gone: what others hold stays held. */
export const without = (held: Held | undefined, { gpu, memory }: Room): Room =>
  held === undefined
    ? { gpu, memory }
    : {
        gpu: { read: async (signal) => gpusWithout(held, await gpu.read(signal)) },
        memory: {
          read: () => {
            const { total, free } = memory.read();
            return { total, free: bytes(Math.min(total, free + held.resident)) };
          },
        },
      };

function gpusWithout(held: Held, gpus: readonly GpuFacts[]): readonly GpuFacts[] {
  const freed = freedOn(held, gpus);
  return gpus.map((one, index) => ({
    ...one,
    memoryUsed: bytes(Math.max(0, Math.round(one.memoryUsed - (freed[index] ?? 0)))),
  }));
}

/**
 * By what the driver says of its processes. Where it does not name them, by its log, as far as that leaves no doubt which
 * card is meant; what may as well be another program's stays held.
 */
function freedOn({ pids, onGpus }: Held, gpus: readonly GpuFacts[]): readonly number[] {
  const told = gpus.map(({ processes }) =>
    processes.filter(({ pid }) => pids.has(pid)).reduce((all, { memory }) => all + (memory ?? 0), 0),
  );
  if (told.some((each) => each > 0)) return told;
  const holds = ({ memoryUsed }: GpuFacts, of: number): boolean => memoryUsed >= of;
  if (gpus.length === onGpus.length && gpus.every((gpu, index) => gpus.length === 1 || holds(gpu, onGpus[index] ?? 0)))
    return onGpus;
  const [only = 0, ...more] = onGpus;
  const names = ({ processes }: GpuFacts): boolean => processes.some(({ pid }) => pids.has(pid));
  const isNamed = gpus.some(names);
  const candidates = gpus.filter((gpu) => holds(gpu, only) && (!isNamed || names(gpu)));
  return gpus.map((gpu) => (more.length === 0 && candidates.length === 1 && candidates[0] === gpu ? only : 0));
}
