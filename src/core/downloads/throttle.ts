import type { Clock } from "../ports/clock.ts";
import type { TransferProgress } from "./transfers.ts";

/** Milliseconds between two reports of one kind: four a second. */
export const REPORT_EVERY = 250;

/** Lets a change of phase, a wait and a step back through at once, and mere bytes four times a second. */
export function createThrottle(
  clock: Clock,
  report: (progress: TransferProgress) => void,
): (progress: TransferProgress) => void {
  let last: TransferProgress | undefined;
  let at = 0;
  return (progress) => {
    const news =
      last === undefined ||
      last.phase !== progress.phase ||
      last.waiting?.code !== progress.waiting?.code ||
      progress.doneBytes < last.doneBytes;
    if (!news && clock.now() - at < REPORT_EVERY) return;
    last = progress;
    at = clock.now();
    report(progress);
  };
}
