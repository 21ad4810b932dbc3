import type { Row } from "../ports/database.ts";
import type { Registry } from "../registry/registry.ts";
import { type Sha256, parseSha256 } from "../util/ids.ts";

/** A file of an entry, as it was when it was verified. */
export interface InstalledFile {
  readonly entry: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly modified: number | null;
  readonly identity: string | null;
  readonly sha256: Sha256;
}

/** Below SQLite's limit of parameters. */
const AT_ONCE = 400;

/** Files of entries, by the digest of their content. */
export const createInstalledFiles =
  (registry: Pick<Registry, "query">) =>
  async (digests: readonly Sha256[]): Promise<ReadonlyMap<Sha256, InstalledFile>> => {
    const found = new Map<Sha256, InstalledFile>();
    for (let from = 0; from < digests.length; from += AT_ONCE) {
      const some = digests.slice(from, from + AT_ONCE);
      const rows = await registry.query(
        `SELECT path, entry, size_bytes, modified, identity, sha256 FROM files
         WHERE entry IS NOT NULL AND sha256 IN (${some.map(() => "?").join(", ")})`,
        some,
      );
      for (const file of rows.map(readFile)) if (file) found.set(file.sha256, file);
    }
    return found;
  };

function readFile(row: Row): InstalledFile | undefined {
  const { path, entry, size_bytes: size, modified, identity, sha256 } = row;
  const digest = parseSha256(String(sha256));
  if (typeof path !== "string" || typeof entry !== "string" || typeof size !== "number" || !digest) return undefined;
  return {
    entry,
    path,
    sizeBytes: size,
    modified: typeof modified === "number" ? modified : null,
    identity: typeof identity === "string" ? identity : null,
    sha256: digest,
  };
}
