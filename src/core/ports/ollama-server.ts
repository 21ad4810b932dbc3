/** Ollama's own server, where it runs. Addresses have no slash at their end. */
export interface OllamaServer {
  /** `name:tag` → bytes, of the models it has; undefined where it does not answer. */
  models(url: string, signal: AbortSignal): Promise<ReadonlyMap<string, number> | undefined>;
  /** Idempotent: a model that is not there counts as removed. Rejects with `network` where the server does not do it. */
  remove(url: string, model: string, signal: AbortSignal): Promise<void>;
}
