import { readComfyUi } from "./comfyui.ts";
import { createFolderReader } from "./folder.ts";
import type { StoreKind } from "./found.ts";
import { readHuggingFaceCache } from "./huggingface-cache.ts";
import { readInvokeAi } from "./invokeai.ts";
import { readLmStudio } from "./lm-studio.ts";
import { readOllamaModels } from "./ollama-store.ts";
import type { StoreReader } from "./store-reader.ts";

const programs = {
  huggingface: readHuggingFaceCache,
  ollama: readOllamaModels,
  lmstudio: readLmStudio,
  invokeai: readInvokeAi,
  comfyui: readComfyUi,
} satisfies Partial<Record<StoreKind, StoreReader>>;

/** What reads each store. */
export const storeReaders: Readonly<Record<StoreKind, StoreReader>> = {
  ...programs,
  // InvokeAI's models are in its list, which is asked where that store is: not in whatever folder one walks into.
  folder: createFolderReader({ ...programs, invokeai: undefined }),
};
