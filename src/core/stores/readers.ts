import type { StoreKind } from "./found.ts";
import type { StoreReader } from "./store-reader.ts";

/** What reads each store. */
export const storeReaders: Readonly<Partial<Record<StoreKind, StoreReader>>> = {};
