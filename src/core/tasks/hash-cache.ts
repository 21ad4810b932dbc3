import type { HashedFile } from "../ports/hasher.ts";
import type { FileFacts } from "../ports/files.ts";
import type { Log } from "../ports/log.ts";
import { number, text } from "../registry/columns.ts";
import type { Registry } from "../registry/registry.ts";
import { reasonOf } from "../util/faults.ts";
import { type Sha256, parseSha256 } from "../util/ids.ts";

/** What was hashed, for as long as the file has the size, time and identity it had then. */
export interface HashCache {
  read(paths: readonly string[]): Promise<ReadonlyMap<string, CachedHash>>;
  /**
   * Kept with the next `flush`, or at once where much has come together. @param begun wall time when reading began; a file
   * that had changed just before is not kept
   */
  put(paths: readonly string[], file: HashedFile, begun: number): Promise<void>;
  flush(): Promise<void>;
}

export interface CachedHash {
  readonly size: number;
  readonly modified: number;
  readonly identity: string;
  readonly sha256: Sha256;
}

export const stillHolds = (cached: CachedHash, facts: FileFacts): boolean =>
  cached.size === facts.size && cached.modified === facts.modified && cached.identity === facts.identity;

/** Below SQLite's limit of parameters. */
const AT_ONCE = 400;
/** Files, or bytes of them, after which their hashes are kept: what a death of the process costs at most. */
const FLUSH_FILES = 64;
const FLUSH_BYTES = 2 ** 30;
/** Milliseconds: a file that changed so lately may change again and keep its time, as FAT counts in steps of two seconds. */
const SETTLED = 2000;

export function createHashCache(registry: Pick<Registry, "query" | "commit">, log: Pick<Log, "warn">): HashCache {
  const fresh = new Map<string, HashedFile>();

  async function flush(): Promise<void> {
    const some = Array.from(fresh);
    fresh.clear();
    if (some.length === 0) return;
    const edits = some.map(([path, { size, modified, identity, sha256 }]) => ({
      table: "hashes",
      key: path,
      after: { path, size_bytes: size, modified, identity, sha256 },
    }));
    try {
      await registry.commit(edits);
    } catch (error) {
      // A full disk is no reason not to check the files on it: they are hashed again next time.
      log.warn(`the hashes of ${edits.length} files could not be kept: ${reasonOf(error)}`);
    }
  }

  return {
    read: async (paths) => {
      const found = new Map<string, CachedHash>();
      for (let from = 0; from < paths.length; from += AT_ONCE) {
        const some = paths.slice(from, from + AT_ONCE);
        const marks = some.map(() => "?").join(", ");
        for (const row of await registry.query(`SELECT * FROM hashes WHERE path IN (${marks})`, some)) {
          const [path, identity] = [text(row, "path"), text(row, "identity")];
          const [size, modified] = [number(row, "size_bytes"), number(row, "modified")];
          const sha256 = parseSha256(text(row, "sha256") ?? "");
          if (path === undefined || identity === undefined || size === undefined || modified === undefined) continue;
          if (sha256) found.set(path, { size, modified, identity, sha256 });
        }
      }
      return found;
    },
    put: async (paths, file, begun) => {
      if (!file.steady || Math.abs(begun - file.modified) < SETTLED) return;
      for (const path of paths) fresh.set(path, file);
      const held = Array.from(fresh.values()).reduce((sum, { size }) => sum + size, 0);
      if (fresh.size >= FLUSH_FILES || held >= FLUSH_BYTES) await flush();
    },
    flush,
  };
}
