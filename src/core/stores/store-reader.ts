import type { ScanAsk } from "../ports/scanner.ts";
import type { StoreSight } from "../ports/store-disk.ts";
import type { FoundModel } from "./found.ts";

/** undefined: a breath, so that whoever runs the reader may look whether it is still wanted; one a folder or more. */
export type Found = Iterable<FoundModel | undefined>;

/**
 * Reads what one store holds, one model after the other. What cannot be read is told to `sight.trouble`, and it goes on.
 * @throws FaultError only where the root itself may not be read
 */
export type StoreReader = (ask: ScanAsk, sight: StoreSight) => Found;
