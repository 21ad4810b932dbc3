import type { MakeDigest } from "../ports/digest.ts";
import type { Database, Row } from "../ports/database.ts";
import { fault } from "../util/faults.ts";
import { nearNames } from "../util/near-names.ts";
import { text } from "./columns.ts";

export type Layer = "discovered" | "curated";

/** The rows of one entry: the one that shows, and of which layers it is made. */
export interface Layers {
  /** The discovered row, else the curated one. */
  readonly shown: Row;
  readonly discovered: Row | undefined;
  readonly curated: Row | undefined;
}

export const entryKey = (layer: Layer, name: string): string => `${layer}:${name}`;

/** undefined where there is no such entry. */
export async function findLayers(database: Pick<Database, "query">, name: string): Promise<Layers | undefined> {
  return layersOf(await database.query("SELECT * FROM entries WHERE name = ? ORDER BY layer", [name]));
}

/** @throws FaultError `notFound`, naming entries that look alike */
export async function readLayers(database: Pick<Database, "query">, name: string): Promise<Layers> {
  const layers = await findLayers(database, name);
  if (layers) return layers;
  const names = await database.query("SELECT DISTINCT name FROM entries");
  const near = nearNames(
    name,
    names.flatMap((one) => text(one, "name") ?? []),
  );
  throw fault({ code: "notFound", what: "entry", name, near });
}

/** @param rows of one name */
export function layersOf(rows: readonly Row[]): Layers | undefined {
  const discovered = rows.find((row) => row["layer"] !== "curated");
  const curated = rows.find((row) => row["layer"] === "curated");
  const shown = discovered ?? curated;
  return shown && { shown, discovered, curated };
}

/** Another one as soon as any column of either row is another. */
export function basisOf({ discovered, curated }: Layers, digest: MakeDigest): string {
  const image = (row: Row | undefined): unknown =>
    row && Object.entries(row).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const sum = digest("sha256");
  sum.update(new TextEncoder().encode(JSON.stringify([image(discovered) ?? null, image(curated) ?? null])));
  return sum.hex();
}
