import { put, sha256Of } from "./model-files.ts";

export interface OllamaContent {
  /** Layers by kind, in their order. */
  readonly layers: readonly (readonly [kind: string, content: string | Uint8Array])[];
  readonly config?: object;
}

/** Puts a model into a store of Ollama: `place` is host/namespace/model/tag. Gives the path of its manifest. */
export async function putOllama(root: string, place: string, { layers, config = {} }: OllamaContent): Promise<string> {
  const blob = async (mediaType: string, content: string | Uint8Array) => {
    const hex = sha256Of(content);
    await put(`${root}/blobs/sha256-${hex}`, content);
    return { mediaType, digest: `sha256:${hex}`, size: Buffer.byteLength(content) };
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    config: await blob("application/vnd.docker.container.image.v1+json", JSON.stringify(config)),
    layers: await Promise.all(layers.map(([kind, content]) => blob(`application/vnd.ollama.image.${kind}`, content))),
  };
  return put(`${root}/manifests/${place}`, JSON.stringify(manifest));
}
