import type { ScanAsk } from "../ports/scanner.ts";
import type { FoundModel } from "../stores/found.ts";

/** By the name that the scan thread gave each. */
export type NamedModels = ReadonlyMap<string, FoundModel>;

/**
 * What the last scan of each store found, so that what stayed as it was need not be carried and built once more. It is
 * held for as long as somebody is likely to scan again: between a preview and what applies it, between a scan and the
 * doctor's.
 */
export interface KeptModels {
  of(ask: ScanAsk): NamedModels;
  keep(ask: ScanAsk, models: NamedModels): void;
  forget(): void;
}

/** In all; with what headers bring a model takes some 2 to 4 KB. */
const MOST = 10_000;
/** Milliseconds since the last scan. */
const FORGOTTEN_AFTER = 5 * 60_000;
const NONE: NamedModels = new Map();

export function createKeptModels(): KeptModels {
  /** The last one last. */
  const stores = new Map<string, NamedModels>();
  let forgetting: NodeJS.Timeout | undefined;
  const keyOf = ({ store, root }: ScanAsk): string => `${store}\n${root}`;

  function forget(): void {
    clearTimeout(forgetting);
    stores.clear();
  }

  return {
    of: (ask) => stores.get(keyOf(ask)) ?? NONE,
    keep: (ask, models) => {
      stores.delete(keyOf(ask));
      stores.set(keyOf(ask), models);
      let count = 0;
      for (const one of stores.values()) count += one.size;
      for (const [key, one] of stores) {
        if (count <= MOST) break;
        stores.delete(key);
        count -= one.size;
      }
      clearTimeout(forgetting);
      forgetting = setTimeout(forget, FORGOTTEN_AFTER).unref();
    },
    forget,
  };
}
