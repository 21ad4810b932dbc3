import type { Deck } from "../core.ts";
import type { Trouble } from "../protocol/downloads.ts";

/** One process's place at the deck of a folder: it owns it, or follows whoever does. */
export interface Seat {
  readonly deck: Omit<Deck, "close">;
  /** One line for the log. */
  readonly words: string;
  /** What a person should know of sitting here; told as events, after a while. */
  readonly notices: readonly Trouble[];
  /** Resolves when the seat is lost; does not reject. */
  readonly ending: Promise<Ending>;
  /** A secret of this window has changed. */
  secretChanged(name: string): void;
  close(): Promise<void>;
}

export type Ending =
  | { readonly kind: "ended" }
  /** The owner of that generation gives no sign of life. */
  | { readonly kind: "frozen"; readonly generation: number }
  /** We let go for a newer one, which is to come first. */
  | { readonly kind: "yielded" };
