import type { Bytes } from "../util/ids.ts";

/** The machine's own memory, or as much of it as this process may have. */
export interface MachineMemory {
  /** `free` counts what the system would give up for the asking, such as its file cache. */
  read(): { readonly total: Bytes; readonly free: Bytes };
}
