import { digestsOf } from "../maintenance/survey/digests.ts";
import type { Row } from "../ports/database.ts";
import type { Clock } from "../ports/clock.ts";
import type { FileFacts, Files } from "../ports/files.ts";
import type { Hasher } from "../ports/hasher.ts";
import type { Log } from "../ports/log.ts";
import type { Scanner } from "../ports/scanner.ts";
import type { Place } from "../protocol/models.ts";
import { number, text } from "../registry/columns.ts";
import type { Registry } from "../registry/registry.ts";
import type { FoundFile } from "../stores/found.ts";
import type { ContentIndex, Wanted } from "./content.ts";

export interface ContentParts {
  readonly registry: Pick<Registry, "query" | "commit">;
  readonly files: Pick<Files, "stat">;
  readonly hasher: Pick<Hasher, "lanes" | "start">;
  readonly scanner: Pick<Scanner, "ofSizes">;
  readonly clock: Pick<Clock, "wall">;
  readonly log: Log;
  /** Where bytes are looked for: locations and the stores that are there. */
  readonly roots: (signal: AbortSignal) => Promise<readonly string[]>;
}

/** What a row says of a path and its digest, and the file as it is now. */
interface Known {
  readonly path: string;
  readonly sha256: string;
  readonly facts: FileFacts;
  readonly entry: string | undefined;
}

/** Below SQLite's limit of parameters. */
const AT_ONCE = 400;

export function createContentIndex(parts: ContentParts): ContentIndex {
  const { registry, files, scanner } = parts;

  /** Rows of both tables; of the registry's files only those whose digest was proven, not what a store says. */
  const recorded = async (column: "sha256" | "path", values: readonly string[]): Promise<readonly Row[]> => {
    const rows: Row[] = [];
    for (let from = 0; from < values.length; from += AT_ONCE) {
      const some = values.slice(from, from + AT_ONCE);
      const marks = some.map(() => "?").join(", ");
      const columns = "path, size_bytes, modified, identity, sha256";
      for (const statement of [
        `SELECT ${columns} FROM hashes WHERE ${column} IN (${marks})`,
        `SELECT ${columns}, entry FROM files WHERE proof = 'sha256' AND sha256 IS NOT NULL AND ${column} IN (${marks})`,
      ])
        for (const row of await registry.query(statement, some)) rows.push(row);
    }
    return rows;
  };

  const stat = (path: string): Promise<FileFacts | undefined> => files.stat(path).catch(() => undefined);

  /** Of each path the digest that holds for the file as it is now. */
  async function standing(rows: readonly Row[], signal: AbortSignal): Promise<ReadonlyMap<string, Known>> {
    const known = new Map<string, Known>();
    for (const [path, some] of Map.groupBy(rows, (row) => text(row, "path") ?? "")) {
      signal.throwIfAborted();
      const facts = path === "" ? undefined : await stat(path);
      if (facts?.kind !== "file") continue;
      const sha256 = some.filter((row) => stands(row, facts)).map((row) => text(row, "sha256"))[0];
      const entry = some.flatMap((row) => text(row, "entry") ?? [])[0];
      if (sha256 !== undefined) known.set(path, { path, sha256, facts, entry });
    }
    return known;
  }

  const prove: ContentIndex["prove"] = async (path, sha256, signal, onHashed) =>
    (await digestsOf(parts, [path], ({ done }) => onHashed?.(done), signal)).get(path) === sha256;

  return {
    places: async (entry, signal) => {
      const own = (await registry.query("SELECT path FROM files WHERE entry = ?", [entry])).flatMap(
        (row) => text(row, "path") ?? [],
      );
      const mine = await standing(await recorded("path", own), signal);
      const digests = [...new Set([...mine.values()].map(({ sha256 }) => sha256))];
      const others = await standing(await recorded("sha256", digests), signal);
      const entries = await entriesOf(registry, [...others.keys()]);
      return [...mine.values()].flatMap((one) =>
        [...others.values()]
          .filter(({ path, sha256 }) => sha256 === one.sha256 && path !== one.path)
          .toSorted((a, b) => (a.path < b.path ? -1 : 1))
          .map((other): Place => {
            const owner = other.entry ?? entries.get(other.path);
            return {
              of: one.path,
              path: other.path,
              sizeBytes: other.facts.size,
              sha256: one.sha256,
              shared: other.facts.identity === one.facts.identity,
              ...(owner !== undefined && { entry: owner }),
            };
          }),
      );
    },
    candidates: async (wanted, signal) => {
      const likely = await likelyPaths(registry, wanted);
      const found = new Map<string, FoundFile>();
      const add = (file: FoundFile): void => {
        if (file.sizeBytes === wanted.sizeBytes && !found.has(file.path)) found.set(file.path, file);
      };
      for (const path of likely) {
        signal.throwIfAborted();
        const facts = await stat(path);
        if (facts?.kind !== "file") continue;
        const { size, modified, identity } = facts;
        add({ path, sizeBytes: size, modified, identity });
      }
      const bySize = await scanner.ofSizes(await parts.roots(signal), [wanted.sizeBytes], signal);
      // A content-addressed store names its blobs by the digest.
      const named = (path: string): boolean => wanted.sha256 !== undefined && path.endsWith(wanted.sha256);
      for (const file of bySize.toSorted((one, other) => Number(named(other.path)) - Number(named(one.path))))
        add(file);
      return [...found.values()];
    },
    known: async (paths, signal) => {
      const found = await standing(await recorded("path", [...new Set(paths)]), signal);
      return new Map([...found.values()].map(({ path, sha256 }) => [path, sha256]));
    },
    prove,
  };
}

