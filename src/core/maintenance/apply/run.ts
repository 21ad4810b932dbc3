import type { Edit } from "../../ports/database.ts";
import type { Applied, HistoryRow } from "../../protocol/maintenance.ts";
import { fault, isFault } from "../../util/faults.ts";
import { createBreath } from "../breath.ts";
import { isFinal } from "../inverse.ts";
import type { MaintenanceParts } from "../parts.ts";
import { type Step, rowEdit } from "../plan.ts";
import { type Slices, each, steadily } from "../slices.ts";
import { entriesOf, totalsOf } from "../plan-lines.ts";
import { removeBody, writeBody } from "../past/bodies.ts";
import { createBackup } from "../past/backups.ts";
import { reasonIn } from "../survey/disk-facts.ts";
import { readKeys } from "../survey/read-rows.ts";
import { checkSteps } from "./check-steps.ts";
import { type Deed, type Deeds, deedsOf } from "./deeds.ts";
import { doDeed, doLast, tidyTrash } from "./do-deeds.ts";
import { endJournal, journalBegun, writeJournal } from "./journal.ts";
import { takeAllBack, timeOf } from "./take-all-back.ts";
import { firstChangedRow, touchedBy } from "./touched.ts";

/** What is to be done, and what the history will say of it. */
export interface Run {
  readonly operation: HistoryRow["operation"];
  readonly title: string;
  readonly steps: readonly Step[];
  readonly backup: boolean;
  /** Where it takes another run back: that one, and the piece of history it belongs to. */
  readonly source?: RunSource;
}

export interface RunSource {
  readonly run: string;
  readonly origin: string;
  /** What becomes of the origin. */
  readonly state: HistoryRow["state"];
}

/**
 * Does all of it or nothing: disk first, each deed journaled before; then rows, trash and history in one transaction,
 * which decides; then what can never be taken back.
 * @param rows whether they were just found to be as the steps have them; the transaction compares them in any case
 */
export async function applyRun(
  parts: MaintenanceParts,
  run: Run,
  rows: "checked" | "unchecked",
  signal: AbortSignal,
): Promise<Applied> {
  const { random, registry } = parts;
  const id = random.id();
  const places = await checkSteps(parts, run.steps, signal);
  const changed = rows === "checked" ? undefined : await firstChangedRow(parts, run.steps);
  if (changed !== undefined) throw fault({ code: "stale", what: changed });
  const backup = run.backup ? await createBackup(parts, run.title) : undefined;
  const planned = deedsOf(id, run.steps, places);
  const deeds = { ...planned, deeds: await asFound(parts, planned.deeds) };
  signal.throwIfAborted();

  const hasDeeds = deeds.deeds.length + deeds.last.length > 0;
  if (hasDeeds) await writeJournal(parts, id, deeds);
  let begun = 0;
  try {
    for (const deed of deeds.deeds) {
      signal.throwIfAborted();
      await journalBegun(parts, id, begun + 1);
      begun += 1;
      await doDeed(parts, deed);
    }
    const touched = await touchedBy(parts.look, deeds.deeds, signal);
    const digest = await writeBody(parts, id, { schema: parts.schema, steps: run.steps, touched });
    const source = await sourceEdits(parts, id, run.source);
    await registry.commit(await steadily(editsOf(parts, id, run, deeds, digest, source), createBreath(parts.clock)));
  } catch (error) {
    await giveUp(parts, id, deeds.deeds.slice(0, begun));
    throw named(error);
  }
  if (hasDeeds) {
    await doAllLast(parts, id, run, deeds, signal);
    await endDone(parts, id);
  }
  return { historyId: id, ...(backup && { backup: backup.id }), totals: totalsOf(run.steps) };
}

/** Where the registry does not say whether the rows have changed, the next start asks it again. */
async function giveUp(parts: MaintenanceParts, id: string, begun: readonly Deed[]): Promise<void> {
  try {
    if (await isCommitted(parts, id)) return;
  } catch {
    parts.log.warn(`The registry does not answer; ${id} is finished or taken back at the next start.`);
    return;
  }
  await takeAllBack(parts, id, begun);
  await removeBody(parts, id);
}

export const isCommitted = async ({ registry }: Pick<MaintenanceParts, "registry">, id: string): Promise<boolean> =>
  (await registry.query("SELECT id FROM history WHERE id = ?", [id])).length > 0;

