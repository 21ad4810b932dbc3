import type { GpuFacts, GpuProcess } from "../ports/gpu.ts";

/** A server of ours with the numbers of its processes. */
export interface ServerProcesses {
  readonly server: string;
  readonly title: string;
  readonly pids: readonly number[];
}

/** A process on a GPU; `server` where it is one of ours. */
export type MemoryHolder = GpuProcess & { readonly server?: string; readonly title?: string };

/** What holds the memory of a GPU, the largest first; what does not tell how much comes last. */
export function memoryHolders(gpu: GpuFacts, servers: readonly ServerProcesses[]): readonly MemoryHolder[] {
  return gpu.processes
    .map((process) => {
      const ours = servers.find(({ pids }) => pids.includes(process.pid));
      return ours ? { ...process, server: ours.server, title: ours.title } : process;
    })
    .toSorted((one, other) => (other.memory ?? -1) - (one.memory ?? -1));
}
