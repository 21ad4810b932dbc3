import type { Edit, Row } from "../ports/database.ts";
import type { Characteristic, EntryFile } from "../protocol/models.ts";
import { json } from "./columns.ts";
import { familySlug, nameEntry } from "./entry-naming.ts";
import { isRecord } from "./fields.ts";
import type { EntryEdits, NewEntry } from "./new-entry.ts";

export const entryEdits: EntryEdits = (entry) => {
  const name = nameEntry(entry);
  return { name, edits: editsUnder(name, entry) };
};

/** The same under a name that the entry has already. Where two characteristics have the same name and source, the last one holds. */
export const editsUnder = (name: string, entry: NewEntry): readonly Edit[] => [
  { table: "entries", key: `discovered:${name}`, after: entryRow(name, entry) },
  ...entry.files.map((file) => ({ table: "files", key: file.path, after: fileRow(name, file) })),
  ...entry.characteristics.map((one) => characteristicEdit(name, one)),
  ...(entry.shape === undefined
    ? []
    : [{ table: "shapes", key: name, after: { body_json: JSON.stringify(entry.shape) } }]),
];

function entryRow(name: string, entry: NewEntry): Row {
  return {
    name,
    layer: "discovered",
    display_name: entry.displayName,
    family: familySlug(entry.family),
    backend: entry.backend,
    format: entry.format ?? null,
    quantization: entry.quantization?.toLowerCase() ?? null,
    path: entry.path ?? null,
    location: entry.location ?? null,
    size_bytes: entry.sizeBytes ?? sizeOf(entry.files),
    proof: entry.proof,
    source_provider: entry.source?.provider ?? null,
    source_reference: entry.source?.reference ?? null,
    source_revision: entry.source?.revision ?? null,
    downloaded_at: entry.downloadedAt ?? null,
    served_model_id: entry.servedModelId ?? null,
    deprecated: 0,
    locked: 0,
    aliases_json: JSON.stringify(entry.aliases ?? []),
    roles_json: "[]",
    role_priority_json: "{}",
    capabilities_json: JSON.stringify(entry.capabilities ?? []),
    backend_config_json: "{}",
    extra_args_json: "[]",
    notes: null,
    lock_sha256: null,
    ...entry.kept,
    // Whoever said it first, a person or another source, is not talked over.
    description: entry.kept?.["description"] ?? entry.description ?? null,
    preview: entry.kept?.["preview"] ?? entry.preview ?? null,
    metadata_json: metadataOf(entry),
  };
}

function metadataOf({ kept = {}, metadata = {} }: NewEntry): string {
  const known = json(kept, "metadata_json");
  const fields = isRecord(known) ? known : {};
  const added = Object.keys(metadata).some((field) => !(field in fields));
  return added ? JSON.stringify({ ...metadata, ...fields }) : String(kept["metadata_json"] ?? "{}");
}

const sizeOf = (files: readonly EntryFile[]): number | null =>
  files.length === 0 ? null : files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

function fileRow(entry: string, file: EntryFile & { readonly modified?: number; readonly identity?: string }): Row {
  return {
    entry,
    size_bytes: file.sizeBytes,
    // File systems give parts of milliseconds; the column holds whole ones.
    modified: file.modified === undefined ? null : Math.trunc(file.modified),
    identity: file.identity ?? null,
    sha256: file.sha256 ?? null,
    git_sha1: file.gitSha1 ?? null,
    proof: file.proof,
  };
}

function characteristicEdit(entry: string, { name, value, source, confidence }: Characteristic): Edit {
  const after = { entry, name, value_json: JSON.stringify(value), source, confidence };
  return { table: "characteristics", key: `${entry}|${name}|${source}`, after };
}
