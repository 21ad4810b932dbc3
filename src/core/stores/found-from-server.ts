import type { FoundModel } from "./found.ts";
import { readOllamaName } from "./ollama-names.ts";

/**
 * What a server says it has whose store is not on this disk.
 * @param models `name:tag` → bytes, as `OllamaServer.models` answers
 */
export const foundFromServer = (models: ReadonlyMap<string, number>): readonly FoundModel[] =>
  [...models].map(([name, sizeBytes]) => {
    const { quantization, ...told } = readOllamaName(name);
    return {
      store: "ollama",
      ...told,
      backend: "ollama",
      format: "gguf",
      ...(quantization !== undefined && { quantization }),
      path: `ollama://${name}`,
      files: [],
      sizeBytes,
      servedModelId: name,
      characteristics:
        quantization === undefined
          ? []
          : [{ name: "quantization", value: quantization, source: "name", confidence: 0.7 }],
    };
  });
