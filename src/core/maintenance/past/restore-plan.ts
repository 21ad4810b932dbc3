import type { Row } from "../../ports/database.ts";
import type { Step } from "../plan.ts";
import { type Collected, collectionTables, keyOf } from "../survey/read-rows.ts";

/** The steps from the rows there are to those of a backup. Files are left as they are. */
export const restoreSteps = (now: Collected, then: Collected): readonly Step[] =>
  collectionTables.flatMap((table) => {
    const wanted = new Map(then[table].map((row) => [keyOf(table, row), row]));
    const present = new Map(now[table].map((row) => [keyOf(table, row), row]));
    const keys = new Set([...present.keys(), ...wanted.keys()]);
    return [...keys].flatMap((key): readonly Step[] => {
      const [before, after] = [present.get(key) ?? null, wanted.get(key) ?? null];
      return same(before, after) ? [] : [{ kind: "row", table, key, before, after }];
    });
  });

const same = (one: Row | null, other: Row | null): boolean =>
  one === null || other === null
    ? one === other
    : [...new Set([...Object.keys(one), ...Object.keys(other)])].every(
        (column) => (one[column] ?? null) === (other[column] ?? null),
      );
