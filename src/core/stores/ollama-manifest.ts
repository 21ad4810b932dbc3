import * as v from "valibot";
import { parseJson } from "./parse-json.ts";

const layer = v.object({ mediaType: v.string(), digest: v.string(), size: v.optional(v.number()) });
const manifest = v.object({ config: v.optional(layer), layers: v.array(layer) });

/** What a manifest of Ollama names, by the file names of its blobs. */
export interface OllamaManifest {
  /** A GGUF file; absent where the weights are many tensors, or there are none. */
  readonly model?: string;
  /** False for cloud models. */
  readonly hasWeights: boolean;
  /** All of them, the configuration's too. */
  readonly blobs: readonly string[];
}

/** One blob of a manifest and what it is for. */
export interface OllamaLayer {
  /** `model`, `projector`, `adapter`, `template`, `params`, `license`, …; the configuration is `config`. */
  readonly kind: string;
  readonly blob: string;
  readonly sizeBytes?: number;
}

/** Its layers in their order, then the configuration; none where the text is no manifest. */
export function ollamaLayers(text: string): readonly OllamaLayer[] {
  const parsed = v.safeParse(manifest, parseJson(text));
  if (!parsed.success) return [];
  const { config, layers } = parsed.output;
  const all = config === undefined ? layers : [...layers, { ...config, mediaType: `${IMAGE}.config` }];
  return all.flatMap(({ mediaType, digest, size }) => {
    const blob = blobName(digest);
    if (blob === undefined || !mediaType.startsWith(`${IMAGE}.`)) return [];
    return [{ kind: mediaType.slice(IMAGE.length + 1), blob, ...(size !== undefined && { sizeBytes: size }) }];
  });
}

/** undefined where the text is no manifest, or names a blob in no way we know. */
export function parseOllamaManifest(text: string): OllamaManifest | undefined {
  const parsed = v.safeParse(manifest, parseJson(text));
  if (!parsed.success) return undefined;
  const { config, layers } = parsed.output;
  const blobs: string[] = [];
  for (const { digest } of config === undefined ? layers : [...layers, config]) {
    const blob = blobName(digest);
    if (blob === undefined) return undefined;
    blobs.push(blob);
  }
  const model = layers.find(({ mediaType }) => mediaType === `${IMAGE}.model`);
  const file = model && blobName(model.digest);
  return {
    ...(file !== undefined && { model: file }),
    hasWeights: layers.some(({ mediaType }) => mediaType === `${IMAGE}.model` || mediaType === `${IMAGE}.tensor`),
    blobs: [...new Set(blobs)],
  };
}

/** The name people know: the host and the namespace that Ollama takes by itself are left out. */
export function ollamaModelName([host, namespace, model, tag]: ManifestPlace): string {
  const owner = host === DEFAULT_HOST && namespace === "library" ? [] : [namespace];
  return `${[...(host === DEFAULT_HOST ? [] : [host]), ...owner, model].join("/")}:${tag}`;
}

/** Host, namespace, model, tag: the folders below `manifests`, and the file. */
export type ManifestPlace = readonly [host: string, namespace: string, model: string, tag: string];

const IMAGE = "application/vnd.ollama.image";
const DEFAULT_HOST = "registry.ollama.ai";

const blobName = (digest: string): string | undefined =>
  /^sha256:[0-9a-f]{64}$/.test(digest) ? digest.replace(":", "-") : undefined;
