import { displayNameOf } from "../identify/naming.ts";
import { ggufQuantization } from "../identify/quantization.ts";
import type { EntrySource } from "../protocol/models.ts";

const HUBS: ReadonlySet<string> = new Set(["hf.co", "huggingface.co"]);

/** What `[host/][namespace/]model:tag` says by itself. */
export interface OllamaName {
  /** The model with what of its tag tells one from another: neither `latest` nor the quantization. */
  readonly family: string;
  readonly displayName: string;
  /** As the tag has it. */
  readonly quantization?: string;
  readonly source: EntrySource;
}

export function readOllamaName(name: string): OllamaName {
  const colon = name.lastIndexOf(":");
  const path = name.slice(0, colon);
  const tag = name.slice(colon + 1);
  const parts = path.split("/");
  const model = parts.at(-1) ?? path;
  const quantization = ggufQuantization(`${tag}.gguf`);
  const rest = variantOf(tag, quantization);
  const family = rest === "" ? model : `${model}-${rest}`;
  const [host = "", owner, repository] = parts;
  const fromHub = HUBS.has(host) && owner !== undefined && repository !== undefined;
  return {
    family,
    displayName: displayNameOf(family, quantization),
    ...(quantization !== undefined && { quantization }),
    source: fromHub
      ? { provider: "huggingface", reference: `${owner}/${repository}` }
      : { provider: "ollama", reference: name },
  };
}

function variantOf(tag: string, quantization: string | undefined): string {
  if (tag === "latest") return "";
  if (quantization === undefined) return tag;
  const at = tag.toLowerCase().lastIndexOf(quantization.toLowerCase());
  return at < 0 ? tag : tag.slice(0, at).replace(/[-_.]+$/, "");
}
