/** Ollama's own server, where it runs. Addresses have no slash at their end. */
export interface OllamaServer {
  /** `name:tag` → bytes, of the models it has; undefined where it does not answer. */
  models(url: string, signal: AbortSignal): Promise<ReadonlyMap<string, number> | undefined>;
  /** The same with what it tells of each, newest first; undefined where it does not answer. */
  details(url: string, signal: AbortSignal): Promise<readonly OllamaModel[] | undefined>;
  /** Idempotent: a model that is not there counts as removed. Rejects with `network` where the server does not do it. */
  remove(url: string, model: string, signal: AbortSignal): Promise<void>;
  /**
   * The server fetches the model from its registry, into its own store; what it has of it already it does not fetch again.
   * Ends when the server says that all is there. Giving up ends the request, and with it the server's work; it keeps
   * what it has. Rejects
   * with `notFound` where its registry has no such model, else with `network` and the server's own words.
   */
  pull(url: string, model: string, onProgress: (progress: OllamaProgress) => void, signal: AbortSignal): Promise<void>;
}

export interface OllamaModel {
  /** `name:tag`. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Of its manifest. */
  readonly digest?: string;
  readonly modifiedAt?: string;
  /** As `gguf`. */
  readonly format?: string;
  readonly quantization?: string;
  readonly family?: string;
}

export interface OllamaProgress {
  /** In the server's words, as `pulling manifest`. */
  readonly status: string;
  /** Of all layers that were named so far; both grow as more are named. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** What the queue asks of it. */
export interface OllamaPulls {
  /** @param name `name:tag` */
  pull(name: string, onProgress: (progress: OllamaProgress) => void, signal: AbortSignal): Promise<void>;
}
