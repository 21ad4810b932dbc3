import type { StoreItem } from "../ports/store-disk.ts";
import type { Remembered, Seen } from "./scan-cache.ts";
import { type RawDisk, type Stamp, isFresh } from "./store-disk.ts";

/** What was asked of the disk while one answer was found, that is to be remembered. */
export interface Recording {
  readonly heads: Map<string, Remembered["head"]>;
  readonly seen: Map<string, { readonly stamp: Stamp | undefined; files?: number }>;
  readonly problemsBefore: number;
  /** Something may change yet and look the same. */
  fresh: boolean;
}

export interface Recorder {
  /** undefined: nothing is recorded. */
  now: Recording | undefined;
  /** How a path looks; within one recording always the same. */
  stamp(path: string): Stamp | undefined;
  /** What was read of the path when it looked so, and is old; undefined where it was seen to look otherwise. */
  agreed<T extends { readonly stamp: Stamp }>(path: string, read: T | undefined): T | undefined;
  /** How many files the folder holds. */
  files(folder: string, items: readonly StoreItem[]): number;
}

export const emptyRecording = (problemsBefore: number): Recording => ({
  heads: new Map(),
  seen: new Map(),
  problemsBefore,
  fresh: false,
});

export function createRecorder(raw: RawDisk): Recorder {
  const recorder: Recorder = {
    now: undefined,
    stamp: (path) => {
      const known = recorder.now?.seen.get(path);
      if (known) return known.stamp;
      const stamp = raw.stamp(path);
      recorder.now?.seen.set(path, { stamp });
      if (recorder.now && stamp && isFresh(stamp)) recorder.now.fresh = true;
      return stamp;
    },
    agreed: (path, read) => {
      if (!read) return undefined;
      const known = recorder.now?.seen.get(path);
      if (known && known.stamp?.text !== read.stamp.text) return undefined;
      if (!known) recorder.now?.seen.set(path, { stamp: read.stamp });
      return read;
    },
    files: (folder, items) => {
      let files = 0;
      for (const { kind } of items) if (kind !== "folder") files += 1;
      const entry = recorder.now?.seen.get(folder);
      if (entry) entry.files = files;
      return files;
    },
  };
  return recorder;
}

export const seenOf = ({ seen }: Recording): readonly Seen[] =>
  Array.from(seen, ([path, { stamp, files }]) => ({
    path,
    stamp: stamp?.text ?? "",
    ...(files !== undefined && { files }),
  }));
