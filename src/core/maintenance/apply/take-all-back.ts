import type { Edit } from "../../ports/database.ts";
import type { MaintenanceParts } from "../parts.ts";
import { reasonIn } from "../survey/disk-facts.ts";
import type { Deed } from "./deeds.ts";
import { isHidden, takeBack } from "./do-deeds.ts";
import { endJournal } from "./journal.ts";

type Parts = Pick<
  MaintenanceParts,
  "registry" | "files" | "look" | "moves" | "links" | "settings" | "log" | "clock" | "storage"
>;

/**
 * Takes back the deeds that were begun, the last one first, and ends the run. What must stay where it was put is listed
 * in the trash. Where a drive is not there the journal stays, for the next start. Does not reject.
 */
export async function takeAllBack(parts: Parts, id: string, begun: readonly Deed[]): Promise<void> {
  const { log, registry, clock } = parts;
  try {
    const edits: Edit[] = [];
    let offline = false;
    for (const [index, deed] of [...begun.entries()].toReversed()) {
      const result = await takeBack(parts, deed);
      if (result.kind === "offline") offline = true;
      if (result.kind !== "left") continue;
      const { from, to, bytes } = result.move;
      log.warn(`${from} could not be put back and lies in ${to}: ${result.reason}`);
      if (!isHidden(to)) continue;
      const after = { at: timeOf(clock.wall()), path: from, kept: to, size_bytes: bytes, history: null };
      edits.push({ table: "trash", key: `${id}-left-${index}`, after });
    }
    if (edits.length > 0) await registry.commit(edits);
    if (offline) log.warn(`${id} cannot be taken back before its drive is there again.`);
    else await endJournal(parts, id);
  } catch (error) {
    log.error(`${id} was not taken back as a whole, and will be at the next start: ${reasonIn(error)}`, error);
  }
}

export const timeOf = (wall: number): string => new Date(wall).toISOString();
