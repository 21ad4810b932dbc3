import type { Value } from "../ports/database.ts";
import { type Backend, backends } from "../protocol/models.ts";
import { present } from "./columns.ts";
import { familySlug } from "./entry-naming.ts";
import {
  FieldProblem,
  type Read,
  asFlag,
  asLine,
  asLines,
  asOneOf,
  asPath,
  asRecord,
  asText,
  asTime,
  ifFits,
  inField,
} from "./fields.ts";
import { asSize, readCapabilities, readConfig, readFiles, readPriorities } from "./parse-parts.ts";
import type { PersonFields } from "./person-fields.ts";
import type { FiledEntry } from "./registry-file.ts";

const CALLED: Readonly<Record<string, Backend>> = {
  llamacpp: "llama.cpp",
  "llama-cpp": "llama.cpp",
  llama_cpp: "llama.cpp",
  none: "unassigned",
};

/** One entry of the documented form. null is as if it were left out. @throws FieldProblem naming the field */
export function parseEntry(given: Readonly<Record<string, unknown>>): FiledEntry {
  const rest = new Map(Object.entries(given).filter(([, value]) => value !== null));
  const take = <T>(field: string, read: Read<T>): T | undefined => {
    const value = rest.get(field);
    rest.delete(field);
    return value === undefined ? undefined : inField(field, () => read(value));
  };
  /** A field of ours that the documented form does not have: another's of that name stays in the metadata. */
  const takeOurs = <T>(field: string, read: Read<T>): T | undefined => {
    const value = ifFits(read, rest.get(field));
    if (value !== undefined) rest.delete(field);
    return value;
  };

  const name = take("name", asName);
  if (name === undefined) throw new FieldProblem("has no name");
  const metadata = new Map(Object.entries(take("metadata", asRecord) ?? {}));
  const config = take("backend_config", readConfig);
  if (config && Object.keys(config.others).length > 0) rest.set("backend_config", config.others);
  const capabilities = take("capabilities", readCapabilities);
  if (capabilities && Object.keys(capabilities.others).length > 0) rest.set("capabilities", capabilities.others);
  const files = readFiles(rest.get("download_files"));
  if (files) rest.delete("download_files");

  const said: Partial<PersonFields> = present({
    displayName: takeOurs("display_name", asLine),
    backend: take("backend", asOneOf(backends, CALLED)),
    backendConfig: config?.config,
    extraArgs: config?.extraArgs,
    aliases: take("model_aliases", asLines),
    roles: take("roles", asLines),
    rolePriority: take("role_priority", readPriorities),
    capabilities: capabilities?.names,
    notes: takeOurs("notes", asText),
    description: takeOurs("description", asText),
    deprecated: take("deprecated", asFlag),
    locked: takeOurs("locked", asFlag),
  });
  const facts: Readonly<Record<string, Value>> = present({
    family: take("family", (value) => familySlug(asLine(value))),
    format: take("download_format", asLine),
    quantization: take("quantization", (value) => asLine(value).toLowerCase()),
    path: take("download_path", asPath),
    location: take("download_location", asLine),
    size_bytes: take("download_size_bytes", asSize),
    downloaded_at: take("downloaded_at", asTime),
    source_provider: take("source_provider", asLine),
    source_reference: takeOurs("source_reference", asLine),
    source_revision: takeOurs("source_revision", asLine),
    served_model_id: take("served_model_id", asLine),
    lock_sha256: takeOurs("lock_sha256", asLine),
  });
  for (const [field, value] of rest) {
    if (metadata.has(field)) throw new FieldProblem("stands in its metadata, too", [field]);
    metadata.set(field, value);
  }
  return { name, facts, said, files: files ?? [], metadata: JSON.stringify(Object.fromEntries(metadata)) };
}

/** `|` parts the keys of its characteristics. */
const asName: Read<string> = (value) => {
  const name = asLine(value);
  if (name.includes("|")) throw new FieldProblem("takes a name without “|”");
  return name;
};
