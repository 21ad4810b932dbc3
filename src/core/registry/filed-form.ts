import type { Row } from "../ports/database.ts";
import { json, number, present, text, texts } from "./columns.ts";
import { isRecord } from "./fields.ts";
import { personFieldsOf } from "./person-fields.ts";
import { LIFTED } from "./registry-file.ts";

/** A row of `entries` and those of its files as a registry file has them; what it does not hold is left out. */
export function filedForm(row: Row, files: readonly Row[]): Readonly<Record<string, unknown>> {
  const said = personFieldsOf(row);
  const { port, host, baseUrl, modelPath } = said.backendConfig;
  const known = json(row, "metadata_json");
  const metadata = new Map(Object.entries(isRecord(known) ? known : {}));
  const lifted = LIFTED.map((field) => {
    const value = metadata.get(field);
    metadata.delete(field);
    return [field, value] as const;
  });
  const config = present({
    port,
    host,
    base_url: baseUrl,
    model_path: modelPath,
    extra_args: unlessEmpty(texts(row, "extra_args_json")),
  });
  return present({
    name: text(row, "name"),
    display_name: said.displayName,
    backend: said.backend,
    backend_config: unlessEmpty(config),
    roles: said.roles,
    role_priority: unlessEmpty(said.rolePriority),
    capabilities: Object.fromEntries(said.capabilities.map((one) => [one, true])),
    download_path: text(row, "path"),
    download_format: text(row, "format"),
    download_location: text(row, "location"),
    download_size_bytes: number(row, "size_bytes"),
    ...Object.fromEntries(lifted),
    ...(files.length > 0 && { download_files: files.map(fileForm) }),
    downloaded_at: text(row, "downloaded_at"),
    quantization: text(row, "quantization"),
    family: text(row, "family"),
    source_provider: text(row, "source_provider"),
    source_reference: text(row, "source_reference"),
    source_revision: text(row, "source_revision"),
    served_model_id: text(row, "served_model_id"),
    model_aliases: said.aliases,
    deprecated: said.deprecated,
    locked: said.locked || undefined,
    lock_sha256: text(row, "lock_sha256"),
    notes: said.notes ?? undefined,
    description: said.description ?? undefined,
    metadata: unlessEmpty(Object.fromEntries(metadata)),
  });
}

const fileForm = (row: Row): Readonly<Record<string, unknown>> =>
  present({ path: text(row, "path"), size_bytes: number(row, "size_bytes"), sha256: text(row, "sha256") });

const unlessEmpty = <T extends object>(value: T): T | undefined => (Object.keys(value).length > 0 ? value : undefined);
