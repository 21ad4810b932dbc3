import type { ServerMetrics } from "../protocol/serving.ts";
import type { Event } from "../util/events.ts";
import type { Disposable } from "../util/events.ts";

/** What running servers take and do. Nothing is asked of anyone while nobody watches. */
export interface ServingMetrics {
  /** By server; empty while nobody watches. */
  read(): ReadonlyMap<string, ServerMetrics>;
  /** Until it is disposed of. Windows renew theirs: one that has gone is forgotten after a while. */
  watch(): Disposable;
  readonly onChange: Event<void>;
}
