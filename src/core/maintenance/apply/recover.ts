import type { MaintenanceParts } from "../parts.ts";
import { reasonIn } from "../survey/disk-facts.ts";
import { doLast, tidyTrash } from "./do-deeds.ts";
import { endJournal, openJournals, readJournal } from "./journal.ts";
import { isCommitted } from "./run.ts";
import { takeAllBack } from "./take-all-back.ts";

/** Whether the rows have changed decides whether a run that was cut off is finished or taken back. Does not reject. */
export async function recoverRuns(parts: MaintenanceParts): Promise<void> {
  const { log } = parts;
  try {
    for (const id of await openJournals(parts)) await recoverRun(parts, id);
  } catch (error) {
    log.error(`What was cut off could not be looked at: ${reasonIn(error)}`, error);
  }
}

async function recoverRun(parts: MaintenanceParts, id: string): Promise<void> {
  const { log } = parts;
  const record = await readJournal(parts, id);
  if (record === undefined) {
    log.warn(`The journal of ${id} makes no sense; nothing was done by it.`);
    return endJournal(parts, id);
  }
  if (!(await isCommitted(parts, id))) {
    log.info(`${id} was cut off, and is taken back.`);
    return takeAllBack(parts, id, record.deeds.slice(0, record.begun));
  }
  log.info(`${id} was cut off, and is finished.`);
  for (const deed of record.last)
    await doLast(parts, deed, new AbortController().signal).catch((error: unknown) =>
      log.warn(`${JSON.stringify(deed)} is left undone: ${reasonIn(error)}`),
    );
  for (const deed of record.deeds) if (deed.kind === "move") await tidyTrash(parts, deed.from);
  await endJournal(parts, id);
}
