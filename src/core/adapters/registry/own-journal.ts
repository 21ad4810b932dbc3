import { rmSync } from "node:fs";
import path from "node:path";
import { type JournalFile, createJournalFile } from "./journal-file.ts";
import { type OpenedRecord, encodeLine } from "./journal-line.ts";
import { segmentFile } from "./names.ts";

/** What this owner writes: one segment at a time. Throws what Node throws. */
export interface OwnJournal {
  /** Says what was found; written with the first append that succeeds, before its lines. */
  introduce(opened: OpenedRecord): void;
  /** @param lines in pieces of any length, which are written one behind the other */
  append(lines: readonly string[]): void;
  /** True once what was found is on the disk. */
  introduced(): boolean;
  /** Later appends go to a new segment. Gives the file that ended, undefined where there was nothing to end. */
  rotate(sequence: number): string | undefined;
  /** The segment that is, or will be, written. */
  current(): string;
  close(): void;
  /** Takes back that this owner ever was; only before the first append. */
  withdraw(): void;
}

export function createOwnJournal(folder: string, generation: number): OwnJournal {
  let current = segmentFile(generation, undefined);
  let file: JournalFile | undefined = createJournalFile(path.join(folder, current));
  let head: string | undefined;
  return {
    introduce: (opened) => {
      head = encodeLine(opened);
    },
    introduced: () => head === "",
    append: (lines) => {
      file ??= createJournalFile(path.join(folder, current));
      file.append([head ?? "", ...lines]);
      head = "";
    },
    rotate: (sequence) => {
      const next = segmentFile(generation, sequence);
      if (head !== "" || current === next) return undefined;
      const ended = current;
      file?.close();
      file = undefined;
      current = next;
      return ended;
    },
    current: () => current,
    close: () => file?.close(),
    withdraw: () => {
      file?.close();
      rmSync(path.join(folder, current), { force: true });
    },
  };
}
