import type { Row } from "../../ports/database.ts";
import type { MakeDigest } from "../../ports/digest.ts";
import { keyColumns } from "../../registry/schema.ts";
import { mapAtOnce } from "../at-once.ts";
import { createBreath } from "../breath.ts";
import type { MaintenanceParts } from "../parts.ts";
import type { Step } from "../plan.ts";
import { entryOf } from "../plan-lines.ts";
import { readKeys } from "../survey/read-rows.ts";
import { type Deed, isSetAside } from "./deeds.ts";

/**
 * What a run has changed, as it is after it: row or path → a digest of how it is. As long as it is so, the run can be
 * taken back.
 */
export type Touched = Readonly<Record<string, string>>;

type Parts = Pick<MaintenanceParts, "registry" | "look" | "digest" | "clock">;
type RowStep = Extract<Step, { kind: "row" }>;

const ROW = "row ";
const PATH = "path ";

/** What the rows will be once the steps are committed, and the paths as they are now, after the deeds. */
export async function touchedBy(
  { look, digest, clock }: Omit<Parts, "registry">,
  steps: readonly Step[],
  deeds: readonly Deed[],
  signal: AbortSignal,
): Promise<Touched> {
  const breath = createBreath(clock);
  const rows = new Map<string, Row | null>();
  for (const step of steps) if (step.kind === "row") rows.set(rowName(step), step.after);
  const states: Record<string, string> = {};
  for (const [name, row] of rows) {
    states[name] = rowState(digest, tableIn(name), row);
    if (breath.isDue()) await breath.take();
  }
  const named = deeds.flatMap((deed) => (deed.kind === "move" ? [deed.from, deed.to] : [deed.path]));
  const paths = new Set(named.filter((path) => !isSetAside(path)));
  return Object.assign(states, await pathStates(look, [...paths], signal));
}

/** The same things as they are now. */
export async function touchedNow(
  { registry, look, digest, clock }: Parts,
  touched: Touched,
  signal: AbortSignal,
): Promise<Touched> {
  const names = Object.keys(touched);
  const keys = new Map<string, string[]>();
  for (const name of names.filter((one) => one.startsWith(ROW))) {
    const list = keys.get(tableIn(name)) ?? [];
    list.push(keyIn(name));
    keys.set(tableIn(name), list);
  }
  const breath = createBreath(clock);
  const states: Record<string, string> = {};
  for (const [table, list] of keys) {
    const rows = await readKeys(registry, table, list);
    for (const key of list) {
      states[`${ROW}${table} ${key}`] = rowState(digest, table, rows.get(key) ?? null);
      if (breath.isDue()) await breath.take();
    }
  }
  const paths = names.flatMap((name) => (name.startsWith(PATH) ? [name.slice(PATH.length)] : []));
  return { ...states, ...(await pathStates(look, paths, signal)) };
}

/** The first that is not as it was: an entry's name or a path. */
export function firstDiffering(then: Touched, now: Touched): string | undefined {
  const name = Object.keys(then).find((one) => then[one] !== now[one]);
  if (name === undefined) return undefined;
  return name.startsWith(PATH) ? name.slice(PATH.length) : thingOf(tableIn(name), keyIn(name));
}

export const digestOf = (makeDigest: MakeDigest, touched: Touched): string =>
  sha256(makeDigest, JSON.stringify(Object.entries(touched).toSorted(([one], [other]) => (one < other ? -1 : 1))));

/** The first row that is not as the steps found it, by its entry's name. */
export async function firstChangedRow(
  { registry, digest, clock }: Pick<Parts, "registry" | "digest" | "clock">,
  steps: readonly Step[],
): Promise<string | undefined> {
  const breath = createBreath(clock);
  const first = new Map<string, RowStep>();
  for (const step of steps) if (step.kind === "row" && !first.has(rowName(step))) first.set(rowName(step), step);
  for (const table of new Set([...first.values()].map((step) => step.table))) {
    const own = [...first.values()].filter((step) => step.table === table);
    const now = await readKeys(
      registry,
      table,
      own.map(({ key }) => key),
    );
    for (const { key, before, after } of own) {
      if (rowState(digest, table, before) !== rowState(digest, table, now.get(key) ?? null))
        return entryOf(table, key, before ?? after);
      if (breath.isDue()) await breath.take();
    }
  }
  return undefined;
}

const thingOf = (table: string, key: string): string =>
  table === "characteristics" ? key.slice(0, Math.max(0, key.indexOf("|"))) : entryOf(table, key, null);

const rowName = ({ table, key }: RowStep): string => `${ROW}${table} ${key}`;
const tableIn = (name: string): string => name.split(" ", 2)[1] ?? "";
const keyIn = (name: string): string => name.slice(ROW.length + tableIn(name).length + 1);

/** An absent column and a null are one, and the key is known already. */
function rowState(makeDigest: MakeDigest, table: string, row: Row | null): string {
  if (row === null) return "absent";
  const columns = Object.entries(row).filter(([column, value]) => value !== null && column !== keyColumns[table]);
  const told = columns.toSorted(([one], [other]) => (one < other ? -1 : 1));
  return sha256(makeDigest, JSON.stringify(told)).slice(0, 16);
}

async function pathStates(look: Parts["look"], paths: readonly string[], signal: AbortSignal): Promise<Touched> {
  const found = await mapAtOnce(paths, signal, async (path) => {
    const item = await look.look(path);
    if (item === undefined) return "absent";
    const { kind, size, modified, identity } = item;
    return kind === "folder" ? `folder ${identity}` : `${kind} ${identity} ${size} ${modified}`;
  });
  return Object.fromEntries(paths.map((path, index) => [`${PATH}${path}`, found[index] ?? "absent"]));
}

function sha256(makeDigest: MakeDigest, content: string): string {
  const digest = makeDigest("sha256");
  digest.update(new TextEncoder().encode(content));
  return digest.hex();
}
