import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import path from "node:path";
import { codeOf } from "./disk-faults.ts";
import { answersFile, highestGeneration, listingFile, segmentNames, setAsideName, snapshotNames } from "./names.ts";
import type { Glance } from "./quick-look.ts";
import type { Damage, Holdings, Recovered } from "./recover.ts";
import { HEAD_BYTES, type SnapshotMark, TAIL_BYTES, markOf } from "./snapshot-file.ts";

/** The two folders of a registry on the disk. All calls block and throw what Node throws. */
export interface Folders {
  readonly snapshots: string;
  readonly journal: string;
  /** The highest generation there is a trace of, 0 for none. */
  generation(): number;
  /** The same by the journals alone, where every owner leaves its first trace: cheap enough for each commit. */
  journalGeneration(): number;
  /** True where neither folder holds anything. */
  empty(): boolean;
  /** What is there now but for files of `generation`; each file is read once. */
  holdings(generation: number): Holdings;
  /** The same without reading whole files, but for what is asked for. */
  glance(generation: number): Glance;
  /** What that snapshot says of itself; undefined where it is gone, too. */
  markOf(file: string): SnapshotMark | undefined;
  /** Removes a segment. */
  drop(file: string): void;
  /** Keeps the file under another name, and says which. A journal that is still needed is copied. */
  setAside(damage: Damage, needed: boolean): string;
  /** Removes every snapshot and segment up to that generation but for those, and temporary files a kill left. */
  retire(generation: number, keep: ReadonlySet<string>): void;
}

export function openFolders(root: string): Folders {
  const snapshots = path.join(root, "registry");
  const journal = path.join(root, "journal");
  for (const folder of [root, snapshots, journal]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const list = () => ({ snapshots: readdirSync(snapshots), segments: readdirSync(journal) });
  const markIn = (file: string): SnapshotMark | undefined => {
    const { head, tail } = endsOf(path.join(snapshots, file), HEAD_BYTES, TAIL_BYTES);
    return markOf(head, tail);
  };
  return {
    snapshots,
    journal,
    markOf: (file) => (existsSync(path.join(snapshots, file)) ? markIn(file) : undefined),
    drop: (file) => rmSync(path.join(journal, file), { force: true }),
    generation: () => {
      const found = list();
      return highestGeneration(found.snapshots, found.segments);
    },
    journalGeneration: () => highestGeneration(readdirSync(journal)),
    empty: () => {
      const found = list();
      return found.snapshots.length + found.segments.length === 0;
    },
    holdings: (generation) => {
      const found = list();
      const older = (name: { readonly generation: number }): boolean => name.generation < generation;
      const segments = segmentNames(found.segments).filter(older);
      // A late owner may still write; what is decided about a file must be about the same bytes.
      const contents = new Map(segments.map(({ file }) => [file, readFileSync(path.join(journal, file))]));
      return {
        snapshots: snapshotNames(found.snapshots).filter(older),
        segments,
        readSnapshot: ({ file }) => readFileSync(path.join(snapshots, file)),
        readSegment: ({ file }) => contents.get(file) ?? Buffer.alloc(0),
      };
    },
    glance: (generation) => {
      const found = list();
      const older = (name: { readonly generation: number }): boolean => name.generation < generation;
      return {
        snapshots: snapshotNames(found.snapshots).filter(older),
        segments: segmentNames(found.segments).filter(older),
        headOf: ({ file }) => endsOf(path.join(journal, file), FIRST_LINE, 0).head,
        sizeOf: ({ file }) => statSync(path.join(journal, file)).size,
        readSegment: ({ file }) => readFileSync(path.join(journal, file)),
        markOf: ({ file }) => markIn(file),
        answersOf: ({ file }) => {
          const answers = answersFile(file);
          return found.snapshots.includes(answers) ? readFileSync(path.join(snapshots, answers)) : undefined;
        },
      };
    },
    setAside: (damage, needed) => {
      const file = path.join(damage.kind === "snapshot" ? snapshots : journal, damage.name.file);
      const kept = setAsideName(file, Date.now());
      if (needed) copyFileSync(file, kept);
      else renameSync(file, kept);
      return kept;
    },
    retire: (generation, keep) => {
      const found = list();
      const old = (name: { readonly generation: number; readonly file: string }): boolean =>
        name.generation <= generation && !keep.has(name.file);
      for (const { file } of snapshotNames(found.snapshots).filter(old))
        rmSync(path.join(snapshots, file), { force: true });
      const beside = new Set([...keep].flatMap((file) => [answersFile(file), listingFile(file)]));
      for (const file of found.snapshots.filter((one) => /\.(?:answers|listing)$/.test(one) && !beside.has(one)))
        if (highestGeneration([file.replace(/(?:answers|listing)$/, "db")]) <= generation)
          rmSync(path.join(snapshots, file), { force: true });
      for (const { file } of segmentNames(found.segments).filter(old))
        rmSync(path.join(journal, file), { force: true });
      for (const file of found.snapshots.filter((one) => /^\..*\.new$/.test(one)))
        rmSync(path.join(snapshots, file), { force: true });
    },
  };
}

/** Of a journal; the longest names every segment there was. */
const FIRST_LINE = 65_536;

function endsOf(file: string, first: number, last: number): { readonly head: Uint8Array; readonly tail: Uint8Array } {
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    const part = (length: number, position: number): Uint8Array => {
      const bytes = new Uint8Array(Math.min(length, size));
      return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, Math.max(0, position)));
    };
    return { head: part(first, 0), tail: part(last, size - last) };
  } finally {
    closeSync(descriptor);
  }
}

/** Tries again where a late owner tidied a file away between listing and reading. */
export function recoverStubbornly(read: () => Recovered): Recovered {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return read();
    } catch (error) {
      if (codeOf(error) !== "ENOENT" || attempt === 5) throw error;
    }
  }
}
