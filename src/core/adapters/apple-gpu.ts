import { execFile } from "node:child_process";
import os from "node:os";
import type { GpuProbe } from "../ports/gpu.ts";
import { parseIoreg } from "../gpu/parse-ioreg.ts";
import { bytes } from "../util/ids.ts";

const ARGS = ["-r", "-d", "1", "-w", "0", "-c", "IOAccelerator"];
const PATIENCE_MS = 3000;

/** Apple's own GPUs, as the registry of devices tells; a start of some 10 ms each time. */
export const appleGpus = (program = "/usr/sbin/ioreg"): GpuProbe => ({
  read: (signal) =>
    new Promise((resolve, reject) => {
      execFile(program, ARGS, { timeout: PATIENCE_MS, maxBuffer: 8 * 2 ** 20, signal }, (error, stdout) => {
        if (signal.aborted) reject(signal.reason);
        else resolve(error ? [] : parseIoreg(stdout, bytes(os.totalmem())));
      });
    }),
});
