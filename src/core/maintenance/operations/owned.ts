import type { Row } from "../../ports/database.ts";
import { type Layers, entryKey, layersOf } from "../../registry/layers.ts";
import { text } from "../../registry/columns.ts";
import type { Collection } from "./collection.ts";
import type { RowChange } from "./draft.ts";

/** An entry with every row that is its own. */
export interface Owned {
  readonly name: string;
  readonly layers: Layers;
  readonly files: readonly Row[];
  readonly characteristics: readonly Row[];
  readonly shape: Row | undefined;
}

export function ownedOf(collection: Collection, name: string): Owned | undefined {
  const layers = layersOf(collection.rows(name));
  if (layers === undefined) return undefined;
  return {
    name,
    layers,
    files: collection.files(name),
    // Of the largest table: nobody who looks at files alone has it grouped.
    get characteristics() {
      return collection.characteristics(name);
    },
    shape: collection.shape(name),
  };
}

/**
 * The same entry under another name: what a person said of it goes with it, in both layers.
 * @param columns of its rows that change with it, as the back end
 */
export function renamed(
  owned: Owned,
  name: string,
  columns: Row,
): { readonly owned: Owned; readonly changes: readonly RowChange[] } {
  const gone: RowChange[] = [];
  const move = (row: Row): Row => {
    gone.push({ table: "entries", key: String(row["key"]), row: null });
    return { ...row, ...columns, name, key: entryKey(row["layer"] === "curated" ? "curated" : "discovered", name) };
  };
  const { discovered, curated } = owned.layers;
  const rows = [discovered, curated].flatMap((row) => (row === undefined ? [] : [move(row)]));
  const layers = layersOf(rows) ?? owned.layers;
  const characteristics = owned.characteristics.map((row) => {
    gone.push({ table: "characteristics", key: String(row["key"]), row: null });
    return { ...row, entry: name, key: `${name}|${String(row["name"])}|${String(row["source"])}` };
  });
  if (owned.shape !== undefined) gone.push({ table: "shapes", key: owned.name, row: null });
  const shape = owned.shape && { ...owned.shape, entry: name };
  const files = owned.files.map((row) => ({ ...row, entry: name }));
  return {
    owned: { name, layers, files, characteristics, shape },
    changes: [
      ...gone,
      ...rows.map((row): RowChange => ({ table: "entries", key: String(row["key"]), row })),
      ...files.map((row): RowChange => ({ table: "files", key: text(row, "path") ?? "", row })),
      ...characteristics.map((row): RowChange => ({ table: "characteristics", key: row.key, row })),
      ...(shape ? [{ table: "shapes", key: name, row: shape } as const] : []),
    ],
  };
}
