import type { GpuFacts, GpuProcess } from "../ports/gpu.ts";
import { bytes } from "../util/ids.ts";

/** What one card says of itself; who holds its memory is asked apart. */
export type GpuReading = Omit<GpuFacts, "processes"> & {
  /** It has no memory of its own, but the machine's; what it says of memory is 0 then. */
  readonly sharesMemory?: true;
};

/** Of `--query-gpu`, with `--format=csv,noheader,nounits`. `count` is the number of cards, so of lines in a round. */
export const gpuFields = "uuid,name,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw,count";
/** Of `--query-compute-apps`; the name is last, as a path may hold commas. */
export const processFields = "gpu_uuid,pid,used_memory,process_name";

/** What a card has not; one that has it and cannot tell says otherwise, as `[GPU is lost]`. */
const NOTHING = /^\[(N\/A|Not Supported)\]$/i;

/** Percent, MiB, °C, W; what a card does not tell is `[N/A]` or `[Not Supported]`. */
export function parseNvidiaSmi(output: string): readonly GpuReading[] {
  return output.split(/\r?\n/).flatMap((line) => parseGpuLine(line)?.gpu ?? []);
}

/** @returns the card and how many there are, where it tells; undefined for what is no card's line */
export function parseGpuLine(
  line: string,
): { readonly gpu: GpuReading; readonly count: number | undefined } | undefined {
  const [uuid = "", name = "", load, used, total, celsius, ...rest] = line.split(",").map((cell) => cell.trim());
  // Some systems write a comma in a number; only the power has a fraction.
  const [count, watts] = [rest.at(-1), rest.slice(0, -1).join(".")];
  const sharesMemory = total !== undefined && NOTHING.test(total);
  const memoryTotal = sharesMemory ? 0 : number(total);
  if (!uuid.startsWith("GPU-") || memoryTotal === undefined) return undefined;
  const percent = number(load);
  const gpu: GpuReading = {
    uuid,
    name,
    load: percent === undefined ? undefined : percent / 100,
    memoryUsed: mebibytes(number(used) ?? 0),
    memoryTotal: mebibytes(memoryTotal),
    celsius: number(celsius),
    watts: number(watts),
    ...(sharesMemory ? { sharesMemory } : {}),
  };
  return { gpu, count: number(count) };
}

/**
 * By the card's uuid, the largest first; a process counts once on a card, and a part of a card as the card where its
 * name says which that is. Where a process is another namespace's, it has a number and no name.
 */
export function parseNvidiaProcesses(output: string): ReadonlyMap<string, readonly GpuProcess[]> {
  const found = new Map<string, GpuProcess[]>();
  for (const line of output.split(/\r?\n/)) {
    const [, uuid, pid, memory, name] =
      /^\s*(?:MIG-)?(GPU-[^,/\s]+)[^,]*,\s*(\d+)\s*,([^,]*),\s*(.*?)\s*$/.exec(line) ?? [];
    if (uuid === undefined || name === undefined) continue;
    const held = number(memory?.trim());
    const processes = found.get(uuid) ?? [];
    const before = processes.findIndex((one) => one.pid === Number(pid));
    const known = before < 0 ? undefined : processes[before]?.memory;
    const process = {
      pid: Number(pid),
      name: /^\[.*\]$/.test(name) ? String(pid) : name,
      memory: held === undefined ? known : bytes(mebibytes(held) + (known ?? 0)),
    };
    processes.splice(before < 0 ? processes.length : before, 1, process);
    found.set(uuid, processes);
  }
  for (const processes of found.values()) processes.sort((one, other) => (other.memory ?? 0) - (one.memory ?? 0));
  return found;
}

const mebibytes = (count: number): ReturnType<typeof bytes> => bytes(count * 2 ** 20);

const number = (cell: string | undefined): number | undefined =>
  cell !== undefined && /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : undefined;
