import type { Bytes } from "../util/ids.ts";

/** Images of the container engine. */
export interface Images {
  /**
   * Fetches an image; what the engine has of it already it does not fetch again. Ends when all is there; given up, the
   * engine keeps what it has. Rejects with `engineUnreachable`, `notFound` where its registry has no such image,
   * `forbidden` where the registry wants a login or sets a limit, `formatInvalid` where there is none for this machine,
   * `diskFull`, and else `network` with the engine's words.
   */
  pull(image: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<void>;
}

/** Of the layers that are to be fetched, as far as the engine has begun with them. */
export interface PullProgress {
  readonly done: Bytes;
  readonly total: Bytes;
}
