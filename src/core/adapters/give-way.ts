import os from "node:os";

/** The most that Linux knows. */
const LEAST = 19;

/**
 * Lets this thread go after others where all cores are at work: by so many steps of niceness below what it has, which is
 * more than none where the editor itself was started so. A step up again would be refused, or taken from others. Linux
 * alone has a niceness for each thread; elsewhere it is the process's, which is the editor's.
 */
export function giveWay(by: number): void {
  if (process.platform !== "linux") return;
  try {
    os.setPriority(0, Math.min(LEAST, os.getPriority(0) + by));
  } catch {
    // It goes without.
  }
}
