/** Looks at pictures off the loop of whoever asks. */
export interface Pictures {
  /**
   * A small copy, upright in the shape it has. Files that move, or that are packed in ways we do not unpack (webp, gif),
   * come back as they are. Rejects with `formatInvalid` for what is no picture, broken, or a bomb.
   * @param maxEdge pixels of the longer side at most
   */
  thumbnail(picture: Uint8Array, maxEdge: number, signal: AbortSignal): Promise<Thumbnail>;
  /** The bytes of a file; undefined where it is not there. Rejects with `fileUnreadable`, also over `limit` bytes. */
  read(path: string, limit: number, signal: AbortSignal): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

export const pictureKinds = ["png", "jpeg", "webp", "gif"] as const;
export type PictureKind = (typeof pictureKinds)[number];

export interface Thumbnail {
  readonly kind: PictureKind;
  readonly content: Uint8Array;
  /** Of the picture it was made from. */
  readonly original: { readonly kind: PictureKind; readonly width: number; readonly height: number };
}
