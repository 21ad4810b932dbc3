import { isProjector } from "../fit/fit-of-entry.ts";
import type { Row } from "../ports/database.ts";
import { characteristicSources } from "../protocol/models.ts";
import { flag, json, number, text, texts } from "../registry/columns.ts";
import type { Registry } from "../registry/registry.ts";

/** An entry that a server we have a back end for can be given. */
export interface EntryToServe {
  readonly name: string;
  readonly title: string;
  /** Absolute. */
  readonly path: string;
  readonly backend: string;
  readonly use: "chat" | "embedding" | "reranker";
  /** What it was trained for. */
  readonly context: number | undefined;
  /** Bytes of all its files. */
  readonly sizeBytes: number | undefined;
  readonly projectorBytes: number;
  /** Absolute path of the projector that belongs to it. */
  readonly projector: string | undefined;
  readonly aliases: readonly string[];
  readonly extraArgs: readonly string[];
}

/** By name; what is deprecated, gone, or no model of its own (a projector, an adapter) is left out. */
export async function entriesToServe(registry: Pick<Registry, "query">): Promise<readonly EntryToServe[]> {
  const rows = await registry.query(
    "SELECT * FROM entries WHERE backend = 'llama.cpp' AND path IS NOT NULL AND lower(path) LIKE '%.gguf' ORDER BY name, layer DESC",
  );
  const facts = new Map<string, Map<string, unknown>>();
  const said = await registry.query(
    `SELECT entry, name, value_json, source FROM characteristics
     WHERE name IN ('context', 'embeddings', 'reranker', 'lora')`,
  );
  const trust = (row: Row): number => characteristicSources.findIndex((source) => source === row["source"]);
  // The most trusted comes last, and holds.
  for (const row of said.toSorted((one, other) => trust(other) - trust(one))) {
    const entry = text(row, "entry") ?? "";
    const of = facts.get(entry) ?? new Map<string, unknown>();
    of.set(text(row, "name") ?? "", json(row, "value_json"));
    facts.set(entry, of);
  }
  const projectors = new Map<string, { readonly path: string; readonly size: number }>();
  for (const row of await registry.query(
    "SELECT entry, path, size_bytes FROM files WHERE path LIKE '%mmproj%' ORDER BY path DESC",
  )) {
    const path = text(row, "path") ?? "";
    if (isProjector(path)) projectors.set(text(row, "entry") ?? "", { path, size: number(row, "size_bytes") ?? 0 });
  }
  const seen = new Set<string>();
  return rows.flatMap((row): readonly EntryToServe[] => {
    const [name, path] = [text(row, "name"), text(row, "path")];
    if (name === undefined || path === undefined || seen.has(name)) return [];
    seen.add(name);
    const of = facts.get(name);
    if (flag(row, "deprecated") || isProjector(path) || of?.get("lora") === true) return [];
    const context = of?.get("context");
    return [
      {
        name,
        title: text(row, "display_name") ?? name,
        path,
        backend: "llama.cpp",
        use: of?.get("reranker") === true ? "reranker" : of?.get("embeddings") === true ? "embedding" : "chat",
        context: typeof context === "number" && context > 0 ? context : undefined,
        sizeBytes: number(row, "size_bytes"),
        projectorBytes: projectors.get(name)?.size ?? 0,
        projector: projectors.get(name)?.path,
        aliases: texts(row, "aliases_json"),
        extraArgs: texts(row, "extra_args_json"),
      },
    ];
  });
}
