import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import type { ProcessTimes } from "../ports/process-times.ts";
import { parsePsTimes, statSeconds } from "../serving/metrics/cpu-times.ts";

/** By /proc on Linux; elsewhere a program is asked. */
export const processTimes = (platform: NodeJS.Platform = process.platform): ProcessTimes => ({
  cpuSeconds: async (pids, signal) => {
    if (pids.length === 0) return undefined;
    const times = platform === "linux" ? await fromProc(pids) : await told(platform, pids, signal);
    signal.throwIfAborted();
    return times.length === 0 ? undefined : times.reduce((sum, one) => sum + one, 0);
  },
});

async function fromProc(pids: readonly number[]): Promise<readonly number[]> {
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")));
  return stats.flatMap((stat) => statSeconds(stat) ?? []);
}

function told(platform: NodeJS.Platform, pids: readonly number[], signal: AbortSignal): Promise<readonly number[]> {
  const [program, args] =
    platform === "win32"
      ? [
          "powershell.exe",
          [
            "-NoProfile",
            "-NonInteractive",
            "-Command",
            `Get-Process -Id ${pids.join(",")} -ErrorAction SilentlyContinue | ForEach-Object { '0:' + [int]$_.CPU }`,
          ],
        ]
      : ["ps", ["-o", "time=", "-p", pids.join(",")]];
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 5000, windowsHide: true, signal }, (_error, stdout) =>
      resolve(parsePsTimes(stdout)),
    );
  });
}
