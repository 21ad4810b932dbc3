import type { ServerMetrics } from "../protocol/serving.ts";

/** What running servers take and do. Nothing is asked of anyone while nobody watches. */
export interface ServingMetrics {
  /** By server; empty while nobody watches. */
  read(): ReadonlyMap<string, ServerMetrics>;
  /**
   * Somebody looks, and will for some ten seconds: whoever goes on looking says so again, and one that has gone is
   * forgotten. Resolves once there are figures of now.
   */
  watch(signal: AbortSignal): Promise<void>;
  /** Titles of our servers by the numbers of their processes, as they were seen last. */
  holders(signal: AbortSignal): Promise<ReadonlyMap<number, string>>;
  close(): void;
}
