import type { ReuseWay } from "../protocol/downloads.ts";

/** Bytes that are on this machine already, for a file that is wanted. */
export interface Reuse {
  /**
   * The best place of these bytes, proven by sha256, and the ways to get them under the target's name; undefined where
   * there is none. Equal name or size alone never counts.
   * @param prove false: only what is proven already; true: files that may hold them are hashed, which takes time
   */
  find(
    wanted: WantedFile,
    options: { readonly prove: boolean; readonly onHashed?: OnHashed },
    signal: AbortSignal,
  ): Promise<Reusable | undefined>;
  /**
   * Puts the bytes under the target's name, durably; they are proven again where they may have changed since. Nothing may
   * lie there. Rejects with `stale` where they are no longer the proven ones, with what the disk says otherwise; nothing
   * has happened then, and fetching is what is left.
   */
  take(reusable: Reusable, how: ReuseWay, target: string, signal: AbortSignal): Promise<void>;
}

/** Bytes read so far of those that may be read: all files that may hold the wanted bytes, one after the other. */
export type OnHashed = (read: number, ofAll: number) => void;

export interface WantedFile {
  /** Absolute: the folder the target must lie in when all links are resolved; absent: wherever it is. */
  readonly root?: string;
  /** Absolute: where it is to be. */
  readonly target: string;
  readonly sizeBytes: number;
  readonly sha256?: string;
  readonly source: { readonly reference: string; readonly path: string };
}

export interface Reusable {
  /** Absolute; no link. */
  readonly path: string;
  /** As wanted. */
  readonly root?: string;
  /** What was wanted: the bytes are held to it again before they are taken. Absent: nothing proves them, and none are taken. */
  readonly sha256?: string;
  /** False: it has the size, or its source says so, and was not hashed; only where `prove` was false. */
  readonly proven: boolean;
  /** What the volumes allow, best first; empty where nothing but fetching is left. */
  readonly ways: readonly ReuseWay[];
  /** Why the others are not, one sentence each. */
  readonly refused: readonly string[];
}
