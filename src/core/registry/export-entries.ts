import * as v from "valibot";
import type { Files } from "../ports/files.ts";
import type { Row } from "../ports/database.ts";
import type { ExportCounts } from "../protocol/editing.ts";
import type { Entry } from "../protocol/models.ts";
import { argumentProblem } from "../util/argument-problem.ts";
import { fault } from "../util/faults.ts";
import { csv } from "./csv.ts";
import { filedForm } from "./filed-form.ts";
import type { EntryFilter, Registry } from "./registry.ts";

interface Parts {
  readonly registry: Pick<Registry, "list" | "query">;
  readonly files: Pick<Files, "replace">;
}

const text = v.optional(v.string());
const flag = v.optional(v.boolean());
const Filter = v.strictObject({
  backend: text,
  family: text,
  location: text,
  format: text,
  quantization: text,
  role: text,
  capability: text,
  text,
  where: v.optional(
    v.array(
      v.strictObject({
        name: v.string(),
        is: v.optional(v.union([v.string(), v.number(), v.boolean()])),
        atLeast: v.optional(v.number()),
        atMost: v.optional(v.number()),
      }),
    ),
  ),
  installed: flag,
  includeDeprecated: flag,
  includeTesting: flag,
});

/** What `models.list` shows with that filter, over all pages, in its order. A file that is there is replaced whole. */
export async function exportEntries(
  { registry, files }: Parts,
  path: string,
  format: "json" | "csv",
  given: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<ExportCounts> {
  if (!/^(\/|[a-z]:[\\/]|\\\\)/i.test(path)) throw unfit("path", "takes an absolute path");
  const filter = v.safeParse(Filter, given);
  if (!filter.success)
    throw unfit(`filter.${v.getDotPath(filter.issues[0]) ?? ""}`, argumentProblem(filter.issues[0], Filter));
  const parts: string[] = [];
  let entries = 0;
  for await (const page of pagesOf(registry, filter.output)) {
    signal.throwIfAborted();
    entries += page.length;
    parts.push(format === "csv" ? csv(page.map(({ entry, row }) => csvRow(entry, row))) : jsonLines(page));
  }
  const whole =
    format === "csv"
      ? `${csv([CSV_COLUMNS])}${parts.join("")}`
      : `[\n${parts.filter((part) => part !== "").join(",\n")}\n]\n`;
  signal.throwIfAborted();
  await files.replace(path, whole);
  return { entries, path };
}

interface Exported {
  readonly entry: Entry;
  readonly row: Row;
  readonly files: readonly Row[];
}

async function* pagesOf(registry: Parts["registry"], filter: EntryFilter): AsyncGenerator<readonly Exported[]> {
  let cursor: string | undefined;
  do {
    const page = await registry.list({ ...filter, limit: 1000, cursor });
    const keys = JSON.stringify(page.entries.map(({ layer, name }) => `${layer}:${name}`));
    const names = JSON.stringify(page.entries.map(({ name }) => name));
    const [rows, files] = await Promise.all([
      registry.query("SELECT e.* FROM json_each(?) k JOIN entries e ON e.key = k.value", [keys]),
      registry.query("SELECT f.* FROM json_each(?) k JOIN files f ON f.entry = k.value ORDER BY f.path", [names]),
    ]);
    const rowByName = new Map(rows.map((row) => [row["name"], row]));
    const filesByEntry = Object.groupBy(files, (file) => String(file["entry"]));
    yield page.entries.flatMap((entry) => {
      const row = rowByName.get(entry.name);
      return row ? [{ entry, row, files: filesByEntry[entry.name] ?? [] }] : [];
    });
    cursor = page.cursor;
  } while (cursor !== undefined);
}

const jsonLines = (page: readonly Exported[]): string =>
  page.map(({ row, files }) => JSON.stringify(filedForm(row, files), undefined, 2)).join(",\n");

const CSV_COLUMNS = [
  "name",
  "display_name",
  "layer",
  "state",
  "backend",
  "family",
  "format",
  "quantization",
  "path",
  "location",
  "size_bytes",
  "source",
  "downloaded_at",
  "served_model_id",
  "roles",
  "capabilities",
  "aliases",
  "deprecated",
  "locked",
  "notes",
  "description",
];

/** A role with its priority as `chat:10`. */
const csvRow = (entry: Entry, row: Row): readonly string[] => [
  entry.name,
  entry.displayName,
  entry.layer,
  entry.state,
  entry.backend,
  entry.family,
  entry.format ?? "",
  entry.quantization ?? "",
  entry.path ?? "",
  entry.location ?? "",
  String(entry.sizeBytes ?? ""),
  entry.source?.reference ?? "",
  entry.downloadedAt ?? "",
  entry.servedModelId ?? "",
  entry.roles
    .map((role) => (entry.rolePriority[role] === undefined ? role : `${role}:${entry.rolePriority[role]}`))
    .join("; "),
  entry.capabilities.join("; "),
  entry.aliases.join("; "),
  String(entry.deprecated),
  String(entry.locked),
  String(row["notes"] ?? ""),
  String(row["description"] ?? ""),
];

const unfit = (path: string, problem: string): Error =>
  fault({ code: "badArguments", verb: "models.export", path, problem });
