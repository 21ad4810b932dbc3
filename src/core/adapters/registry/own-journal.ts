import { rmSync } from "node:fs";
import path from "node:path";
import { type JournalFile, createJournalFile } from "./journal-file.ts";
import { type OpenedRecord, encodeLine } from "./journal-line.ts";
import { segmentFile } from "./names.ts";

/** What this owner writes: one segment at a time. Throws what Node throws. */
export interface OwnJournal {
  /** Says what was found; written with the first append that succeeds, before its lines. Only before that can it be said anew. */
  introduce(opened: OpenedRecord): void;
  /** Writes what was found, so that other processes can read it; that it lasts, the next append sees to. */
  note(): void;
  /** @param lines in pieces of any length, which are written one behind the other */
  append(lines: readonly string[]): void;
  /** True once what was found is on the disk. */
  introduced(): boolean;
  /** Later appends go to a new segment. Gives the file that ended, undefined where there was nothing to end. */
  rotate(sequence: number): string | undefined;
  /** The segment that is, or will be, written. */
  current(): string;
  /** Its segments → bytes of them that count. */
  counted(): Readonly<Record<string, number>>;
  close(): void;
  /** Takes back that this owner ever was; only before the first append. */
  withdraw(): void;
}

export function createOwnJournal(folder: string, generation: number): OwnJournal {
  let current = segmentFile(generation, undefined);
  let file: JournalFile | undefined = createJournalFile(path.join(folder, current));
  let head: string | undefined;
  let [noted, lasts] = [false, false];
  const ends: Record<string, number> = {};
  return {
    introduce: (opened) => {
      if (noted) file?.empty();
      noted = false;
      head = encodeLine(opened);
    },
    note: () => {
      file?.note(head ?? "");
      [head, noted] = ["", true];
    },
    introduced: () => lasts,
    append: (lines) => {
      file ??= createJournalFile(path.join(folder, current));
      file.append([head ?? "", ...lines]);
      [head, lasts] = ["", true];
    },
    rotate: (sequence) => {
      const next = segmentFile(generation, sequence);
      if (!lasts || current === next) return undefined;
      const ended = current;
      if (file) ends[ended] = file.size();
      file?.close();
      file = undefined;
      current = next;
      return ended;
    },
    current: () => current,
    counted: () => (file ? { ...ends, [current]: file.size() } : ends),
    close: () => file?.close(),
    withdraw: () => {
      file?.close();
      rmSync(path.join(folder, current), { force: true });
    },
  };
}
