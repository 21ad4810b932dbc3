import type { ScanAsk } from "../ports/scanner.ts";
import type { StoreSight } from "../ports/store-disk.ts";
import type { FolderContext } from "./folder-context.ts";
import { foldersIn } from "./folders-in.ts";
import type { FoundModel } from "./found.ts";
import { localNotes } from "./hub-names.ts";
import { modelsBelow, modelsInFolder } from "./model-folder.ts";
import { unlessBroken } from "./problem-of.ts";
import type { Found } from "./store-reader.ts";

/** Where it puts what was brought in without a publisher. */
const NO_PUBLISHERS: ReadonlySet<string> = new Set(["imported-models", "local", "uncategorized"]);

/** Its models, two folders deep: `publisher/model/…`, which is the repository they came from. */
export function* readLmStudio(ask: ScanAsk, sight: StoreSight): Found {
  const { disk } = sight;
  const isHome =
    disk.stat(`${ask.root}/models`)?.kind === "folder" && disk.stat(`${ask.root}/.internal`)?.kind === "folder";
  const root = isHome ? `${ask.root}/models` : ask.root;
  for (const publisher of foldersIn(root, sight)) {
    const above = `${root}/${publisher}`;
    yield* unlessBroken(above, sight, () => publisherModels({ ...ask, root }, publisher, sight));
    yield undefined;
  }
}

function* publisherModels(ask: ScanAsk, publisher: string, sight: StoreSight): Found {
  const folder = `${ask.root}/${publisher}`;
  const common: FolderContext = {
    store: "lmstudio",
    root: ask.root,
    ...(ask.fallbackFormat !== undefined && { fallbackFormat: ask.fallbackFormat }),
  };
  const loose = (sight.disk.list(folder) ?? []).filter(({ kind }) => kind === "file");
  if (loose.length > 0) yield* served(modelsInFolder(folder, loose, common, sight));
  for (const model of foldersIn(folder, sight)) {
    const path = `${folder}/${model}`;
    yield* unlessBroken(path, sight, () => {
      const { digestOf, revision } = localNotes(path, sight.disk);
      const source = {
        provider: "huggingface" as const,
        reference: `${publisher}/${model}`,
        ...(revision !== undefined && { revision }),
      };
      const named = NO_PUBLISHERS.has(publisher) ? {} : { source };
      return served(modelsBelow(path, { ...common, family: model, digestOf, ...named }, sight));
    });
  }
}

/** It runs GGUF files with llama.cpp and folders of safetensors with MLX, and nothing else. */
function* served(found: Found): Found {
  for (const model of found) yield model && { ...model, backend: backendOf(model) };
}

const backendOf = ({ format, backend }: FoundModel): FoundModel["backend"] => {
  if (format === "gguf") return "llama.cpp";
  return format === "safetensors" ? "mlx" : backend;
};
