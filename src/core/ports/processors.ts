import type { Millis } from "../util/ids.ts";

/** The machine's processors. */
export interface Processors {
  /** Time since some start, over all cores: what they worked, and all there was. Both stay 0 where nothing tells. */
  read(): { readonly cores: number; readonly busy: Millis; readonly whole: Millis };
}
