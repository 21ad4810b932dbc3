import type { MaintenanceParts } from "../parts.ts";
import { timeOf } from "../apply/take-all-back.ts";
import { reasonIn } from "../survey/disk-facts.ts";
import { pruneBackups } from "./backups.ts";
import { listBodies, removeBody } from "./bodies.ts";
import { eraseTrash } from "./trash.ts";

const DAY = 86_400_000;
/** How many rows go in one transaction. */
const AT_ONCE = 500;

/** What is older than the settings keep goes. Whether anything did; does not reject. */
export async function pruneAll(parts: MaintenanceParts, signal: AbortSignal): Promise<boolean> {
  const { settings, log } = parts;
  const quietly = (work: Promise<number>): Promise<number> =>
    work.catch((error: unknown) => {
      log.warn(`What is too old could not be tidied away: ${reasonIn(error)}`);
      return 0;
    });
  const backups = await quietly(pruneBackups(parts, settings.backups.keep));
  const history = await quietly(pruneHistory(parts));
  const trash = await quietly(pruneTrash(parts, signal));
  return backups + history + trash > 0;
}

async function pruneHistory(parts: MaintenanceParts): Promise<number> {
  const { registry, settings, clock } = parts;
  const { count, days } = settings.history.keep;
  const old = await registry.query(
    `SELECT id FROM (SELECT id, at, row_number() OVER (ORDER BY at DESC, id DESC) AS place FROM history)
     WHERE place > ? OR at < ? LIMIT ${AT_ONCE}`,
    [count, timeOf(clock.wall() - days * DAY)],
  );
  const ids = old.map((row) => String(row["id"]));
  if (ids.length > 0) await registry.commit(ids.map((key) => ({ table: "history", key, after: null })));
  // Bodies without a row too: of runs that were cut off before they came to pass.
  const listed = new Set((await registry.query("SELECT id FROM history")).map((row) => row["id"]));
  for (const id of await listBodies(parts)) if (!listed.has(id)) await removeBody(parts, id);
  return ids.length;
}

async function pruneTrash(parts: MaintenanceParts, signal: AbortSignal): Promise<number> {
  const { registry, settings, clock } = parts;
  const before = timeOf(clock.wall() - settings.trash.keep * DAY);
  const rows = await registry.query("SELECT id FROM trash WHERE at < ?", [before]);
  if (rows.length === 0) return 0;
  await eraseTrash(
    parts,
    rows.map((row) => String(row["id"])),
    signal,
  );
  return rows.length;
}
