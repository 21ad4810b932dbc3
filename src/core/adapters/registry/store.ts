import path from "node:path";
import type { SqlJsStatic } from "sql.js";
import type { Commit, Edit, OpenReport, Prepared, Row, Value } from "../../ports/database.ts";
import type { Migration } from "../../registry/schema.ts";
import { type FaultError, fault, reasonOf } from "../../util/faults.ts";
import { durableReplace } from "../durable-replace.ts";
import { createAnswerKeeper } from "./answer-keeper.ts";
import { applyGroup } from "./apply-group.ts";
import { diskFault, isDiskFull } from "./disk-faults.ts";
import { type Folders, recoverStubbornly } from "./folders.ts";
import { keepListing, listingBeside } from "./listing-keeper.ts";
import { snapshotFile } from "./names.ts";
import type { OwnJournal } from "./own-journal.ts";
import type { QuestionBook } from "./question-book.ts";
import type { QuickLook, QuickState } from "./quick-look.ts";
import { type Recovered, recover } from "./recover.ts";
import { shelve } from "./shelf.ts";
import { type SnapshotMark, encodeSnapshot } from "./snapshot-file.ts";
import { type Tables, openTables } from "./tables.ts";

/** The registry of one owner: rows in memory, journal and snapshots on the disk. Blocks but for snapshots. */
export interface Store {
  readonly opened: OpenReport;
  /** True where it holds another state than the first answers were given from. */
  readonly revised: boolean;
  /**
   * One transaction for each list of edits, one sync for all of them. In their order: what became of each.
   * Where the journal cannot be written none has happened.
   */
  commit(groups: readonly Group[]): readonly Outcome[];
  query(statement: string, parameters: readonly Value[]): readonly Row[];
  /** What lay beside the snapshot that was opened; undefined where too much changed since. */
  prepared(): Prepared | undefined;
  /** Bytes of journal since the last snapshot; undefined where that holds everything. */
  pending(): number | undefined;
  /**
   * Writes what no snapshot holds yet, if there is any, and tidies up; one at a time. Commits go on meanwhile.
   * Rejects with what Node throws; nothing is lost then.
   */
  snapshot(): Promise<void>;
  /** Writes what the next opening is asked first beside the newest snapshot, if that holds all there is. Rejects as `snapshot` does. */
  keepReady(): Promise<void>;
  close(): void;
}

/** The edits of one transaction, asked for once. `many`: its changes are not told one by one. */
export interface Group {
  readonly edits: Iterable<Edit>;
  readonly many: boolean;
}

export type Outcome =
  | { readonly kind: "done"; readonly commit: Commit }
  | { readonly kind: "refused"; readonly error: unknown };

export interface StoreOptions {
  /** The data folder; `registry/` and `journal/` lie in it. */
  readonly folder: string;
  readonly generation: number;
  readonly migrations: readonly Migration[];
  readonly keyColumns: Readonly<Record<string, string>>;
}

/** What an opening knows before it reads the rows. */
export interface Begun {
  readonly folders: Folders;
  readonly fresh: boolean;
  readonly journal: OwnJournal;
  readonly look: QuickLook;
  readonly book: QuestionBook;
}

const lengthOf = (lines: readonly string[]): number => lines.reduce((sum, { length }) => sum + length, 0);

/**
 * Reads it all. Throws `versionSkew` and then has changed nothing, and disk faults. Where another state is found than the
 * first answers were given from, `revised` says so.
 */
