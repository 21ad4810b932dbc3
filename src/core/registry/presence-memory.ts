import type { Clock } from "../ports/clock.ts";
import type { Changes, Database, Row } from "../ports/database.ts";
import type { Files } from "../ports/files.ts";
import type { Entry } from "../protocol/models.ts";
import { type Event, createEmitter } from "../util/events.ts";
import type { Millis } from "../util/ids.ts";
import type { Condition } from "./entry-query.ts";
import { isBelow } from "../maintenance/operations/paths.ts";
import { type Item, type PresenceBook, createPresenceBook } from "./presence-book.ts";
import { forEach, isThere, stateOrPath } from "./presence.ts";
import { HAS_PATH, ON_DISK, installedCondition } from "./presence-condition.ts";
import { type Roots, rootOf } from "./roots.ts";
import { text } from "./columns.ts";

/**
 * Which entries have their file, remembered so that a filter by it need not ask the disk for them all. It serves to
 * choose rows and to count; what is shown of a row is looked up. Before someone asks by it, what was shown is all it knows.
 */
export interface PresenceMemory {
  /** What each row's entry is, in their order, by the disk now; where that is news, what is remembered becomes so. */
  look(rows: readonly Row[]): Promise<readonly Entry["state"][]>;
  /** Met by the entries that are installed, or by the others, as far as is remembered. What is not, is looked up first. */
  met(installed: boolean): Promise<Condition>;
  /** Resolves when the disk was asked for everything, each after this was called. */
  lookAgain(): Promise<void>;
  /** Looks at what is remembered of these paths and of all below them. */
  lookBelow(paths: readonly string[]): Promise<void>;
  /** From here on, nothing that is remembered is good without another look. */
  doubt(): void;
  /** These were committed: what they are about is looked at before it is used again. */
  changed(changes: Changes): void;
  /** Nothing is remembered. */
  forget(): void;
  /** Names of entries whose file came or went without a commit. */
  readonly onNews: Event<readonly string[]>;
}

const AT_ONCE = 16;
/** Behind a person's back no more than two: Node reads files in four threads, and others want some. */
const BEHIND = 2;
/** Milliseconds after which a filter that is asked for has everything looked at behind it; then, before it. */
const OLD = 10_000;
const TOO_OLD = 60_000;
/** Rows that are read at a time, so that neither thread is held by them. */
const SLICE = 500;

