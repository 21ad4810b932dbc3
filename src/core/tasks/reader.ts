import type { Clock } from "../ports/clock.ts";
import type { FileFacts } from "../ports/files.ts";
import type { Hasher, Hashing } from "../ports/hasher.ts";
import { isFault } from "../util/faults.ts";
import { createGate } from "./gate.ts";
import type { HashCache } from "./hash-cache.ts";
import type { Finding } from "./judge.ts";
import type { Look } from "./look.ts";
import type { VerifyTarget } from "./verify-targets.ts";

/** The same bytes under one name or several. */
export interface Work {
  readonly path: string;
  readonly facts: FileFacts;
  /** Git's name of it is wanted too. */
  readonly git: boolean;
  readonly targets: readonly VerifyTarget[];
}

export interface ReaderParts {
  readonly hasher: Pick<Hasher, "lanes" | "start">;
  readonly cache: HashCache;
  readonly look: Look;
  readonly clock: Pick<Clock, "wall">;
}

/** Hashes files and can be held in the middle of them. */
export interface Reader {
  read(work: Work): Promise<Finding>;
  /** Resolves at once while it is not held. */
  readonly passed: () => Promise<void>;
  /** Bytes of the files that are being read. */
  bytes(): number;
  hold(): void;
  go(): void;
}

export function createReader(parts: ReaderParts, onMoved: () => void, signal: AbortSignal): Reader {
  const { hasher, cache, look, clock } = parts;
  const gate = createGate();
  const reading = new Map<Hashing, number>();
  let held = false;

  /** undefined where it changed meanwhile. */
  async function once(work: Work): Promise<Finding | undefined> {
    const begun = clock.wall();
    const hashing = hasher.start(
      work,
      (done) => {
        reading.set(hashing, done);
        onMoved();
      },
      signal,
    );
    reading.set(hashing, 0);
    if (held) hashing.hold();
    try {
      const file = await hashing.result;
      if (!file.steady) return undefined;
      await cache.put([...new Set(work.targets.map(({ path }) => path))], file, begun);
      return { kind: "hashed", file };
    } catch (error) {
      signal.throwIfAborted();
      const unreadable = isFault(error, "fileUnreadable");
      if (!unreadable && !isFault(error, "notFound")) throw error;
      const sight = await look(work.targets[0] ?? { path: work.path, location: undefined });
      if (sight.kind !== "file") return { kind: sight.kind };
      return unreadable ? { kind: "unreadable" } : undefined;
    } finally {
      reading.delete(hashing);
    }
  }

  const steer = (now: boolean): void => {
    held = now;
    if (now) gate.shut();
    else gate.open();
    for (const hashing of reading.keys()) {
      if (now) hashing.hold();
      else hashing.go();
    }
  };

  return {
    read: async (work) => {
      const first = await once(work);
      if (first) return first;
      await gate.passed(signal);
      // Once more: whoever wrote it may be done now.
      return (await once(work)) ?? { kind: "unsteady" };
    },
    passed: () => gate.passed(signal),
    bytes: () => Array.from(reading.values()).reduce((sum, done) => sum + done, 0),
    hold: () => steer(true),
    go: () => steer(false),
  };
}
