import type { Clock } from "../ports/clock.ts";
import { json, text } from "../registry/columns.ts";
import type { Registry } from "../registry/registry.ts";

/** What hubs answered, on the disk, that there is no such thing among it. */
export interface HubCache {
  /**
   * Those that are still fresh.
   * @param known milliseconds an answer holds
   * @param unknown milliseconds a failure holds
   */
  read(keys: readonly string[], known: number, unknown: number): Promise<ReadonlyMap<string, Cached>>;
  write(items: readonly CacheItem[]): Promise<void>;
}

/** Without a body: it was said that there is none. */
export interface Cached {
  readonly body: unknown;
  readonly etag?: string;
  /** A fault's code. */
  readonly failure?: string;
  /** The fault as a whole, where it was kept. */
  readonly fault?: unknown;
}

export type CacheItem =
  | { readonly key: string; readonly body: unknown; readonly etag?: string | undefined }
  /** A fault's code, and the fault where it is to be told again. */
  | { readonly key: string; readonly failure: string; readonly fault?: unknown };

/** Below SQLite's limit of parameters. */
const AT_ONCE = 400;
/** Milliseconds after which an answer is of no more use to anyone. */
const OLD = 90 * 86_400_000;

export function createHubCache(registry: Pick<Registry, "query" | "commit">, clock: Pick<Clock, "wall">): HubCache {
  const time = (ago: number): string => new Date(clock.wall() - ago).toISOString();
  return {
    read: async (keys, known, unknown) => {
      const found = new Map<string, Cached>();
      for (let from = 0; from < keys.length; from += AT_ONCE) {
        const some = keys.slice(from, from + AT_ONCE);
        const rows = await registry.query(
          `SELECT * FROM hub_cache WHERE key IN (${some.map(() => "?").join(", ")})
           AND at > CASE WHEN failure_json IS NULL THEN ? ELSE ? END`,
          [...some, time(known), time(unknown)],
        );
        for (const row of rows) {
          const etag = text(row, "etag");
          const failed = json(row, "failure_json");
          found.set(String(row["key"]), {
            body: json(row, "body_json"),
            ...(etag !== undefined && { etag }),
            ...(isFailure(failed) && { failure: failed.code, fault: failed.fault }),
          });
        }
      }
      return found;
    },
    write: async (items) => {
      if (items.length === 0) return;
      const at = time(0);
      const old = await registry.query("SELECT key FROM hub_cache WHERE at < ? LIMIT 500", [time(OLD)]);
      const fresh = new Set(items.map(({ key }) => key));
      const edits = old.flatMap(({ key }) =>
        fresh.has(String(key)) ? [] : [{ table: "hub_cache", key: String(key), after: null }],
      );
      await registry.commit([
        ...edits,
        ...items.map((item) => ({ table: "hub_cache", key: item.key, after: rowOf(item, at) })),
      ]);
    },
  };
}

const rowOf = (item: CacheItem, at: string) =>
  "failure" in item
    ? { at, etag: null, body_json: null, failure_json: JSON.stringify({ code: item.failure, fault: item.fault }) }
    : { at, etag: item.etag ?? null, body_json: JSON.stringify(item.body), failure_json: null };

const isFailure = (value: unknown): value is { readonly code: string; readonly fault?: unknown } =>
  typeof value === "object" && value !== null && "code" in value && typeof value.code === "string";
