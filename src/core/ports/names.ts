/** What a host's name stands for. */
export interface Names {
  /** Addresses in their usual form; empty where the name is not known here, as behind a proxy. */
  resolve(host: string, signal: AbortSignal): Promise<readonly string[]>;
}
