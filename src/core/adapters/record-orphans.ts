import { findStarted } from "./find-started.ts";
import { startMark } from "./process-identity.ts";
import type { ProcessRecords } from "./process-records.ts";

/** Milliseconds that a process which is not there yet is given to appear: its starter may have been killed a moment ago. */
const NEWBORN = 10_000;

/**
 * Writes down what an earlier run started and could not; of what it did not start nothing stays.
 * @param starting ids whose start is under way here
 */
export async function recordOrphans(
  records: ProcessRecords,
  starting: ReadonlySet<string>,
  fence: () => void,
): Promise<void> {
  for (const intent of await records.intents()) {
    const { id, port, labels, log, startedAt } = intent;
    if (starting.has(id)) continue;
    const pid = await findStarted(intent);
    const mark = pid === undefined ? undefined : await startMark(pid);
    // A number may be another's by the time its mark was read: then it is not found again.
    const isSame = mark !== undefined && (await findStarted(intent)) === pid;
    fence();
    if (pid !== undefined && mark !== undefined && isSame)
      await records.write({ id, port, labels, log, startedAt, pid, mark });
    else if (Date.now() - startedAt > NEWBORN) await records.remove(id);
  }
}
