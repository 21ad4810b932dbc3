import type { Row } from "../../ports/database.ts";
import { keyColumns } from "../../registry/schema.ts";
import { mapAtOnce } from "../at-once.ts";
import { createBreath } from "../breath.ts";
import type { MaintenanceParts } from "../parts.ts";
import type { Step } from "../plan.ts";
import { entryOf } from "../plan-lines.ts";
import { each, steadily } from "../slices.ts";
import { readKeys } from "../survey/read-rows.ts";
import { type Deed, isSetAside } from "./deeds.ts";

/**
 * The paths a run has changed, as they are after it: path → in words how it is. As long as they are so, and its rows as
 * its steps left them, the run can be taken back.
 */
export type Touched = Readonly<Record<string, string>>;

type Parts = Pick<MaintenanceParts, "registry" | "look" | "clock">;
type RowStep = Extract<Step, { kind: "row" }>;

/** The paths as they are now, after the deeds. */
export async function touchedBy(look: Parts["look"], deeds: readonly Deed[], signal: AbortSignal): Promise<Touched> {
  const named = deeds.flatMap((deed) => (deed.kind === "move" ? [deed.from, deed.to] : [deed.path]));
  return pathStates(
    look,
    named.filter((path) => !isSetAside(path)),
    signal,
  );
}

/**
 * The first thing that is not as a run left it: an entry's name or a path.
 * @param steps those that take it back
 */
export async function firstDiffering(
  parts: Parts,
  steps: readonly Step[],
  touched: Touched,
  signal: AbortSignal,
): Promise<string | undefined> {
  const now = await pathStates(parts.look, Object.keys(touched), signal);
  return Object.keys(touched).find((path) => touched[path] !== now[path]) ?? firstChangedRow(parts, steps);
}

/** The first row that is not as the steps found it, by its entry's name. */
export async function firstChangedRow(
  { registry, clock }: Omit<Parts, "look">,
  steps: readonly Step[],
): Promise<string | undefined> {
  const breath = createBreath(clock);
  const tables = new Map<string, Map<string, RowStep>>();
  const note = (step: Step): void => {
    if (step.kind !== "row") return;
    const wanted = tables.get(step.table) ?? new Map<string, RowStep>();
    tables.set(step.table, wanted);
    if (!wanted.has(step.key)) wanted.set(step.key, step);
  };
  await steadily(each(steps, note), breath);
  for (const [table, wanted] of tables) {
    const keys = [...wanted.keys()];
    for (let from = 0; from < keys.length; from += KEYS) {
      const some = keys.slice(from, from + KEYS);
      const now = await readKeys(registry, table, some);
      for (const key of some) {
        const step = wanted.get(key);
        if (step && !isSameRow(table, step.before, now.get(key) ?? null))
          return entryOf(table, key, step.before ?? step.after);
      }
      if (breath.isDue()) await breath.take();
    }
  }
  return undefined;
}

/** Keys that are asked for at a time. */
const KEYS = 400;

/** An absent column and a null are one, and the key is known already. */
export function isSameRow(table: string, one: Row | null, other: Row | null): boolean {
  if (one === null || other === null) return one === other;
  const within = (some: Row, all: Row): boolean => {
    for (const column in some)
      if (column !== keyColumns[table] && (some[column] ?? null) !== (all[column] ?? null)) return false;
    return true;
  };
  return within(one, other) && within(other, one);
}

async function pathStates(look: Parts["look"], paths: readonly string[], signal: AbortSignal): Promise<Touched> {
  // In one order, whatever the order of the deeds.
  const sorted = [...new Set(paths)].toSorted();
  const found = await mapAtOnce(sorted, signal, async (path) => {
    const item = await look.look(path);
    if (item === undefined) return "absent";
    const { kind, size, modified, identity } = item;
    return kind === "folder" ? `folder ${identity}` : `${kind} ${identity} ${size} ${modified}`;
  });
  return Object.fromEntries(sorted.map((path, index) => [path, found[index] ?? "absent"]));
}
