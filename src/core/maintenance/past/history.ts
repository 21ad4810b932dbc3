import type { Row } from "../../ports/database.ts";
import { type HistoryRow, type PlanTotals, operations } from "../../protocol/maintenance.ts";
import { json, number, oneOf, text } from "../../registry/columns.ts";
import { fault } from "../../util/faults.ts";
import type { MaintenanceParts } from "../parts.ts";
import { isDigestOfToday, listBodies } from "./bodies.ts";

type Parts = Pick<MaintenanceParts, "registry" | "archives" | "files" | "storage" | "schema">;

const kinds: readonly HistoryRow["operation"][] = [
  ...operations,
  "undo",
  "redo",
  "restoreBackup",
  "edit",
  "promote",
  "import",
];

const COLUMNS = "id, at, operation, title, state, schema, totals_json, after_digest, undoable, origin, run";

/** Newest first. @param entry only what touched it */
export async function listHistory(parts: Parts, entry: string | undefined): Promise<readonly HistoryRow[]> {
  const all = await readPast(parts);
  const rows = entry === undefined ? all : await touching(parts, all, entry);
  const bodies = await listBodies(parts);
  const trashed = await inTrash(parts);
  const byId = new Map(all.map((one) => [one.id, one]));
  return rows.map((one) => {
    const blocked = whyBlocked(one, { byId, bodies, trashed, schema: parts.schema });
    const { id, at, operation, title, totals, state } = one;
    return { id, at, operation, title, totals, state, ...(blocked !== undefined && { blocked }) };
  });
}

/** A row of the history with what ties it to others. */
export interface Past extends Omit<HistoryRow, "blocked"> {
  readonly schema: number;
  readonly undoable: boolean;
  readonly afterDigest: string | undefined;
  /** Of an undo or a redo: what it is of. */
  readonly origin: string | undefined;
  /** Of what was undone or redone: the last time it was. */
  readonly run: string | undefined;
}

/** @throws FaultError `notFound` */
export async function readOne({ registry }: Pick<Parts, "registry">, id: string): Promise<Past> {
  const [row] = await registry.query(`SELECT ${COLUMNS} FROM history WHERE id = ?`, [id]);
  if (row === undefined) throw fault({ code: "notFound", what: "history", name: id });
  return pastOf(row);
}

async function readPast({ registry }: Parts): Promise<readonly Past[]> {
  return (await registry.query(`SELECT ${COLUMNS} FROM history ORDER BY at DESC, id DESC`)).map(pastOf);
}

async function touching({ registry }: Parts, all: readonly Past[], entry: string): Promise<readonly Past[]> {
  const rows = await registry.query(
    "SELECT id FROM history WHERE EXISTS (SELECT 1 FROM json_each(entries_json) WHERE value = ?)",
    [entry],
  );
  const ids = new Set(rows.map((row) => row["id"]));
  return all.filter(({ id }) => ids.has(id));
}

/** How much each run still has in the trash. */
async function inTrash({ registry }: Parts): Promise<ReadonlyMap<string, number>> {
  const rows = await registry.query(
    "SELECT history, count(*) AS n FROM trash WHERE history IS NOT NULL GROUP BY history",
  );
  return new Map(rows.map((row) => [String(row["history"]), number(row, "n") ?? 0]));
}

interface Around {
  readonly byId: ReadonlyMap<string, Past>;
  readonly bodies: ReadonlySet<string>;
  readonly trashed: ReadonlyMap<string, number>;
  readonly schema: number;
}

/** Why it can be neither undone nor redone; what lies on the disk is looked at when it is asked for. */
function whyBlocked(one: Past, { byId, bodies, trashed, schema }: Around): string | undefined {
  const origin = byId.get(one.origin ?? one.id);
  const run = origin && byId.get(origin.run ?? origin.id);
  if (run === undefined || (one.origin !== undefined && run.id !== one.id)) return "something was done with it since";
  if (!run.undoable) return "a part of it was for good";
  if (run.schema !== schema || !isDigestOfToday(run.afterDigest)) return "it was done before an update of Model Deck";
  if (!bodies.has(run.id)) return "its steps are not kept any more";
  if ((trashed.get(run.id) ?? 0) < run.totals.files) return "its files are not in the trash any more";
  return undefined;
}

function pastOf(row: Row): Past {
  return {
    id: text(row, "id") ?? "",
    at: text(row, "at") ?? "",
    operation: oneOf(row, "operation", kinds) ?? "edit",
    title: text(row, "title") ?? "",
    totals: totalsIn(row),
    state: row["state"] === "undone" ? "undone" : "done",
    schema: number(row, "schema") ?? 0,
    undoable: row["undoable"] === 1,
    afterDigest: text(row, "after_digest"),
    origin: text(row, "origin"),
    run: text(row, "run"),
  };
}

function totalsIn(row: Row): PlanTotals {
  const told = json(row, "totals_json");
  const given: ReadonlyMap<string, unknown> = new Map(
    typeof told === "object" && told !== null ? Object.entries(told) : [],
  );
  const count = (name: keyof PlanTotals): number => {
    const value = given.get(name);
    return typeof value === "number" ? value : 0;
  };
  return {
    added: count("added"),
    changed: count("changed"),
    removed: count("removed"),
    files: count("files"),
    freedBytes: count("freedBytes"),
    trashedBytes: count("trashedBytes"),
    steps: count("steps"),
  };
}
