import type { OllamaFacts } from "../maintenance/plan.ts";
import type { Files } from "../ports/files.ts";
import type { OllamaServer } from "../ports/ollama-server.ts";
import { type OllamaPlaces, findOllamaStore, readOllamaStore } from "./ollama.ts";

/** Ollama as operations see it: its store on the disk, and its server where that runs. */
export interface Ollama {
  /** undefined where there is no store. @throws FaultError `fileUnreadable` where it may not be read */
  read(signal: AbortSignal): Promise<OllamaFacts | undefined>;
  /** By the server. Idempotent. */
  remove(model: string, signal: AbortSignal): Promise<void>;
}

export function createOllama(deps: {
  readonly files: Pick<Files, "list" | "stat" | "readText">;
  readonly server: OllamaServer;
  readonly places: () => OllamaPlaces;
  /** Without a slash at its end. */
  readonly url: () => string;
}): Ollama {
  const { files, server, places, url } = deps;
  return {
    read: async (signal) => {
      const root = await findOllamaStore(files, places());
      const store = root === undefined ? undefined : await readOllamaStore(files, root);
      if (store === undefined) return undefined;
      const served = await server.models(url(), signal);
      return { ...store, serverRuns: served !== undefined && serves(served, store) };
    },
    remove: (model, signal) => server.remove(url(), model, signal),
  };
}

/** A server in a container, or of another person, has a store of its own. */
const serves = (served: ReadonlyMap<string, number>, { models }: Pick<OllamaFacts, "models">): boolean =>
  [...models.keys()].every((model) => served.has(model));
