import * as v from "valibot";
import type { Row } from "../../ports/database.ts";
import type { BackupRow } from "../../protocol/maintenance.ts";
import { text } from "../../registry/columns.ts";
import { fault } from "../../util/faults.ts";
import { timeOf } from "../apply/take-all-back.ts";
import { createBreath } from "../breath.ts";
import type { MaintenanceParts } from "../parts.ts";
import { parseStored, rowSchema } from "../stored.ts";
import { type Collected, collectionTables, pagesOf, readTable } from "../survey/read-rows.ts";

export type BackupParts = Pick<
  MaintenanceParts,
  "registry" | "archives" | "files" | "digest" | "storage" | "schema" | "clock"
>;

const SUFFIX = ".json.gz";

/** The first line of a backup; the rows are the second. */
const headSchema = v.object({
  format: v.number(),
  schema: v.number(),
  at: v.string(),
  entries: v.number(),
  before: v.exactOptional(v.string()),
  /** Of the second line. */
  sha256: v.string(),
});
const rowsSchema = v.strictObject({
  entries: v.array(rowSchema),
  files: v.array(rowSchema),
  characteristics: v.array(rowSchema),
  /** Absent in backups of before there were any. */
  shapes: v.optional(v.array(rowSchema)),
});
const FORMAT = 1;

const folderOf = ({ storage }: Pick<BackupParts, "storage">): string => `${storage}/backups`;
const fileOf = (parts: Pick<BackupParts, "storage">, id: string): string => `${folderOf(parts)}/${id}${SUFFIX}`;

/** @param before what it is made before; undefined where a person makes it */
export async function createBackup(
  parts: BackupParts & Pick<MaintenanceParts, "random">,
  before: string | undefined,
): Promise<BackupRow> {
  const { pieces, sum, entries } = await writtenRows(parts);
  const at = timeOf(parts.clock.wall());
  const id = `${at.replaceAll(/[:.]/g, "-")}-${parts.random.id().slice(0, 8)}`;
  const head = { format: FORMAT, schema: parts.schema, at, entries, ...(before !== undefined && { before }) };
  const first = `${JSON.stringify({ ...head, sha256: sum })}\n`;
  const sizeBytes = await parts.archives.write(fileOf(parts, id), inTurn([first, ...pieces]));
  return { id, at, sizeBytes, entries, ...(before !== undefined && { before }) };
}

/** Of a backup's text. */
const PIECE = 2 ** 18;

/** The second line of a backup in pieces, as many rows at a time as leave the loop free. */
async function writtenRows(
  parts: BackupParts,
): Promise<{ readonly pieces: readonly string[]; readonly sum: string; readonly entries: number }> {
  const breath = createBreath(parts.clock);
  const sum = parts.digest("sha256");
  const encoder = new TextEncoder();
  const pieces: string[] = [];
  let held: string[] = [];
  let [length, entries] = [0, 0];
  const flush = (): void => {
    const piece = held.join("");
    sum.update(encoder.encode(piece));
    pieces.push(piece);
    [held, length] = [[], 0];
  };
  const write = (text: string): void => {
    held.push(text);
    length += text.length;
    if (length >= PIECE) flush();
  };
  for (const [index, table] of collectionTables.entries()) {
    write(`${index === 0 ? "{" : ","}"${table}":[`);
    let before = "";
    for await (const page of pagesOf(parts.registry, table)) {
      if (table === "entries") entries += page.length;
      for (const row of page) {
        write(before + JSON.stringify(row));
        before = ",";
      }
      if (breath.isDue()) await breath.take();
    }
    write("]");
  }
  write("}");
  flush();
  return { pieces, sum: sum.hex(), entries };
}

async function* inTurn(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

/** Newest first; one that is damaged is listed too. */
export async function listBackups(parts: BackupParts): Promise<readonly BackupRow[]> {
  const items = (await parts.files.list(folderOf(parts))) ?? [];
  const ids = items.flatMap(({ name, kind }) =>
    kind === "file" && name.endsWith(SUFFIX) && !name.startsWith(".") ? [name.slice(0, -SUFFIX.length)] : [],
  );
  const rows: BackupRow[] = [];
  // The time leads the name.
  for (const id of ids.toSorted().toReversed()) rows.push(await rowOf(parts, id));
  return rows;
}

async function rowOf(parts: BackupParts, id: string): Promise<BackupRow> {
  const found = await parts.archives.head(fileOf(parts, id)).catch(() => undefined);
  const head = found && parseStored(headSchema, found.line);
  if (found === undefined || head === undefined)
    return { id, at: timeIn(id), sizeBytes: found?.bytes ?? 0, entries: 0, blocked: "it is damaged" };
  const { at, entries, before } = head;
  const blocked = head.schema > parts.schema || head.format > FORMAT ? NEWER : undefined;
  return {
    id,
    at,
    sizeBytes: found.bytes,
    entries,
    ...(before !== undefined && { before }),
    ...(blocked && { blocked }),
  };
}

const NEWER = "a newer version of Model Deck made it";

/** `2026-01-01T00-00-00-000Z-…` → its time; the first of all where it has none. */
const timeIn = (id: string): string => {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3}Z)/.exec(id);
  return parts ? `${parts[1]}:${parts[2]}:${parts[3]}.${parts[4]}` : timeOf(0);
};

