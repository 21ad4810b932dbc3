import type { MakeDigest } from "../ports/digest.ts";
import type { Thumbnail } from "../ports/pictures.ts";
import { endingOf } from "./picture-facts.ts";
import type { FileParts } from "./write-files.ts";

/** Pixels of a thumbnail's longer side. */
export const THUMBNAIL_EDGE = 256;

export interface PictureKeeping extends FileParts {
  readonly digest: MakeDigest;
  /** Absolute: the data folder. */
  readonly storage: string;
}

/** A picture with the places it has in the data folder; nothing is written yet. */
export interface KeptPicture {
  readonly content: Uint8Array;
  readonly ending: string;
  readonly thumbnail: { readonly path: string; readonly content: Uint8Array };
  /** For an original that finds no place beside its model. */
  readonly path: string;
}

/** @throws FaultError `formatInvalid` */
export async function lookAtPicture(
  { pictures, digest, storage }: PictureKeeping,
  content: Uint8Array,
  signal: AbortSignal,
): Promise<KeptPicture> {
  const small: Thumbnail = await pictures.thumbnail(content, THUMBNAIL_EDGE, signal);
  const sum = digest("sha256");
  sum.update(content);
  const name = sum.hex();
  const ending = endingOf(small.original.kind);
  return {
    content,
    ending,
    thumbnail: { path: `${storage}/previews/${name}.small.${endingOf(small.kind)}`, content: small.content },
    path: `${storage}/previews/${name}.${ending}`,
  };
}
