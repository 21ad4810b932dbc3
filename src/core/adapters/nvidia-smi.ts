import { execFile } from "node:child_process";
import type { GpuFacts, GpuProbe, GpuProcess } from "../ports/gpu.ts";
import {
  type GpuReading,
  gpuFields,
  parseNvidiaProcesses,
  parseNvidiaSmi,
  processFields,
} from "../gpu/parse-nvidia-smi.ts";
import { bytes } from "../util/ids.ts";
import { machineMemory } from "./machine-memory.ts";
import { type NvidiaStream, inEnglish, nvidiaStream } from "./nvidia-stream.ts";

/** Who holds memory changes seldom, and asking is a process. */
const PROCESSES_AGE_MS = 5000;
/** nvidia-smi answers in some 50 ms; a driver in trouble may hang it for ever. */
const PATIENCE_MS = 3000;

/**
 * Asks nvidia-smi: one that goes on printing while it is read again and again, and ends when nobody does. Where there is
 * none, that is remembered and nothing is started again.
 * @param program for tests: another program that prints the same. @param patience for tests: milliseconds
 */
export function nvidiaSmi(
  program = "nvidia-smi",
  stream: NvidiaStream = nvidiaStream(program),
  patience = PATIENCE_MS,
): GpuProbe {
  let processes: Holders = new Map();
  let askedAt = -Infinity;
  let asking: Promise<Holders> | undefined;
  const query = (what: string): Promise<string> => said(program, what, patience);
  /** Never rejects; what could not be told last stands no longer, and the last one that asked is right. */
  const ask = async (): Promise<Holders> => {
    const own = performance.now();
    askedAt = own;
    const told = parseNvidiaProcesses(await query(`--query-compute-apps=${processFields}`));
    if (askedAt === own) processes = told;
    return told;
  };
  return {
    read: async (signal) => {
      const round = await stream.next(signal);
      if (round.length === 0) return [];
      if (performance.now() - askedAt > PROCESSES_AGE_MS) asking ??= ask().finally(() => (asking = undefined));
      await asking;
      signal.throwIfAborted();
      return held(round, processes);
    },
    now: async (signal) => {
      const [gpus, holders] = await Promise.all([query(`--query-gpu=${gpuFields}`), ask()]);
      signal.throwIfAborted();
      return held(parseNvidiaSmi(gpus), holders);
    },
  };
}

type Holders = ReadonlyMap<string, readonly GpuProcess[]>;

const held = (gpus: readonly GpuReading[], holders: Holders): readonly GpuFacts[] =>
  gpus.map(({ sharesMemory, ...gpu }) => ({
    ...gpu,
    ...(sharesMemory ? sharedMemory() : {}),
    processes: holders.get(gpu.uuid) ?? [],
  }));

/** What others have of it is as good as taken for the GPU, too. */
function sharedMemory(): Pick<GpuFacts, "memoryUsed" | "memoryTotal"> {
  const { total, free } = machineMemory.read();
  return { memoryTotal: total, memoryUsed: bytes(Math.max(0, total - free)) };
}

/** What it prints; nothing where it fails. */
const said = (program: string, what: string, patience: number): Promise<string> =>
  new Promise((resolve) => {
    const args = [what, "--format=csv,noheader,nounits"];
    execFile(program, args, { timeout: patience, windowsHide: true, env: inEnglish() }, (error, stdout) =>
      resolve(error ? "" : stdout),
    );
  });
