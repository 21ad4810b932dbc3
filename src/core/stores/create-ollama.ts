import type { OllamaFacts } from "../maintenance/plan.ts";
import type { Files } from "../ports/files.ts";
import type { OllamaServer } from "../ports/ollama-server.ts";
import { type OllamaPlaces, findOllamaStore, readOllamaStore } from "./ollama.ts";

/** Ollama as operations see it: its store on the disk, its server, or both. */
export interface Ollama {
  /** undefined where there is neither. @throws FaultError `fileUnreadable` where it may not be read */
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
      const served = await server.models(url(), signal);
      if (store !== undefined) return { ...store, serverRuns: served !== undefined && serves(served, store) };
      return served && { root: undefined, serverRuns: true, models: onlyServed(served) };
    },
    remove: (model, signal) => server.remove(url(), model, signal),
  };
}

/** A server in a container, or of another person, has a store of its own. */
const serves = (served: ReadonlyMap<string, number>, { models }: Pick<OllamaFacts, "models">): boolean =>
  [...models.keys()].every((model) => served.has(model));

const onlyServed = (served: ReadonlyMap<string, number>): OllamaFacts["models"] =>
  new Map([...served].map(([model, sizeBytes]) => [model, { blobs: [], manifest: "", sizeBytes }]));
