import type { Entry, EntryGroups } from "../../core/protocol/models.ts";
import { backends } from "../../core/protocol/models.ts";
import { type Grouping, type ModelFilter, filterArguments } from "../../core/present/model-filter.ts";
import type { Ask } from "../ask.ts";

/** Of one list, and how many more there are. */
export interface Read<T> {
  readonly rows: readonly T[];
  readonly left: number;
}

type Group = EntryGroups["groups"][number];

/** What is read at a time. */
export const PAGE = 200;

/** The groups with any model that fits, as many pages as are wished. Back ends come in their own order, others by name. */
export async function readGroups(
  ask: Ask,
  by: Grouping,
  filter: ModelFilter,
  pages: number,
  signal: AbortSignal,
): Promise<Read<Group> & { readonly entries: number }> {
  const groups: Group[] = [];
  let page: EntryGroups;
  let cursor: string | undefined;
  do {
    const args = { by, ...filterArguments(filter), limit: PAGE, ...(cursor ? { cursor } : {}) };
    page = await ask("models.groups", args, signal);
    groups.push(...page.groups);
    ({ cursor } = page);
  } while (cursor !== undefined && groups.length < pages * PAGE);
  const left = page.total - groups.length;
  // Of models with several roles, only the group that was asked for.
  const wanted = filter[by]?.toLowerCase();
  const rows = wanted === undefined ? groups : groups.filter(({ name }) => name.toLowerCase() === wanted);
  return { rows: by === "backend" ? rows.toSorted(byBackend) : rows, left, entries: page.entries };
}

/** A group's models that fit, as many pages as are wished. */
export async function readModels(
  ask: Ask,
  by: Grouping,
  group: string,
  filter: ModelFilter,
  pages: number,
  signal: AbortSignal,
): Promise<Read<Entry>> {
  const rows: Entry[] = [];
  let total: number;
  let cursor: string | undefined;
  do {
    const args = { ...filterArguments({ ...filter, [by]: group }), limit: PAGE, ...(cursor ? { cursor } : {}) };
    const page = await ask("models.list", args, signal);
    rows.push(...page.entries);
    ({ total, cursor } = page);
  } while (cursor !== undefined && rows.length < pages * PAGE);
  return { rows, left: cursor === undefined ? 0 : total - rows.length };
}

function byBackend(one: Group, other: Group): number {
  const place = ({ name }: Group): number => {
    const at = backends.findIndex((backend) => backend === name);
    return at < 0 ? backends.length : at;
  };
  return place(one) - place(other);
}
