import { readFileSync } from "node:fs";

/**
 * How many processes the kernel has ended for want of memory since it started, in containers too; undefined where it does
 * not tell, as anywhere but on Linux.
 */
export function oomKills(): number | undefined {
  try {
    const told = /^oom_kill (\d+)$/m.exec(readFileSync("/proc/vmstat", "utf8"))?.[1];
    return told === undefined ? undefined : Number(told);
  } catch {
    return undefined;
  }
}
