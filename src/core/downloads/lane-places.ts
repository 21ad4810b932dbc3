import type { ItemFile } from "./item.ts";

/** A file under way, as far as its place counts. */
export interface Placed {
  readonly file: ItemFile;
  readonly stop: AbortController;
  /** It waits for something that nothing of ours brings, and takes no place; with a function: for a place again. */
  aside: boolean | (() => void);
}

export interface LaneCounts {
  /** Large files at once; 0: none at all, also no small ones. */
  readonly parallel: number;
  /** Bytes up to which a file counts as small; 8 MiB unless told. */
  readonly small?: number;
}

/** How many may be under way. */
export interface LanePlaces {
  /** A person's number is of files that take a while; small ones would wait for each other's answers and syncs. */
  has(file: ItemFile): boolean;
  /** For any file. */
  areFull(): boolean;
  /** Gives places to those that want theirs back, before any other begins. */
  takeBack(): void;
  /** Resolves when it has a place again; rejects when it is stopped. */
  comeBack(lane: Placed): Promise<void>;
}

/** One request brings a file up to this. */
const SMALL = 8 * 2 ** 20;
/** Small files at once, whatever else runs: as many as there are connections to a host, and as many that are being finished. */
const SMALL_AT_ONCE = 32;

export function createLanePlaces({ parallel, small = SMALL }: LaneCounts, lanes: ReadonlySet<Placed>): LanePlaces {
  const isSmall = ({ planned }: ItemFile): boolean => planned.sizeBytes <= small;
  const working = (): readonly Placed[] => Array.from(lanes).filter(({ aside }) => aside === false);
  const large = (): number => working().filter(({ file }) => !isSmall(file)).length;
  const has = (file: ItemFile): boolean =>
    isSmall(file) ? parallel > 0 && working().length < SMALL_AT_ONCE : large() < parallel;

  function takeBack(): void {
    for (const lane of lanes) {
      if (typeof lane.aside !== "function" || !has(lane.file)) continue;
      const back = lane.aside;
      lane.aside = false;
      back();
    }
  }

  return {
    has,
    areFull: () => parallel === 0 || (large() >= parallel && working().length >= SMALL_AT_ONCE),
    takeBack,
    comeBack: async (lane) => {
      const place = Promise.withResolvers<void>();
      const { signal } = lane.stop;
      signal.throwIfAborted();
      signal.addEventListener("abort", () => place.reject(signal.reason), { once: true });
      lane.aside = place.resolve;
      lane.file.state = "waiting";
      takeBack();
      await place.promise;
      lane.file.state = "fetching";
    },
  };
}
