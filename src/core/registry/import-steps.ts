import { blankEntry } from "./blank-entry.ts";
import type { Step } from "../maintenance/plan.ts";
import type { Row } from "../ports/database.ts";
import type { ImportCounts } from "../protocol/editing.ts";
import { fault } from "../util/faults.ts";
import { json, text } from "./columns.ts";
import { addStep, rowStep } from "./edit-steps.ts";
import { familySlug } from "./entry-naming.ts";
import { isRecord } from "./fields.ts";
import { type Layers, entryKey, layersOf } from "./layers.ts";
import { personFieldsOf, withPersonFields } from "./person-fields.ts";
import type { Registry } from "./registry.ts";
import type { FiledEntry, ReadRegistry } from "./registry-file.ts";

/** Looked up and decided at a time; between them the loop goes on. */
const AT_ONCE = 500;

/**
 * What the file's entries change, all together. @throws FaultError as `ReadRegistry`, and `locked` for an entry that
 * would change although a person locked it
 */
export async function collectImport(
  registry: Pick<Registry, "query">,
  readRegistry: ReadRegistry,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly steps: readonly Step[]; readonly counts: Omit<ImportCounts, "historyId"> }> {
  const entries = await readRegistry(path, signal);
  const steps: Step[] = [];
  const counts = { added: 0, changed: 0, unchanged: 0 };
  const taken = new Set<string>();
  for (let start = 0; start < entries.length; start += AT_ONCE) {
    signal.throwIfAborted();
    const some = entries.slice(start, start + AT_ONCE);
    const paths = some.flatMap(({ files }) => files.map((file) => file.path));
    const [rows, known] = await Promise.all([
      registry.query("SELECT * FROM entries WHERE name IN (SELECT value FROM json_each(?))", [
        JSON.stringify(some.map(({ name }) => name)),
      ]),
      registry.query("SELECT path FROM files WHERE path IN (SELECT value FROM json_each(?))", [JSON.stringify(paths)]),
    ]);
    for (const row of known) taken.add(String(row["path"]));
    const byName = Object.groupBy(rows, (row) => String(row["name"]));
    for (const entry of some) {
      const layers = layersOf(byName[entry.name] ?? []);
      const own = importSteps(entry, layers, taken);
      if (layers?.shown["locked"] === 1 && own.length > 0)
        throw fault({ code: "locked", what: personFieldsOf(layers.shown).displayName, byPerson: true });
      counts[own.length === 0 ? "unchanged" : layers ? "changed" : "added"] += 1;
      steps.push(...own);
    }
  }
  return { steps, counts };
}

/**
 * The row that shows takes what the file says; where there is none, a discovered one is made. What is a person's goes into
 * the curated row under it, too. @param taken paths of files that are known, or were filed before: they stay as they are
 */
export function importSteps(entry: FiledEntry, layers: Layers | undefined, taken: Set<string>): readonly Step[] {
  const { name, said } = entry;
  const before = layers?.shown;
  const after = filed(before ?? emptyRow(name), entry);
  const { discovered, curated } = layers ?? {};
  const files = entry.files.filter(({ path }) => !taken.has(path));
  for (const { path } of files) taken.add(path);
  return [
    ...(before ? rowStep(before, after) : addStep(after)),
    ...(discovered && curated ? rowStep(curated, withPersonFields(curated, said)) : []),
    ...files.map((file): Step => ({
      kind: "row",
      table: "files",
      key: file.path,
      before: null,
      after: {
        path: file.path,
        entry: name,
        size_bytes: file.sizeBytes,
        modified: null,
        identity: null,
        sha256: file.sha256 ?? null,
        git_sha1: null,
        proof: "unverified",
      },
    })),
  ];
}

function filed(row: Row, { facts, said, metadata }: FiledEntry): Row {
  const after = { ...withPersonFields(row, said), ...facts };
  // What was proven were the bytes at the other path.
  const moved = text(row, "path") !== text(after, "path");
  const known = json(row, "metadata_json");
  const same = metadata === "{}" || metadata === row["metadata_json"];
  return {
    ...after,
    ...(moved && { proof: "unverified" }),
    ...(!same && { metadata_json: merged(isRecord(known) ? known : {}, JSON.parse(metadata)) }),
  };
}

const merged = (known: Readonly<Record<string, unknown>>, more: unknown): string =>
  JSON.stringify({ ...known, ...(isRecord(more) ? more : {}) });

const emptyRow = (name: string): Row => ({
  key: entryKey("discovered", name),
  name,
  layer: "discovered",
  display_name: name,
  family: familySlug(name),
  backend: "unassigned",
  ...blankEntry,
});
