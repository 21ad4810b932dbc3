import { fault } from "../../util/faults.ts";
import { backOff } from "./back-off.ts";
import type { Fetching } from "./fetching.ts";
import { runLanes } from "./run-lanes.ts";

/**
 * Lanes until all bytes are there. Starts over are counted; bytes beyond the most there ever were forgive them, so that a
 * source that keeps starting over is given up and one that keeps breaking off is not.
 * @param whole the source sends no parts, as far as is known
 * @returns whether it sends none
 * @throws FaultError the last failure, when patience is at its end
 */
export async function fetchFile(given: Fetching, whole: boolean, signal: AbortSignal): Promise<boolean> {
  const { job, growing, patience, source } = given;
  if (growing.done() > 0 && !growing.resumable()) await growing.restart();
  let most = growing.done();
  let isWhole = whole;
  for (let restarts = 0; growing.done() < job.sizeBytes;) {
    signal.throwIfAborted();
    const again = await runLanes(given, isWhole, signal);
    isWhole = again.whole;
    if (!again.fault) continue;
    restarts = growing.done() > most ? 0 : restarts + 1;
    most = Math.max(most, growing.done());
    if (restarts >= patience.attempts) throw fault(again.fault);
    source.forget();
    await growing.restart();
    given.onBytes(0);
    await backOff(given, restarts, signal);
  }
  return isWhole;
}
