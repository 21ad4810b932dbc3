import * as v from "valibot";
import type { EntrySource } from "../protocol/models.ts";
import { parseJson } from "./parse-json.ts";

const text = v.fallback(v.optional(v.string()), undefined);
/** A list, or one in JSON as the first 4.0 wrote it. */
const phrases = v.fallback(
  v.optional(
    v.union([
      v.array(v.string()),
      v.pipe(
        v.string(),
        v.transform((list) => parseJson(list)),
        v.array(v.string()),
      ),
    ]),
  ),
  undefined,
);
const config = v.object({
  key: text,
  name: text,
  base: text,
  type: text,
  format: text,
  model_format: text,
  path: text,
  hash: text,
  original_hash: text,
  description: text,
  source: text,
  source_type: text,
  trigger_phrases: phrases,
});

/** One model as a database of InvokeAI of any version has it. */
export interface InvokeModel {
  readonly key: string;
  readonly name: string;
  /** `sd-1`, `sdxl`, `flux`; absent where it fits any. */
  readonly base?: string;
  /** `main`, `lora`, `vae`. */
  readonly type: string;
  /** Absolute, or below the folder of models; with slashes. */
  readonly path: string;
  /** Of a single file, where its hash is one. */
  readonly sha256?: string;
  readonly description?: string;
  readonly source?: EntrySource;
  readonly triggerWords: readonly string[];
}

type Row = Readonly<Record<string, string | number | null>>;

/**
 * @param row of `models` or of `model_config`: `id`, `config`, and columns beside them where there are
 * @returns `remote`: it runs at a provider, and nothing lies here; undefined: it is no model
 */
export function readInvokeRow(row: Row): InvokeModel | "remote" | undefined {
  const columns = Object.fromEntries(Object.entries(row).filter(([, value]) => typeof value === "string"));
  const json = typeof row["config"] === "string" ? parseJson(row["config"]) : {};
  if (json === undefined) return undefined;
  const fromColumns = v.safeParse(config, columns);
  const fromJson = v.safeParse(config, json);
  if (!fromColumns.success || !fromJson.success) return undefined;
  const told = (name: "name" | "base" | "type" | "path" | "description" | "source"): string | undefined =>
    fromJson.output[name] || fromColumns.output[name] || undefined;
  const { source_type: sourceType, format, hash, original_hash: originalHash } = fromJson.output;
  if (sourceType === "external" || format === "external_api") return "remote";
  const [name, type, path] = [told("name"), told("type"), told("path")];
  if (name === undefined || type === undefined || path === undefined) return undefined;
  const base = told("base");
  const description = told("description");
  const from = told("source");
  const source = from === undefined ? undefined : sourceOf(from, sourceType);
  const sha256 = /^sha256:([0-9a-f]{64})$/i.exec(hash ?? originalHash ?? "")?.[1]?.toLowerCase();
  return {
    key: fromJson.output.key ?? String(row["id"] ?? name),
    name,
    ...(base !== undefined && base !== "any" && { base }),
    type,
    path: path.replaceAll("\\", "/"),
    ...(sha256 !== undefined && { sha256 }),
    ...(description !== undefined && { description }),
    ...(source && { source }),
    triggerWords: (fromJson.output.trigger_phrases ?? []).filter((word) => word.trim() !== ""),
  };
}

/** `owner/repo[:variant[:sub-folder]]`, or the address without what in it may be a secret; none for a path. */
export function sourceOf(source: string, kind: string | undefined): EntrySource | undefined {
  const repository = /^([\w.-]+\/[\w.-]+)(?::[^/]*(?::.*)?)?$/.exec(source)?.[1];
  if (kind === "hf_repo_id")
    return repository === undefined ? undefined : { provider: "huggingface", reference: repository };
  if (kind === "path" || !/^https?:\/\//i.test(source) || !URL.canParse(source)) return undefined;
  const { origin, hostname, pathname, searchParams } = new URL(source);
  const onHub = /^\/([\w.-]+\/[\w.-]+)\/(?:resolve|blob)\/([^/]+)\//.exec(pathname);
  if (/^(www\.)?(huggingface\.co|hf\.co)$/i.test(hostname) && onHub?.[1] !== undefined)
    return { provider: "huggingface", reference: onHub[1], ...(onHub[2] !== undefined && { revision: onHub[2] }) };
  const kept = [...searchParams].filter(([name]) => /^(type|format|size|fp)$/i.test(name));
  const query = kept.length === 0 ? "" : `?${new URLSearchParams(kept).toString()}`;
  const provider = /(^|\.)civitai\.com$/i.test(hostname) ? "civitai" : "url";
  return { provider, reference: `${origin}${pathname}${query}` };
}
