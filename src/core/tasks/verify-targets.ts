import { isBelow } from "../maintenance/operations/paths.ts";
import type { Row } from "../ports/database.ts";
import { flag, number, text } from "../registry/columns.ts";
import { MERGED } from "../registry/entry-query.ts";
import type { Registry } from "../registry/registry.ts";
import { fault } from "../util/faults.ts";
import { type GitSha1, type Sha256, parseGitSha1, parseSha256 } from "../util/ids.ts";
import { nearNames } from "../util/near-names.ts";

/** A file that an entry says it has, with what is on record of it. */
export interface VerifyTarget {
  readonly entry: string;
  readonly path: string;
  /** Names the location its entry lies in, where it names one. */
  readonly location: string | undefined;
  readonly sizeBytes: number | undefined;
  readonly sha256: Sha256 | undefined;
  readonly gitSha1: GitSha1 | undefined;
  /** The digest over all files of the entry that a lock ties it to. */
  readonly lock: string | undefined;
  /** The repository and commit it came from. */
  readonly source: { readonly reference: string; readonly revision: string } | undefined;
}

/** Below SQLite's limit of parameters. */
const AT_ONCE = 400;

const COLUMNS = `e.name, e.path, e.location, e.locked, e.lock_sha256, e.downloaded_at,
  e.source_provider, e.source_reference, e.source_revision`;

/** @param names entries; all that have files where left out. Rejects with `notFound` for one that is not there. */
export async function verifyTargets(
  registry: Pick<Registry, "query">,
  names: readonly string[] | undefined,
): Promise<readonly VerifyTarget[]> {
  const entries = names ? await named(registry, [...new Set(names)]) : await all(registry);
  const rows = await inChunks(
    entries.map((entry) => String(entry["name"])),
    (some) => registry.query(`SELECT * FROM files WHERE entry IN (${marks(some)}) ORDER BY path`, some),
  );
  const files = Map.groupBy(rows, (row) => row["entry"]);
  const lonely = entries.flatMap((entry) => ownPath(entry, files.get(text(entry, "name") ?? "") ?? []) ?? []);
  // Its bytes may be on record as another entry's: two names of one file.
  const elsewhere = await inChunks(lonely, (some) =>
    registry.query(`SELECT * FROM files WHERE path IN (${marks(some)})`, some),
  );
  const byPath = new Map(elsewhere.map((row) => [row["path"], row]));
  return entries.flatMap((entry) => {
    const own = files.get(text(entry, "name") ?? "") ?? [];
    const path = ownPath(entry, own);
    const more = path === undefined ? [] : [byPath.get(path) ?? { path }];
    return [...own, ...more].flatMap((file) => targetOf(entry, file) ?? []);
  });
}

const marks = (some: readonly string[]): string => some.map(() => "?").join(", ");

async function inChunks(
  texts: readonly string[],
  ask: (some: readonly string[]) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const found: Row[] = [];
  for (let from = 0; from < texts.length; from += AT_ONCE)
    found.push(...(await ask(texts.slice(from, from + AT_ONCE))));
  return found;
}

const all = (registry: Pick<Registry, "query">): Promise<readonly Row[]> =>
  registry.query(`SELECT ${COLUMNS} FROM entries e WHERE ${MERGED} AND e.path IS NOT NULL
    AND (e.path NOT LIKE 'ollama://%' OR e.downloaded_at IS NOT NULL) ORDER BY e.name`);

async function named(registry: Pick<Registry, "query">, names: readonly string[]): Promise<readonly Row[]> {
  const rows = await inChunks(names, (some) =>
    registry.query(`SELECT ${COLUMNS} FROM entries e WHERE ${MERGED} AND e.name IN (${marks(some)})`, some),
  );
  const known = new Set(rows.map((row) => row["name"]));
  const missing = names.find((name) => !known.has(name));
  if (missing === undefined) return rows;
  const there = await registry.query("SELECT DISTINCT name FROM entries");
  const near = nearNames(
    missing,
    there.map((row) => String(row["name"])),
  );
  throw fault({ code: "notFound", what: "entry", name: missing, near });
}

/** The entry's path, where no file on record is it or lies below it. */
function ownPath(entry: Row, files: readonly Row[]): string | undefined {
  const path = text(entry, "path");
  if (path === undefined) return undefined;
  const covered = files.some((file) => file["path"] === path || isBelow(String(file["path"]), path));
  return covered ? undefined : path;
}

function targetOf(entry: Row, file: Row): VerifyTarget | undefined {
  const [name, path] = [text(entry, "name"), text(file, "path")];
  if (name === undefined || path === undefined) return undefined;
  const [reference, revision] = [text(entry, "source_reference"), text(entry, "source_revision")];
  const fromHub = entry["source_provider"] === "huggingface" && reference !== undefined && revision !== undefined;
  return {
    entry: name,
    path,
    location: text(entry, "location"),
    sizeBytes: number(file, "size_bytes"),
    sha256: parseSha256(text(file, "sha256") ?? ""),
    gitSha1: parseGitSha1(text(file, "git_sha1") ?? ""),
    lock: flag(entry, "locked") ? text(entry, "lock_sha256") : undefined,
    source: fromHub ? { reference, revision } : undefined,
  };
}