/** A folder that is there already is none of ours to make: it would go if the run were taken back. */
async function asFound({ look }: MaintenanceParts, deeds: readonly Deed[]): Promise<readonly Deed[]> {
  const kept: Deed[] = [];
  for (const deed of deeds) {
    const item = deed.kind === "move" ? undefined : await look.look(deed.path);
    if (deed.kind === "removeFolder" && item) kept.push({ ...deed, device: item.device });
    else if (deed.kind !== "makeFolder" || item === undefined) kept.push(deed);
  }
  return kept;
}

function* editsOf(
  { clock, schema }: MaintenanceParts,
  id: string,
  run: Run,
  { thrown, taken }: Deeds,
  digest: string,
  more: readonly Edit[],
): Slices<readonly Edit[]> {
  const at = timeOf(clock.wall());
  const { source } = run;
  const names = yield* entriesOf(run.steps);
  const totals = totalsOf(run.steps);
  yield;
  const history = {
    at,
    operation: run.operation,
    title: run.title,
    state: "done",
    schema,
    totals_json: JSON.stringify(totals),
    entries_json: JSON.stringify(names),
    after_digest: digest,
    undoable: run.steps.some(isFinal) ? 0 : 1,
    origin: source?.origin ?? null,
    run: null,
  };
  const edits: Edit[] = [];
  yield* each(run.steps, (step) => {
    if (step.kind === "row") edits.push(rowEdit(step));
  });
  edits.push(
    ...thrown.map(({ id: key, path, kept, bytes }) => ({
      table: "trash",
      key,
      after: { at, path, kept, size_bytes: bytes, history: id },
    })),
    ...taken.map((key) => ({ table: "trash", key, after: null })),
    { table: "history", key: id, after: history, basis: null },
    ...more,
  );
  return edits;
}

/** What was taken back is so from now on, and what holds now is this run. */
async function sourceEdits(
  { registry }: MaintenanceParts,
  id: string,
  source: RunSource | undefined,
): Promise<readonly Edit[]> {
  if (source === undefined) return [];
  const rows = await readKeys(registry, "history", [...new Set([source.run, source.origin])]);
  return [...rows].map(([key, row]) => ({
    table: "history",
    key,
    after: { ...row, ...(key === source.origin ? { state: source.state, run: id } : { state: "undone" }) },
    basis: row,
  }));
}

/** A server that refuses before anything is gone for good has all taken back; after that, the rest is still done. */
async function doAllLast(
  parts: MaintenanceParts,
  id: string,
  run: Run,
  { deeds, last }: Deeds,
  signal: AbortSignal,
): Promise<void> {
  let first: unknown;
  for (const [index, deed] of last.entries()) {
    try {
      await doLast(parts, deed, signal);
    } catch (error) {
      if (index === 0) {
        await takeRowsBack(parts, id, run);
        await takeAllBack(parts, id, deeds);
        throw named(error);
      }
      first ??= error;
    }
  }
  for (const deed of deeds) if (deed.kind === "move") await tidyTrash(parts, deed.from);
  if (first !== undefined) {
    await endDone(parts, id);
    throw named(first);
  }
}

/** All is done; a journal that stays is tidied away at the next start. */
const endDone = (parts: MaintenanceParts, id: string): Promise<void> =>
  endJournal(parts, id).catch((error: unknown) => parts.log.warn(`The journal of ${id} stays: ${reasonIn(error)}`));

async function takeRowsBack({ registry }: MaintenanceParts, id: string, { steps }: Run): Promise<void> {
  const thrown = await registry.query("SELECT id FROM trash WHERE history = ?", [id]);
  await registry.commit([
    ...steps
      .flatMap((step) => (step.kind === "row" ? [rowEdit({ ...step, before: step.after, after: step.before })] : []))
      .toReversed(),
    ...thrown.map((row) => ({ table: "trash", key: String(row["id"]), after: null })),
    { table: "history", key: id, after: null },
  ]);
}

/** The registry names a row by table and key; people know the entry. */
function named(error: unknown): unknown {
  if (!isFault(error, "stale")) return error;
  const what = error.fault.what.replace(/^(?:entries (?:curated|discovered):|files |characteristics )/, "");
  return what === error.fault.what ? error : fault({ ...error.fault, what }, error);
}
