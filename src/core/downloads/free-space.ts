import type { Clock } from "../ports/clock.ts";
import type { Files } from "../ports/files.ts";
import { toTrouble } from "../present/trouble.ts";
import type { Trouble } from "../protocol/downloads.ts";
import type { Bytes } from "../util/ids.ts";
import type { DiskQuestions } from "./disk-questions.ts";

/** What is free on volumes, for figures: nobody waits for a disk. */
export interface FreeSpace {
  /** As it was told last; undefined where it was not yet, or does not answer. Asked again behind it after a while. */
  known(path: string): Bytes | undefined;
  /** Why nothing is known: the disk is silent, or says no. */
  whyNot(path: string): Trouble | undefined;
  /** Resolves when each has answered, or has not in time. */
  look(paths: readonly string[]): Promise<void>;
}

export interface FreeAnswer {
  /** null where a disk does not tell in time, and `reason` says why. */
  readonly freeBytes: number | null;
  readonly reason?: Trouble;
}

export interface FreeSpaceParts {
  readonly files: Pick<Files, "freeSpace">;
  readonly clock: Pick<Clock, "now">;
  readonly disks: Pick<DiskQuestions, "ask">;
}

/** Milliseconds an answer is good for. */
const GOOD_FOR = 2000;
/** Bytes: less is not worth telling. */
const WORTH_TELLING = 32 * 2 ** 20;

/** @param onChange what `known` says became another */
export function createFreeSpace({ files, clock, disks }: FreeSpaceParts, onChange: () => void): FreeSpace {
  const told = new Map<string, { readonly free: Bytes | undefined; readonly at: number; readonly whyNot?: Trouble }>();
  const asked = new Map<string, Promise<void>>();

  async function ask(path: string): Promise<void> {
    const { free, ...why } = await disks
      .ask(path, () => files.freeSpace(path))
      .then(
        (bytes) => ({ free: bytes }),
        (error: unknown) => ({ free: undefined, whyNot: toTrouble(error) }),
      );
    const before = told.get(path)?.free;
    const isOther = before === undefined || free === undefined ? before !== free : away(before, free) >= WORTH_TELLING;
    told.set(path, { free: isOther ? free : before, at: clock.now(), ...why });
    asked.delete(path);
    if (isOther) onChange();
  }

  function askOnce(path: string): Promise<void> {
    const under = asked.get(path) ?? ask(path);
    asked.set(path, under);
    return under;
  }

  return {
    known: (path) => {
      const known = told.get(path);
      if (known === undefined || clock.now() - known.at >= GOOD_FOR) void askOnce(path);
      return known?.free;
    },
    whyNot: (path) => told.get(path)?.whyNot,
    look: async (paths) => void (await Promise.all(paths.map(askOnce))),
  };
}

/** Waits for the disks as `look` does; in the order of the paths. */
export async function freeAt(space: FreeSpace, paths: readonly string[]): Promise<readonly FreeAnswer[]> {
  await space.look(paths);
  return paths.map((path) => {
    const [free, reason] = [space.known(path), space.whyNot(path)];
    return { freeBytes: free ?? null, ...(free === undefined && reason && { reason }) };
  });
}

const away = (one: number, other: number): number => Math.abs(one - other);
