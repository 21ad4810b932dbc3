import { spawn } from "node:child_process";
import type { GpuProbe } from "../ports/gpu.ts";
import { parseNvidiaSmi } from "../gpu/parse-nvidia-smi.ts";

const FIELDS = "uuid,name,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw";
/** nvidia-smi answers in some 50 ms; a driver in trouble may hang it for ever. */
const PATIENCE_MS = 3000;

/**
 * Asks nvidia-smi. Where there is none, that is remembered and nothing is started again.
 * @param program for tests: another program that prints the same
 */
export function nvidiaSmi(program = "nvidia-smi"): GpuProbe {
  let absent = false;
  return {
    read: async (signal) => {
      if (absent) return [];
      const output = await ask(program, signal);
      if (output === undefined) absent = true;
      return parseNvidiaSmi(output ?? "");
    },
  } satisfies GpuProbe;
}

/** What it printed; undefined where the program is not there or finds no driver. */
function ask(program: string, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [`--query-gpu=${FIELDS}`, "--format=csv,noheader,nounits"], {
      stdio: ["ignore", "pipe", "ignore"],
      signal,
      timeout: PATIENCE_MS,
      windowsHide: true,
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.on("error", (error) => (signal.aborted ? reject(error) : resolve(undefined)));
    child.on("close", (code, killedBy) => {
      // A time-out says nothing about the next time.
      resolve(killedBy === null && code !== 0 ? undefined : output);
    });
  });
}
