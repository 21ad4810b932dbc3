import { mkdir } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";

/** The tables of models as releases have them: 3.x, 4.0, and 6.9 with what came in between. */
const SCHEMAS = {
  "3": `CREATE TABLE model_config (id TEXT NOT NULL PRIMARY KEY, base TEXT NOT NULL, type TEXT NOT NULL,
    name TEXT NOT NULL, path TEXT NOT NULL, original_hash TEXT, config TEXT NOT NULL, UNIQUE(name, base, type));
    CREATE TABLE model_manager_metadata (metadata_key TEXT PRIMARY KEY, metadata_value TEXT NOT NULL)`,
  "4": modelsTable(
    ["hash", "base", "type", "path", "format", "name", "source", "source_type"],
    "UNIQUE(name, base, type)",
  ),
  "6.9": modelsTable(
    ["hash", "base", "type", "path", "format", "name", "source", "source_type", "file_size"],
    "UNIQUE(path)",
  ),
} as const;
export type InvokeVersion = keyof typeof SCHEMAS;
export const invokeVersions: readonly InvokeVersion[] = ["3", "4", "6.9"];

export interface InvokeConfig {
  readonly key: string;
  readonly name: string;
  readonly base: string;
  readonly type: string;
  readonly path: string;
  readonly [field: string]: unknown;
}

/** Makes the database of an installation, in WAL mode and closed. */
export async function makeInvokeDatabase(
  root: string,
  version: InvokeVersion,
  models: readonly InvokeConfig[],
): Promise<string> {
  await mkdir(`${root}/databases`, { recursive: true });
  const file = `${root}/databases/invokeai.db`;
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode=WAL; ${SCHEMAS[version]}`);
  for (const model of models) {
    const filled = { hash: "random:1", format: "checkpoint", source: "x", source_type: "path", file_size: 1, ...model };
    const config = JSON.stringify(filled);
    if (version === "3")
      database
        .prepare("INSERT INTO model_config VALUES (?, ?, ?, ?, ?, ?, ?)")
        .run(model.key, model.base, model.type, model.name, model.path, null, config);
    else database.prepare("INSERT INTO models (id, config) VALUES (?, ?)").run(model.key, config);
  }
  database.close();
  return file;
}

function modelsTable(columns: readonly string[], unique: string): string {
  const generated = columns.map(
    (name) => `${name} TEXT GENERATED ALWAYS AS (json_extract(config, '$.${name}')) VIRTUAL NOT NULL`,
  );
  return `CREATE TABLE models (id TEXT NOT NULL PRIMARY KEY, ${generated.join(", ")},
    description TEXT GENERATED ALWAYS AS (json_extract(config, '$.description')) VIRTUAL,
    config TEXT NOT NULL, created_at DATETIME NOT NULL DEFAULT(STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')), ${unique})`;
}
