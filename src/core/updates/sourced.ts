import { metadataOf } from "../metadata/fetched.ts";
import { number, text } from "../registry/columns.ts";
import { MERGED } from "../registry/entry-query.ts";
import { isRecord } from "../registry/fields.ts";
import { readLayers } from "../registry/layers.ts";
import type { Registry } from "../registry/registry.ts";
import type { Row } from "../ports/database.ts";
import type { LocalFile } from "./compare.ts";

/** An entry that came from somewhere. */
export interface Sourced {
  readonly name: string;
  readonly source:
    | {
        readonly kind: "huggingface";
        readonly repository: string;
        readonly revision: string | undefined;
        /** `pinned`: a person chose that very commit. */
        readonly branch: string | { readonly pinned: string };
      }
    | { readonly kind: "civitai"; readonly modelId: number; readonly versionId: number; readonly page: string }
    | { readonly kind: "none" };
  readonly files: readonly LocalFile[];
}

/** @param names all that have files and a source where left out; each told where named. @throws FaultError `notFound` */
export async function readSourced(
  registry: Pick<Registry, "query">,
  names: readonly string[] | undefined,
): Promise<readonly Sourced[]> {
  const rows = names
    ? await Promise.all([...new Set(names)].map(async (name) => (await readLayers(registry, name)).shown))
    : await registry.query(
        `SELECT * FROM entries e WHERE ${MERGED} AND e.path IS NOT NULL
         AND (e.source_provider = 'huggingface' OR instr(e.metadata_json, '"civitai"') > 0) ORDER BY e.name`,
      );
  const found: Sourced[] = [];
  for (const row of rows) {
    const name = String(row["name"]);
    found.push({ name, source: sourceOf(row), files: await filesOf(registry, name) });
  }
  return names ? found : found.filter(({ source }) => source.kind !== "none");
}

function sourceOf(row: Row): Sourced["source"] {
  const repository = text(row, "source_reference");
  if (row["source_provider"] === "huggingface" && repository !== undefined) {
    const revision = text(row, "source_revision");
    return { kind: "huggingface", repository, revision, branch: branchOf(text(row, "path"), repository) };
  }
  const { civitai } = metadataOf(row);
  if (isRecord(civitai)) {
    const { modelId, versionId, page } = civitai;
    if (typeof modelId === "number" && typeof versionId === "number")
      return { kind: "civitai", modelId, versionId, page: typeof page === "string" ? page : `civitai:${modelId}` };
  }
  return { kind: "none" };
}

/** As the folder of the download says it: `<owner>/<repo>@<branch>`. */
function branchOf(path: string | undefined, repository: string): string | { readonly pinned: string } {
  const slashed = path?.replaceAll("\\", "/") ?? "";
  const at = slashed.indexOf(`/${repository}@`);
  if (at === -1) return "main";
  const branch = slashed.slice(at + repository.length + 2).split("/")[0] ?? "";
  if (/^[0-9a-f]{12}$/.test(branch)) return { pinned: branch };
  return branch === "" ? "main" : branch;
}

/** Digests as they are on record, of a store's own word too, or computed since over the same bytes: good for a question. */
export async function filesOf(registry: Pick<Registry, "query">, name: string): Promise<readonly LocalFile[]> {
  const rows = await registry.query(
    `SELECT f.path, f.size_bytes, f.git_sha1, coalesce(f.sha256, h.sha256) AS sha256 FROM files f
     LEFT JOIN hashes h ON h.path = f.path AND h.size_bytes = f.size_bytes AND h.modified = f.modified
     WHERE f.entry = ? ORDER BY f.path`,
    [name],
  );
  return rows.map((row) => ({
    path: text(row, "path") ?? "",
    sizeBytes: number(row, "size_bytes") ?? 0,
    sha256: text(row, "sha256")?.toLowerCase(),
    gitSha1: text(row, "git_sha1")?.toLowerCase(),
  }));
}
