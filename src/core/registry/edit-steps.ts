import type { Row } from "../ports/database.ts";
import type { Step } from "../maintenance/plan.ts";
import { type Layer, type Layers, entryKey } from "./layers.ts";
import { type PersonFields, withPersonFields } from "./person-fields.ts";

/**
 * A person's word goes into every row of the entry: into the curated one, which is made where there is none, and into the
 * discovered one, which is what shows. So it is seen at once, and stands when the discovered row goes.
 * @param lock the digest that goes with `locked: true`
 * @returns none where nothing changes
 */
export function editSteps(layers: Layers, said: Partial<PersonFields>, lock: string | undefined): readonly Step[] {
  const change = (row: Row): Row => {
    const changed = withPersonFields(row, said);
    if (changed["locked"] === row["locked"]) return changed;
    return { ...changed, lock_sha256: changed["locked"] === 1 ? (lock ?? null) : null };
  };
  const shown = change(layers.shown);
  if (equal(shown, layers.shown) && (!layers.curated || equal(change(layers.curated), layers.curated))) return [];
  return [
    ...(layers.discovered ? rowStep(layers.discovered, shown) : []),
    ...(layers.curated ? rowStep(layers.curated, change(layers.curated)) : addStep(curatedCopy(shown))),
  ];
}

/** @returns none where the curated row is that copy already, or nothing is discovered */
export function promoteSteps({ discovered, curated }: Layers): readonly Step[] {
  if (!discovered) return [];
  const copy = curatedCopy(discovered);
  return curated ? rowStep(curated, copy) : addStep(copy);
}

/** What depends on the bytes that are here now: a curated entry outlives them. */
const VOLATILE = ["path", "location", "size_bytes", "downloaded_at", "source_revision"] as const;

function curatedCopy(row: Row): Row {
  const gone = Object.fromEntries(VOLATILE.map((column) => [column, null]));
  const layer: Layer = "curated";
  return { ...row, ...gone, proof: "unverified", layer, key: entryKey(layer, String(row["name"])) };
}

/** None where nothing changes. */
export const rowStep = (before: Row, after: Row): readonly Step[] =>
  equal(before, after) ? [] : [{ kind: "row", table: "entries", key: String(before["key"]), before, after }];

export const addStep = (after: Row): readonly Step[] => [
  { kind: "row", table: "entries", key: String(after["key"]), before: null, after },
];

const equal = (one: Row, other: Row): boolean =>
  Object.keys({ ...one, ...other }).every((column) => (one[column] ?? null) === (other[column] ?? null));