/** @throws FaultError `notFound`, `versionSkew` for one that a newer version made, `formatInvalid` for a damaged one */
export async function readBackup(parts: BackupParts, id: string): Promise<Collected> {
  const file = fileOf(parts, id);
  const content = /^[\w-]+$/.test(id) ? await parts.archives.read(file) : undefined;
  if (content === undefined) throw fault({ code: "notFound", what: "backup", name: id });
  const end = content.indexOf("\n");
  const head = parseStored(headSchema, content.slice(0, end));
  if (head === undefined) throw damaged(file, "it is no backup");
  if (head.schema > parts.schema || head.format > FORMAT)
    throw fault({ code: "versionSkew", ours: `registry ${parts.schema}`, theirs: `registry ${head.schema}` });
  const body = content.slice(end + 1);
  if (sumOf(parts, body) !== head.sha256) throw damaged(file, "its rows are not those it was made with");
  const rows = parseStored(rowsSchema, body);
  if (rows === undefined) throw damaged(file, "its rows make no sense");
  const whole = { ...rows, shapes: rows.shapes ?? (await shapesOf(parts, rows.entries)) };
  return head.schema < parts.schema ? withDefaults(parts, whole) : whole;
}

/** The newest one that can be read and holds entries of Ollama. */
export async function newestOllama(parts: BackupParts): Promise<Collected | undefined> {
  for (const { id, blocked } of await listBackups(parts)) {
    if (blocked !== undefined) continue;
    const rows = await readBackup(parts, id).catch(() => undefined);
    if (rows?.entries.some((row) => text(row, "backend") === "ollama") === true) return rows;
  }
  return undefined;
}

/** What is known now of the entries of a backup that is older than shapes. */
async function shapesOf({ registry }: BackupParts, entries: readonly Row[]): Promise<readonly Row[]> {
  const names = new Set(entries.map((row) => row["name"]));
  return (await readTable(registry, "shapes")).filter((row) => names.has(row["entry"] ?? null));
}

/** Columns that came after the backup, as the migration gave them to the rows there were. */
async function withDefaults({ registry }: BackupParts, rows: Collected): Promise<Collected> {
  const complete = async (table: keyof Collected): Promise<readonly Row[]> => {
    const columns = await registry.query("SELECT name, dflt_value FROM pragma_table_info(?)", [table]);
    const defaults = Object.fromEntries(
      columns.map((column) => [String(column["name"]), literal(text(column, "dflt_value"))]),
    );
    return rows[table].map((row) => ({ ...defaults, ...row }));
  };
  return {
    entries: await complete("entries"),
    files: await complete("files"),
    characteristics: await complete("characteristics"),
    shapes: await complete("shapes"),
  };
}

/** As SQL writes it. */
const literal = (written: string | undefined): string | number | null => {
  if (written === undefined || written.toUpperCase() === "NULL") return null;
  if (written.startsWith("'")) return written.slice(1, -1).replaceAll("''", "'");
  return Number.isNaN(Number(written)) ? null : Number(written);
};

function sumOf({ digest }: Pick<BackupParts, "digest">, content: string): string {
  const sum = digest("sha256");
  sum.update(new TextEncoder().encode(content));
  return sum.hex();
}

const damaged = (what: string, reason: string): Error => fault({ code: "formatInvalid", what, reason });

/** @param keep what is over either goes, but never the newest */
export async function pruneBackups(
  parts: BackupParts,
  keep: { readonly count: number; readonly days: number },
): Promise<number> {
  const oldest = parts.clock.wall() - keep.days * 86_400_000;
  const rows = await listBackups(parts);
  const over = rows.filter(({ at }, index) => index > 0 && (index >= keep.count || Date.parse(at) < oldest));
  for (const { id } of over) await parts.files.remove(fileOf(parts, id));
  return over.length;
}
