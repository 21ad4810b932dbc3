import type { GpuFacts } from "../ports/gpu.ts";
import { bytes } from "../util/ids.ts";

/**
 * Lines of `--query-gpu=uuid,name,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw`
 * `--format=csv,noheader,nounits`: percent, MiB, °C, W; what a card does not tell is `[N/A]` or `[Not Supported]`.
 */
export function parseNvidiaSmi(output: string): readonly GpuFacts[] {
  const gpus: GpuFacts[] = [];
  for (const line of output.split(/\r?\n/)) {
    const [uuid = "", name = "", load, used, total, celsius, watts] = line.split(",").map((cell) => cell.trim());
    const memoryTotal = number(total);
    if (!uuid.startsWith("GPU-") || memoryTotal === undefined) continue;
    const percent = number(load);
    gpus.push({
      uuid,
      name,
      load: percent === undefined ? undefined : percent / 100,
      memoryUsed: bytes((number(used) ?? 0) * 2 ** 20),
      memoryTotal: bytes(memoryTotal * 2 ** 20),
      celsius: number(celsius),
      watts: number(watts),
    });
  }
  return gpus;
}

const number = (cell: string | undefined): number | undefined =>
  cell !== undefined && /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : undefined;
