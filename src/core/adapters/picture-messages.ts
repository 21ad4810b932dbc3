import type { Thumbnail } from "../ports/pictures.ts";
import type { Fault } from "../util/faults.ts";

/** Between the host and its picture thread. Both ends are of one build. */
export interface ToPictureThread {
  readonly id: number;
  readonly picture: Uint8Array;
  readonly maxEdge: number;
}

export type FromPictureThread =
  | { readonly kind: "done"; readonly id: number; readonly thumbnail: Thumbnail }
  | { readonly kind: "failed"; readonly id: number; readonly fault: Fault };
