import type { Row } from "../ports/database.ts";
import {
  type Characteristic,
  type Entry,
  type EntryFile,
  type EntrySource,
  type Proof,
  backends,
  characteristicSources,
} from "../protocol/models.ts";
import { flag, json, number, numbers, oneOf, present, text, texts } from "./columns.ts";

const proofs: readonly Proof[] = ["sha256", "gitSha1", "unverified"];
const providers: readonly EntrySource["provider"][] = ["huggingface", "civitai", "ollama", "url"];

/** What is looked at of a row of `entries`, here and where its file is sought: the others may be long. */
export const SHOWN = [
  "key",
  "name",
  "layer",
  "display_name",
  "family",
  "backend",
  "format",
  "quantization",
  "path",
  "location",
  "size_bytes",
  "proof",
  "source_provider",
  "source_reference",
  "source_revision",
  "downloaded_at",
  "served_model_id",
  "deprecated",
  "locked",
  "aliases_json",
  "roles_json",
  "role_priority_json",
  "capabilities_json",
  "preview",
] as const;

/** A row of `entries` as the doors show it. */
export function entryOf(row: Row, state: Entry["state"], testing: boolean, facts: readonly Characteristic[]): Entry {
  const optional = {
    format: text(row, "format"),
    quantization: text(row, "quantization"),
    path: text(row, "path"),
    location: text(row, "location"),
    sizeBytes: number(row, "size_bytes"),
    source: sourceOf(row),
    downloadedAt: text(row, "downloaded_at"),
    servedModelId: text(row, "served_model_id"),
    preview: text(row, "preview"),
  };
  const name = text(row, "name") ?? "";
  return {
    name,
    displayName: text(row, "display_name") ?? name,
    layer: row["layer"] === "curated" ? "curated" : "discovered",
    family: text(row, "family") ?? name,
    backend: oneOf(row, "backend", backends) ?? "unassigned",
    ...present(optional),
    state,
    proof: oneOf(row, "proof", proofs) ?? "unverified",
    aliases: texts(row, "aliases_json"),
    roles: texts(row, "roles_json"),
    rolePriority: numbers(row, "role_priority_json"),
    capabilities: texts(row, "capabilities_json"),
    deprecated: flag(row, "deprecated"),
    locked: flag(row, "locked"),
    testing,
    facts,
  };
}

function sourceOf(row: Row): EntrySource | undefined {
  const provider = oneOf(row, "source_provider", providers);
  const reference = text(row, "source_reference");
  if (provider === undefined || reference === undefined) return undefined;
  return { provider, reference, ...present({ revision: text(row, "source_revision") }) };
}

/** A row of `files`; undefined where it has no path. */
export function fileOf(row: Row): EntryFile | undefined {
  const path = text(row, "path");
  if (path === undefined) return undefined;
  return {
    path,
    sizeBytes: number(row, "size_bytes") ?? 0,
    ...present({ sha256: text(row, "sha256"), gitSha1: text(row, "git_sha1") }),
    proof: oneOf(row, "proof", proofs) ?? "unverified",
  };
}

/** A row of `characteristics`; undefined where its value or source is of no kind we know. */
export function characteristicOf(row: Row): Characteristic | undefined {
  const name = text(row, "name");
  const source = oneOf(row, "source", characteristicSources);
  const value = json(row, "value_json");
  if (name === undefined || source === undefined) return undefined;
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
  return { name, value, source, confidence: Math.min(1, Math.max(0, number(row, "confidence") ?? 0)) };
}
