import type { Row } from "../ports/database.ts";
import type { BackendConfig, EntryPatch } from "../protocol/editing.ts";
import { type Backend, backends } from "../protocol/models.ts";
import { flag, json, number, numbers, oneOf, text, texts } from "./columns.ts";
import type { Layers } from "./layers.ts";

/** What a person says of an entry; an edit changes these and nothing else. */
export interface PersonFields {
  readonly displayName: string;
  readonly backend: Backend;
  readonly backendConfig: BackendConfig;
  readonly extraArgs: readonly string[];
  readonly aliases: readonly string[];
  readonly roles: readonly string[];
  readonly rolePriority: Readonly<Record<string, number>>;
  readonly capabilities: readonly string[];
  readonly notes: string | null;
  readonly description: string | null;
  readonly deprecated: boolean;
  readonly locked: boolean;
}

const columns = {
  displayName: "display_name",
  backend: "backend",
  backendConfig: "backend_config_json",
  extraArgs: "extra_args_json",
  aliases: "aliases_json",
  roles: "roles_json",
  rolePriority: "role_priority_json",
  capabilities: "capabilities_json",
  notes: "notes",
  description: "description",
  deprecated: "deprecated",
  locked: "locked",
} as const satisfies Record<keyof EntryPatch & keyof PersonFields, string>;

export const personFieldsOf = (row: Row): PersonFields => ({
  displayName: text(row, "display_name") ?? text(row, "name") ?? "",
  backend: oneOf(row, "backend", backends) ?? "unassigned",
  backendConfig: backendConfigOf(row),
  extraArgs: texts(row, "extra_args_json"),
  aliases: texts(row, "aliases_json"),
  roles: texts(row, "roles_json"),
  rolePriority: numbers(row, "role_priority_json"),
  capabilities: texts(row, "capabilities_json"),
  notes: text(row, "notes") ?? null,
  description: text(row, "description") ?? null,
  deprecated: flag(row, "deprecated"),
  locked: flag(row, "locked"),
});

/** The row with what was said; a field that says what is there already leaves its column as it is, byte for byte. */
export function withPersonFields(row: Row, said: Partial<PersonFields>): Row {
  const before = personFieldsOf(row);
  const after: Record<string, string | number | null> = { ...row };
  for (const field of fields) {
    const value = said[field];
    if (value === undefined || same(value, before[field])) continue;
    if (value === null || typeof value === "string") after[columns[field]] = value === "" ? null : value;
    else if (typeof value === "boolean") after[columns[field]] = value ? 1 : 0;
    else after[columns[field]] = JSON.stringify(value);
  }
  return after;
}

/** What the curated row says otherwise than the discovered one over it; undefined where there are not both, or they agree. */
export function curatedDifferences({ discovered, curated }: Layers): Readonly<Record<string, unknown>> | undefined {
  if (!discovered || !curated) return undefined;
  const [above, below] = [personFieldsOf(discovered), personFieldsOf(curated)];
  const differing = fields.filter((field) => !same(above[field], below[field]));
  return differing.length === 0 ? undefined : Object.fromEntries(differing.map((field) => [field, below[field]]));
}

/** Columns that nobody but a person fills; and those that a download or scan fills too, until an entry is curated. */
const ALWAYS_A_PERSONS = [
  ...(["backendConfig", "extraArgs", "roles", "rolePriority", "notes", "description", "deprecated", "locked"] as const),
].map((field) => columns[field]);
const A_PERSONS_ONCE_CURATED = (["displayName", "backend", "aliases", "capabilities"] as const).map(
  (field) => columns[field],
);

/** The columns that a download, scan or import leaves as they are when it writes the discovered row of a known entry. */
export function keptColumns({ shown, discovered, curated }: Layers): Row {
  const kept = [...ALWAYS_A_PERSONS, "lock_sha256", "metadata_json", "preview"];
  if (curated) kept.push(...A_PERSONS_ONCE_CURATED);
  if (discovered) kept.push("served_model_id");
  return Object.fromEntries(kept.map((column) => [column, shown[column] ?? null]));
}

export function backendConfigOf(row: Row): BackendConfig {
  const given = json(row, "backend_config_json");
  if (typeof given !== "object" || given === null) return {};
  const config: Row = Object.fromEntries(
    Object.entries(given).filter(([, value]) => typeof value === "string" || typeof value === "number"),
  );
  const [port, host] = [number(config, "port"), text(config, "host")];
  const [baseUrl, modelPath] = [text(config, "baseUrl"), text(config, "modelPath")];
  return {
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host }),
    ...(baseUrl !== undefined && { baseUrl }),
    ...(modelPath !== undefined && { modelPath }),
  };
}

const isField = (key: string): key is keyof PersonFields => key in columns;
const fields = Object.keys(columns).filter(isField);

/** By content; lists in their order, objects in any. */
const same = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