/** The file has not changed since its digest was recorded; what was not recorded with it cannot be held against it. */
const stands = (row: Row, facts: FileFacts): boolean =>
  number(row, "size_bytes") === facts.size &&
  Math.floor(number(row, "modified") ?? -1) === facts.modified &&
  text(row, "identity") === facts.identity;

async function entriesOf(
  registry: ContentParts["registry"],
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    const some = paths.slice(from, from + AT_ONCE);
    const marks = some.map(() => "?").join(", ");
    for (const row of await registry.query(`SELECT path, entry FROM files WHERE path IN (${marks})`, some)) {
      const [path, entry] = [text(row, "path"), text(row, "entry")];
      if (path !== undefined && entry !== undefined) found.set(path, entry);
    }
  }
  return found;
}

/** By recorded digest, be it only a store's word; then by source; then by recorded size. Each may be long gone. */
async function likelyPaths(
  registry: ContentParts["registry"],
  { sizeBytes, sha256, source }: Wanted,
): Promise<readonly string[]> {
  const paths: string[] = [];
  const ask = async (statement: string, parameters: readonly (string | number)[]): Promise<void> => {
    for (const row of await registry.query(statement, parameters)) paths.push(text(row, "path") ?? "");
  };
  if (sha256 !== undefined) {
    await ask("SELECT path FROM hashes WHERE sha256 = ? ORDER BY path", [sha256]);
    await ask("SELECT path FROM files WHERE sha256 = ? ORDER BY path", [sha256]);
  }
  if (source !== undefined) {
    const rows = await registry.query(
      "SELECT DISTINCT f.path AS path FROM files f JOIN entries e ON e.name = f.entry WHERE e.source_reference = ? ORDER BY f.path",
      [source.reference],
    );
    for (const row of rows) {
      const path = text(row, "path") ?? "";
      if (path.replaceAll("\\", "/").endsWith(`/${source.path}`)) paths.push(path);
    }
  }
  await ask("SELECT path FROM files WHERE size_bytes = ? ORDER BY path", [sizeBytes]);
  return [...new Set(paths)].filter((path) => path !== "" && !path.includes("://"));
}
