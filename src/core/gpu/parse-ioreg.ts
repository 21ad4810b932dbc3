import type { GpuFacts } from "../ports/gpu.ts";
import { type Bytes, bytes } from "../util/ids.ts";

/**
 * `ioreg -r -d 1 -w 0 -c IOAccelerator`: one block for each GPU. Apple's share the machine's memory, so what is in use
 * is what the GPU holds of it. AMD's in older Macs have memory of their own.
 * @param memory of the machine
 */
export function parseIoreg(output: string, memory: Bytes): readonly GpuFacts[] {
  return output
    .split(/^\+-o /m)
    .slice(1)
    .flatMap((block, index): readonly GpuFacts[] => {
      const statistics = /"PerformanceStatistics"\s*=\s*\{([^}]*)\}/.exec(block)?.[1];
      if (statistics === undefined) return [];
      const own = number(statistics, "vramUsedBytes");
      const used = own ?? number(statistics, "In use system memory");
      if (used === undefined) return [];
      const busy = number(statistics, "Device Utilization %") ?? number(statistics, "GPU Activity(%)");
      const free = own === undefined ? undefined : number(statistics, "vramFreeBytes");
      return [
        {
          uuid: `APPLE-${index}`,
          name: /"model"\s*=\s*(?:<)?"([^"]+)"/.exec(block)?.[1] ?? "Apple GPU",
          load: busy === undefined ? undefined : busy / 100,
          memoryUsed: bytes(used),
          memoryTotal: free === undefined ? memory : bytes(used + free),
          celsius: number(statistics, "Temperature(C)"),
          watts: number(statistics, "Total Power(W)"),
          processes: [],
        },
      ];
    });
}

const number = (statistics: string, name: string): number | undefined => {
  const at = statistics.indexOf(`"${name}"=`);
  const digits = at < 0 ? undefined : /^\d+/.exec(statistics.slice(at + name.length + 3))?.[0];
  return digits === undefined ? undefined : Number(digits);
};
