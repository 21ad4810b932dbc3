import type { Fault } from "../util/faults.ts";
import type { OwnerLine } from "./line.ts";

/** What came of asking to follow. */
export type Meeting =
  | { readonly kind: "line"; readonly line: OwnerLine }
  /** Nobody owns. */
  | { readonly kind: "nobody" }
  /** It lives, and has not said a word for longer than a heart may stop. */
  | { readonly kind: "silent"; readonly generation: number }
  /** It is about to let go. */
  | { readonly kind: "leaving" }
  | { readonly kind: "refused"; readonly fault: Fault };
