import type { Files } from "../ports/files.ts";
import { text } from "../registry/columns.ts";
import type { Registry } from "../registry/registry.ts";

/**
 * What footprints know a model by: the sha256 of its first weights file where that is known, else its path, size and
 * time, so that another file of the same name is another model; undefined where there is no such file.
 * @param path absolute
 */
export async function modelKey(
  path: string,
  registry: Pick<Registry, "query">,
  files: Pick<Files, "stat">,
): Promise<string | undefined> {
  const facts = await files.stat(path);
  if (facts?.kind !== "file") return undefined;
  const [row] = await registry.query("SELECT sha256 FROM files WHERE path = ? AND size_bytes = ?", [path, facts.size]);
  return (row && text(row, "sha256")) ?? [path, facts.size, facts.modified].join("|");
}