export function loadStore(sqlite: SqlJsStatic, options: StoreOptions, begun: Begun): Store {
  const { generation } = options;
  const { folders, fresh, journal, book } = begun;
  const { kept, state } = begun.look;
  const found = readAll(sqlite, options, begun);
  const { tables } = found;
  let { sequence, unsaved } = found;
  let unsavedBytes = found.segments.reduce((sum, { spared, counted }) => sum + (spared ? 0 : counted), 0);
  const counted = Object.fromEntries(found.segments.map(({ name, counted }) => [name.file, counted]));
  const keepAnswers = createAnswerKeeper(
    folders,
    book,
    (statement, parameters) => tables.query(statement, parameters),
    kept && state && { file: state.snapshot.file, answers: kept },
  );
  let replaced: FaultError | undefined;
  const asides = setAsideDamaged(found, folders, journal.introduced());
  const stuck = asides.flatMap(({ file, path }) => (path.endsWith(file) ? [file] : []));

  const checkReplaced = (): void => {
    if (folders.journalGeneration() > generation) replaced = fault({ code: "ownerGone" });
    if (replaced) throw replaced;
  };
  const shelf = shelve(folders, generation, found, state?.hollow ?? new Set(), () => [...stuck, journal.current()]);
  const applyOne = (group: Group, lines: string[]): Outcome => {
    const outcome = applyGroup(tables, group, sequence + 1, lines, found.moved);
    if (outcome.kind === "done") ({ sequence } = outcome.commit);
    return outcome;
  };

  if (journal.introduced()) shelf.tidy();
  return {
    opened: { generation, fresh, setAside: asides.map(({ path, reason }) => ({ path, reason })) },
    revised: state !== undefined && !isThatState(found, state),
    query: (statement, parameters) => {
      const rows = tables.query(statement, parameters);
      book.asked({ statement, parameters }, rows);
      return rows;
    },
    pending: () => (unsaved ? unsavedBytes : undefined),
    commit: (groups) => {
      const before = sequence;
      const lines: string[] = [];
      try {
        return tables.transaction(() => {
          if (replaced) throw replaced;
          const outcomes = groups.map((group) => applyOne(group, lines));
          if (lines.length === 0) return outcomes;
          journal.append(lines);
          checkReplaced();
          unsaved = true;
          unsavedBytes += lengthOf(lines);
          return outcomes;
        });
      } catch (error) {
        sequence = before;
        const reason = diskFault(error, path.join(folders.journal, journal.current()), lengthOf(lines));
        return groups.map(() => ({ kind: "refused", error: reason }));
      }
    },
    snapshot: async () => {
      if (!unsaved) return;
      checkReplaced();
      const at = sequence;
      const content = encodeSnapshot({ schema: tables.schema(), sequence: at, database: tables.export() });
      // The next commit begins a segment of its own, so that whole files can go once a snapshot spares them.
      const ended = journal.rotate(at);
      if (ended !== undefined) shelf.ended(ended, at);
      [unsaved, unsavedBytes] = [false, 0];
      const file = snapshotFile(generation, at);
      try {
        await durableReplace(path.join(folders.snapshots, file), content);
      } catch (error) {
        unsaved = true;
        throw error;
      }
      checkReplaced();
      shelf.taken(file, at);
      shelf.tidy();
    },
    prepared: () => preparedOf(found, folders),
    keepReady: async () => {
      const at = sequence;
      const isStill = (): boolean => !unsaved && sequence === at && replaced === undefined;
      const whole = shelf.newest();
      // What was damaged may look otherwise next time.
      if (!isStill() || whole?.sequence !== at || asides.length > 0) return;
      checkReplaced();
      const mark = folders.markOf(whole.file);
      if (!mark) return;
      await keepAnswers({ file: whole.file, mark, journal: { ...counted, ...journal.counted() } }, isStill);
      const query: typeof tables.query = (statement, parameters) => tables.query(statement, parameters);
      await keepListing(folders.snapshots, { file: whole.file, mark }, query, isStill);
    },
    close: () => {
      journal.close();
      tables.close();
    },
  };
}

function preparedOf({ base, moved, tables }: Recovered, folders: Folders): Prepared | undefined {
  const names = moved.names();
  const mark = base && names && markStill(folders, base.file);
  // What was packed before a migration is of other tables.
  if (!base || !names || mark?.schema !== tables.schema()) return undefined;
  const listing = listingBeside(folders.snapshots, { file: base.file, mark });
  return listing && { listing, moved: [...names] };
}

/** It was read when the registry was opened; whether it can be now is nobody's trouble. */
function markStill(folders: Folders, file: string): SnapshotMark | undefined {
  try {
    return folders.markOf(file);
  } catch {
    return undefined;
  }
}

/** True where the answers that were given are of what was found in the end. */
const isThatState = (found: Recovered, { snapshot, opened }: QuickState): boolean =>
  found.damaged.length === 0 && found.sequence === opened.sequence && found.snapshots[0]?.file === snapshot.file;

/** Reads what is there, and says so in the journal. On a full disk that waits for the first commit: one can read all the same. */
function readAll(
  sqlite: SqlJsStatic,
  { generation, migrations, keyColumns }: StoreOptions,
  { folders, journal, look: { state } }: Begun,
): Recovered {
  const open = (content: Parameters<typeof openTables>[1]): Tables =>
    openTables(sqlite, content, migrations, keyColumns);
  const own = state ? [{ generation, opened: state.opened }] : [];
  try {
    const found = recoverStubbornly(() => recover(folders.holdings(generation), migrations, open, own));
    const counted = Object.fromEntries(found.segments.map(({ name, counted }) => [name.file, counted]));
    if (!state || !isThatState(found, state))
      journal.introduce({ kind: "opened", schema: found.tables.schema(), sequence: found.sequence, read: counted });
    try {
      journal.append([]);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
    return found;
  } catch (error) {
    journal.withdraw();
    throw diskFault(error, folders.snapshots);
  }
}

/** Where each damaged file is kept now: under its own name where it could not be moved, or where the disk is too full to say so first. */
function setAsideDamaged(
  { damaged, segments }: Recovered,
  folders: Folders,
  allowed: boolean,
): readonly { readonly file: string; readonly path: string; readonly reason: string }[] {
  return damaged.map((damage) => {
    const { file } = damage.name;
    const needed = segments.some(({ name, counted }) => name.file === file && counted > 0);
    const original = path.join(damage.kind === "snapshot" ? folders.snapshots : folders.journal, file);
    if (!allowed) return { file, path: original, reason: damage.reason };
    try {
      return { file, path: folders.setAside(damage, needed), reason: damage.reason };
    } catch (error) {
      return { file, path: original, reason: `${damage.reason}; it could not be set aside: ${reasonOf(error)}` };
    }
  });
}
