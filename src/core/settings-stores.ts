import { absoluteFiles, folder, httpAddress } from "./settings-values.ts";

/** Where other programs keep their models, as a person says it. */
export interface StoreSettings {
  readonly ollama: {
    /** Its store; where it is not set, Ollama's own variable or folders say it. */
    readonly models: string | undefined;
    /** Its server. */
    readonly url: string;
  };
  /** Its list of models and their folder, absolute; where they are not set, its own settings file says them. */
  readonly invokeai: { readonly database: string | undefined; readonly models: string | undefined };
  /** Its folder, and absolute files in the form of its `extra_model_paths.yaml`. */
  readonly comfyui: { readonly root: string | undefined; readonly extraModelPaths: readonly string[] };
  /** Its home, or the folder of its models; where it is not set, LM Studio's own pointers say it. */
  readonly lmstudio: { readonly root: string | undefined };
  /** Folder of a Wan2GP installation, whose lists are offered. */
  readonly wan2gp: { readonly root: string | undefined };
}

type Read = <T>(key: string, fallback: T, accept: (value: unknown) => T | undefined, wanted: string) => T;

export function readStores(read: Read): StoreSettings {
  const place = (key: string, wanted = "an absolute folder") =>
    read<string | undefined>(key, undefined, folder, wanted);
  return {
    ollama: {
      models: place("ollama.models"),
      url: read("ollama.url", "http://127.0.0.1:11434", httpAddress, "an http(s) address").replace(/\/+$/, ""),
    },
    invokeai: { database: place("invokeai.database", "an absolute file"), models: place("invokeai.models") },
    lmstudio: { root: place("lmstudio.root") },
    comfyui: {
      root: place("comfyui.root"),
      extraModelPaths: read("comfyui.extraModelPaths", [], absoluteFiles, "a list of absolute files"),
    },
    wan2gp: { root: place("wan2gp.root") },
  };
}