export function createPresenceMemory(
  database: Pick<Database, "query">,
  {
    files,
    clock,
    roots = { locations: [], weightsRoot: undefined },
  }: { readonly files: Pick<Files, "stat">; readonly clock: Pick<Clock, "now">; readonly roots?: Roots | undefined },
): PresenceMemory {
  const news = createEmitter<readonly string[]>();
  const book = createPresenceBook();
  /** Whether anyone asked yet, so that the book is kept. */
  let kept = false;
  let lookedAt: Millis | undefined;
  let doubts = 0;
  /** How often all of it was. */
  let forgotten = 0;
  let looking: Promise<void> | undefined;
  let condition: { readonly edition: number; readonly met: Condition } | undefined;

  const lookAt = async (some: Iterable<readonly [string, Item]>, atOnce: number): Promise<void> => {
    const names = await learnAll(book, some, atOnce, files);
    if (names.size > 0) news.fire([...names]);
  };
  const look = async (atOnce: number): Promise<void> => {
    const [started, before] = [clock.now(), doubts];
    if (!kept) {
      const read = forgotten;
      kept = true;
      try {
        await fill(book, database);
      } catch (error) {
        kept = false;
        book.clear();
        throw error;
      }
      // What was read may be of before all that.
      if (forgotten !== read) return forget();
    }
    await lookAt([...book.items], atOnce);
    if (doubts === before) lookedAt = started;
  };
  const forget = (): void => {
    forgotten += 1;
    doubts += 1;
    [kept, lookedAt] = [false, undefined];
    book.clear();
  };
  /** One at a time: whoever asks meanwhile waits for the one that is under way. */
  const lookAtAll = (atOnce: number): Promise<void> => {
    looking ??= look(atOnce).finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const age = (): number => (lookedAt === undefined ? Infinity : clock.now() - lookedAt);

  return {
    look: async (rows) => {
      const states: Entry["state"][] = rows.map(() => "logical");
      const names: string[] = [];
      const absent = absenceBelow(roots, files);
      await forEach(rows.entries(), AT_ONCE, async ([index, row]) => {
        const told = stateOrPath(row);
        if ("state" in told) return void (states[index] = told.state);
        const key = String(row["key"]);
        if (!kept && book.items.get(key)?.path !== told.path) book.expect(key, told.path);
        const item = book.items.get(key);
        const there = await isThere(told.path, files);
        states[index] = there ? "installed" : await absent(row, told.path);
        if (item?.path === told.path && book.learn(key, item, there)) names.push(nameOf(key));
      });
      if (names.length > 0) news.fire(names);
      return states;
    },
    met: async (installed) => {
      // Twice, where what was under way began before a doubt.
      for (let times = 0; times < 2 && age() > TOO_OLD; times += 1) await lookAtAll(AT_ONCE);
      await lookAt([...book.unknown], AT_ONCE);
      // What fails behind fails again before, once it is too old.
      if (age() > OLD) lookAtAll(BEHIND).catch(() => undefined);
      const { edition } = book;
      if (condition?.edition !== edition) condition = { edition, met: installedCondition(book.items) };
      const { met } = condition;
      return installed ? met : { ...met, sql: `NOT ${met.sql}` };
    },
    lookAgain: async () => {
      await looking?.catch(() => undefined);
      await lookAtAll(AT_ONCE);
    },
    lookBelow: (paths) => {
      const concerns = (path: string): boolean => paths.some((above) => path === above || isBelow(path, above));
      return lookAt(
        [...book.items].filter(([, { path }]) => concerns(path)),
        BEHIND,
      );
    },
    doubt: () => {
      doubts += 1;
      lookedAt = undefined;
    },
    forget,
    changed: (changes) => {
      if (changes === "many") return forget();
      book.changed(kept ? changes : changes.filter(({ table, key }) => table !== "entries" || book.items.has(key)));
    },
    onNews: news.event,
  };
}

/** Names of the entries of which something else was remembered. */
async function learnAll(
  book: PresenceBook,
  some: Iterable<readonly [string, Item]>,
  atOnce: number,
  files: Pick<Files, "stat">,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  await forEach(some, atOnce, async ([key, item]) => {
    if (book.learn(key, item, await isThere(item.path, files))) names.add(nameOf(key));
  });
  return names;
}

/** What a file that is not there is: gone, or away with its drive. Each root is asked for once. */
function absenceBelow(
  roots: Roots,
  files: Pick<Files, "stat">,
): (row: Row, path: string) => Promise<"missing" | "offline"> {
  const isRootThere = once((root) => isThere(root, files));
  return async (row, path) => {
    const root = rootOf(roots, { path, location: text(row, "location") });
    return root === undefined || (await isRootThere(root)) ? "missing" : "offline";
  };
}

async function fill(book: PresenceBook, database: Pick<Database, "query">): Promise<void> {
  for (let last: string | undefined = ""; last !== undefined;) {
    const rows: readonly Row[] = await database.query(
      `SELECT e.key, e.path FROM entries e WHERE e.key > ? AND ${HAS_PATH} AND ${ON_DISK} ORDER BY e.key LIMIT ${SLICE}`,
      [last],
    );
    for (const row of rows) {
      const [key, path] = [String(row["key"]), String(row["path"])];
      // What was shown of it is news where it is no longer so.
      if (book.items.get(key)?.path !== path) book.expect(key, path);
    }
    last = rows.length < SLICE ? undefined : String(rows.at(-1)?.["key"]);
  }
}

/** Of an entry, by its row's key. */
const nameOf = (key: string): string => key.slice(key.indexOf(":") + 1);

/** Asks for each only the first time. */
function once(ask: (key: string) => Promise<boolean>): (key: string) => Promise<boolean> {
  const answers = new Map<string, Promise<boolean>>();
  return (key) => {
    const answer = answers.get(key) ?? ask(key);
    answers.set(key, answer);
    return answer;
  };
}
