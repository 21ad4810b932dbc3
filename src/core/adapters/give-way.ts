import os from "node:os";

/**
 * Lets the process's other threads go first where all cores are at work; a thread calls it for itself.
 *
 * Linux alone has a niceness for each thread. Elsewhere it is the process's, which is the editor's, and nothing is done.
 * @param nice 0 to 19, as of nice(2), beyond that of the process's first thread, whoever started this one
 */
export function giveWay(nice: number): void {
  if (process.platform !== "linux") return;
  try {
    os.setPriority(0, Math.min(19, os.getPriority(process.pid) + nice));
  } catch {
    // It goes without.
  }
}
