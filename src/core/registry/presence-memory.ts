import type { Clock } from "../ports/clock.ts";
import type { Changes, Database, Row } from "../ports/database.ts";
import type { DiskLook } from "../ports/disk-look.ts";
import type { Entry } from "../protocol/models.ts";
import { type Event, createEmitter } from "../util/events.ts";
import type { Millis } from "../util/ids.ts";
import type { Condition } from "./entry-query.ts";
import { isBelow } from "../maintenance/operations/paths.ts";
import { type Item, type PresenceBook, createPresenceBook } from "./presence-book.ts";
import { stateOrPath } from "./presence.ts";
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
  /** The same in memory: whether the file of the entry whose row has this key is there. What is not known counts as there. */
  isThere(): Promise<(key: string) => boolean>;
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

/** Paths that are asked for at a time, so that a page between two of them does not wait long. */
const AT_ONCE = 256;
/** Milliseconds after which a filter that is asked for has everything looked at behind it; then, before it. */
const OLD = 10_000;
const TOO_OLD = 60_000;
/** Rows that are read at a time, so that neither thread is held by them. */
const SLICE = 500;

export function createPresenceMemory(
  database: Pick<Database, "query">,
  areThere: DiskLook["areThere"],
  clock: Pick<Clock, "now">,
  roots: Roots = { locations: [], weightsRoot: undefined },
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

  const learn = (some: readonly (readonly [string, Item])[], there: readonly (boolean | undefined)[]): void => {
    const names = some.flatMap(([key, item], index) => {
      const found = there[index];
      return found !== undefined && book.learn(key, item, found) ? [nameOf(key)] : [];
    });
    if (names.length > 0) news.fire(names);
  };
  const lookAt = async (items: Iterable<readonly [string, Item]>): Promise<void> => {
    const all = [...items];
    for (let at = 0; at < all.length; at += AT_ONCE) {
      const some = all.slice(at, at + AT_ONCE);
      const paths = some.map(([, { path }]) => path);
      learn(some, await areThere(paths, (late) => learn(some, late)));
    }
  };
  const look = async (): Promise<void> => {
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
    await lookAt(book.items);
    if (doubts === before) lookedAt = started;
  };
  const forget = (): void => {
    forgotten += 1;
    doubts += 1;
    [kept, lookedAt] = [false, undefined];
    book.clear();
  };
  /** One at a time: whoever asks meanwhile waits for the one that is under way. */
  const lookAtAll = (): Promise<void> => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const age = (): number => (lookedAt === undefined ? Infinity : clock.now() - lookedAt);

  const refresh = async (): Promise<void> => {
    // Twice, where what was under way began before a doubt.
    for (let times = 0; times < 2 && age() > TOO_OLD; times += 1) await lookAtAll();
    await lookAt(book.unknown);
    // What fails behind fails again before, once it is too old.
    if (age() > OLD) lookAtAll().catch(() => undefined);
  };

  return {
    look: (rows) => lookAtRows(rows, { book, isKept: kept, areThere, learn, absent: absenceBelow(roots, areThere) }),
    met: async (installed) => {
      await refresh();
      const { edition } = book;
      if (condition?.edition !== edition) condition = { edition, met: installedCondition(book.items) };
      const { met } = condition;
      return installed ? met : { ...met, sql: `NOT ${met.sql}` };
    },
    isThere: async () => {
      await refresh();
      return (key) => book.items.get(key)?.there !== false;
    },
    lookAgain: async () => {
      await looking?.catch(() => undefined);
      await lookAtAll();
    },
    lookBelow: (paths) =>
      lookAt([...book.items].filter(([, { path }]) => paths.some((above) => path === above || isBelow(path, above)))),
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

/** The states of rows as they are now; what is found out of the disk is learned. */
async function lookAtRows(
  rows: readonly Row[],
  {
    book,
    isKept,
    areThere,
    learn,
    absent,
  }: {
    readonly book: PresenceBook;
    readonly isKept: boolean;
    readonly areThere: DiskLook["areThere"];
    readonly learn: (some: readonly (readonly [string, Item])[], there: readonly (boolean | undefined)[]) => void;
    readonly absent: ReturnType<typeof absenceBelow>;
  },
): Promise<readonly Entry["state"][]> {
  const asked: (readonly [string, Item])[] = [];
  const told = rows.map((row) => {
    const one = stateOrPath(row);
    if ("state" in one) return one;
    const key = String(row["key"]);
    if (!isKept && book.items.get(key)?.path !== one.path) book.expect(key, one.path);
    const item = book.items.get(key);
    return asked.push([key, item?.path === one.path ? item : { path: one.path, there: undefined }]) - 1;
  });
  const there = await areThere(
    asked.map(([, { path }]) => path),
    (late) => learn(asked, late),
  );
  learn(asked, there);
  return Promise.all(
    told.map(async (one, index) => {
      if (typeof one !== "number") return one.state;
      const row = rows[index];
      return row && there[one] === false ? absent(row) : unlessAbsent(there[one], asked[one]?.[1]);
    }),
  );
}

/** Of a disk that does not answer, as it was; what is not known counts as there. */
const unlessAbsent = (there: boolean | undefined, item: Item | undefined): "installed" | "offline" =>
  there === undefined && item?.there === false ? "offline" : "installed";

/** What a file that is not there is: gone, or away with its drive. Each root is asked for once. */
function absenceBelow(
  roots: Roots,
  areThere: DiskLook["areThere"],
): (row: Row) => "missing" | Promise<"missing" | "offline"> {
  const isRootThere = once(async (root) => (await areThere([root], () => undefined))[0] === true);
  return (row) => {
    const root = rootOf(roots, { path: text(row, "path") ?? "", location: text(row, "location") });
    return root === undefined ? "missing" : isRootThere(root).then((there) => (there ? "missing" : "offline"));
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
