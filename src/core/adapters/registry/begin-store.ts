import type { SqlJsStatic } from "sql.js";
import type { OpenReport, Prepared, Row } from "../../ports/database.ts";
import { fault } from "../../util/faults.ts";
import { type Question, decodeRows, keyOf } from "./answers-file.ts";
import { type Folders, openFolders } from "./folders.ts";
import { type OwnJournal, createOwnJournal } from "./own-journal.ts";
import { createQuestionBook } from "./question-book.ts";
import { listingBeside } from "./listing-keeper.ts";
import { type QuickLook, type QuickState, lookQuickly } from "./quick-look.ts";
import { type Store, type StoreOptions, loadStore } from "./store.ts";

/** A registry whose owner is known, before its rows are in memory. */
export interface Opening {
  /** There where the first questions are answered already. */
  readonly quick:
    | {
        readonly opened: OpenReport;
        answer(question: Question): readonly Row[] | undefined;
        prepared(): Prepared | undefined;
      }
    | undefined;
  /**
   * Reads it all. Throws `versionSkew` and then has changed nothing, and disk faults. Where another state is found than
   * `quick` answered from, `revised` says so.
   */
  load(sqlite: SqlJsStatic): Store;
  /** Ends without having read it all. */
  close(): void;
}

/** Throws `stale` where the generation is not above all others, and disk faults. */
export function beginStore({ folder, generation, migrations, keyColumns }: StoreOptions): Opening {
  const folders = openFolders(folder);
  const fresh = folders.empty();
  if (folders.generation() >= generation) throw fault({ code: "stale", what: `generation ${generation} of ${folder}` });
  // Its file is there before anything is read: an older owner that sees it after a sync tells nobody that the commit is done.
  const journal = createOwnJournal(folders.journal, generation);
  const look = glanceAt(folders, generation, migrations.length);
  const { kept, state } = look;
  const book = createQuestionBook(kept?.rows.keys() ?? []);
  if (state) introduceQuickly(journal, state);
  return {
    quick: kept &&
      state && {
        opened: { generation, fresh, setAside: [] },
        prepared: () => {
          const listing = listingBeside(folders.snapshots, { file: state.snapshot.file, mark: kept.of });
          return listing && { listing, moved: [] };
        },
        answer: (question) => {
          const text = kept.rows.get(keyOf(question));
          const rows = text === undefined ? undefined : decodeRows(text);
          if (rows) book.asked(question, rows);
          return rows;
        },
      },
    load: (sqlite) =>
      loadStore(sqlite, { folder, generation, migrations, keyColumns }, { folders, fresh, journal, look, book }),
    close: () => {
      try {
        journal.append([]);
        for (const file of state?.hollow ?? []) folders.drop(file);
      } catch {
        // Nothing was committed; what is left over, the next one tidies away.
      } finally {
        journal.close();
      }
    },
  };
}

function glanceAt(folders: Folders, generation: number, schema: number): QuickLook {
  try {
    return lookQuickly(folders.glance(generation), schema);
  } catch {
    // Reading it all tells what is the matter.
    return { kept: undefined };
  }
}

function introduceQuickly(journal: OwnJournal, { opened }: QuickState): void {
  journal.introduce(opened);
  try {
    journal.note();
  } catch {
    // The first commit says it, as on a full disk.
  }
}
