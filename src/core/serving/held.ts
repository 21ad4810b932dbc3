import type { GpuFacts, GpuProbe } from "../ports/gpu.ts";
import type { MachineMemory } from "../ports/memory.ts";
import { bytes } from "../util/ids.ts";
import { gpuBytesOf } from "./memory-back.ts";
import type { Run } from "./run.ts";

/** What a server has in memory, as far as it can be told. */
export interface Held {
  readonly pids: ReadonlySet<number>;
  /** Bytes on all GPUs, as its log says. */
  readonly onGpu: number;
  /** Bytes, mapped files included. */
  readonly resident: number;
}

export async function heldBy(run: Run, signal: AbortSignal): Promise<Held> {
  const [pids, resident] = await Promise.all([run.server.processes(signal), run.server.memory(signal)]);
  return { pids: new Set(pids), onGpu: gpuBytesOf(run.loadLines()), resident: resident ?? 0 };
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

/**
 * By what the driver says of its processes. Where it does not name them, what its log spoke of is taken from all cards in
 * proportion to what is used of each.
 */
function gpusWithout({ pids, onGpu }: Held, gpus: readonly GpuFacts[]): readonly GpuFacts[] {
  const told = gpus.map(({ processes }) =>
    processes.filter(({ pid }) => pids.has(pid)).reduce((all, { memory }) => all + (memory ?? 0), 0),
  );
  const used = gpus.reduce((all, { memoryUsed }) => all + memoryUsed, 0);
  const isTold = told.some((held) => held > 0);
  return gpus.map((one, index) => {
    const held = isTold ? (told[index] ?? 0) : used === 0 ? 0 : (onGpu * one.memoryUsed) / used;
    return { ...one, memoryUsed: bytes(Math.max(0, Math.round(one.memoryUsed - held))) };
  });
}
