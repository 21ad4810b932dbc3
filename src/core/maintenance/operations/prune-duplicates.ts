import * as v from "valibot";
import type { Row } from "../../ports/database.ts";
import type { KeptBack } from "../../protocol/maintenance.ts";
import { json, number, numbers, text, texts } from "../../registry/columns.ts";
import type { Operation } from "../operation.ts";
import type { Decision, Step, Survey } from "../plan.ts";
import { backendFilter } from "./choices.ts";
import { type Collection, collectionOf, isSynthetic } from "./collection.ts";
import { changeRow, joined, lockedBack, removeEntries } from "./row-steps.ts";

const options = v.strictObject({ backend: backendFilter });

/** Of entries with one family, back end, format and quantization the richest stays, with the roles of the others. */
export const pruneDuplicates: Operation<v.InferOutput<typeof options>> = {
  name: "pruneDuplicates",
  options,
  backup: true,
  wants: () => ({}),
  decide: (survey, { backend }) => {
    const collection = collectionOf(survey);
    const entries = collection.names.flatMap((name): readonly Ranked[] => {
      const row = collection.shown(name);
      if (row === undefined || (backend !== undefined && row["backend"] !== backend)) return [];
      return [{ name, row, rank: rankOf(survey, row) }];
    });
    const groups = Object.values(Object.groupBy(entries, ({ row }) => likeness(row)));
    return joined(
      groups.flatMap((group = []) =>
        group.length > 1 && group.some(({ row }) => text(row, "path") !== undefined) ? [prune(collection, group)] : [],
      ),
    );
  },
};

interface Ranked {
  readonly name: string;
  readonly row: Row;
  readonly rank: Rank;
}

interface Rank {
  readonly score: number;
  readonly installed: boolean;
  /** ISO 8601; empty where it is not known. */
  readonly downloadedAt: string;
}

const likeness = (row: Row): string =>
  JSON.stringify(["family", "backend", "format", "quantization"].map((one) => text(row, one)?.toLowerCase() ?? null));

/** +3 quantization, +2 path, +1 size, +1 per metadata field. */
const rankOf = (survey: Survey, row: Row): Rank => ({
  score:
    (text(row, "quantization") === undefined ? 0 : 3) +
    (text(row, "path") === undefined ? 0 : 2) +
    (number(row, "size_bytes") === undefined ? 0 : 1) +
    metadataFields(row),
  installed: isInstalled(survey, row),
  downloadedAt: text(row, "downloaded_at") ?? "",
});

function metadataFields(row: Row): number {
  const metadata = json(row, "metadata_json");
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return 0;
  return Object.values(metadata).filter((value) => value !== null && value !== "").length;
}

/** What cannot be looked at now is not taken for missing. */
function isInstalled({ disk }: Survey, row: Row): boolean {
  const path = text(row, "path");
  if (path === undefined) return false;
  if (isSynthetic(path)) return text(row, "downloaded_at") !== undefined;
  return (disk.get(path)?.kind ?? "absent") !== "absent";
}

const richestFirst = (one: Ranked, other: Ranked): number =>
  other.rank.score - one.rank.score ||
  Number(other.rank.installed) - Number(one.rank.installed) ||
  compare(other.rank.downloadedAt, one.rank.downloadedAt) ||
  compare(one.name, other.name);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function prune(collection: Collection, group: readonly Ranked[]): Decision {
  const [kept, ...others] = group.toSorted(richestFirst);
  if (kept === undefined) return { steps: [], keptBack: [] };
  const keptBack: KeptBack[] = [];
  const going: Ranked[] = [];
  const had = new Set(texts(kept.row, "roles_json"));
  for (const other of others) {
    if (collection.isLocked(other.name)) keptBack.push(lockedBack(other.name));
    else if (collection.isLocked(kept.name) && texts(other.row, "roles_json").some((role) => !had.has(role)))
      keptBack.push({ what: other.name, reason: `it has roles that ${kept.name}, which is locked, cannot take` });
    else going.push(other);
  }
  const moved = movedRoles(going);
  const steps: readonly Step[] = collection.isLocked(kept.name)
    ? []
    : collection.rows(kept.name).flatMap((row) => giveRoles(row, moved));
  const removed = removeEntries(
    collection,
    going.flatMap(({ name }) => collection.rows(name)),
  );
  return joined([{ steps, keptBack }, removed]);
}

/** Role → its best priority; undefined where none was set. */
function movedRoles(going: readonly Ranked[]): ReadonlyMap<string, number | undefined> {
  const moved = new Map<string, number | undefined>();
  for (const { row } of going) {
    const priorities = numbers(row, "role_priority_json");
    for (const role of texts(row, "roles_json")) {
      const known = moved.get(role);
      const priority = priorities[role];
      moved.set(role, known === undefined || (priority !== undefined && priority < known) ? priority : known);
    }
  }
  return moved;
}

/** Both layers get them, so that they stay when the discovered one goes. */
function giveRoles(row: Row, moved: ReadonlyMap<string, number | undefined>): readonly Step[] {
  const roles = texts(row, "roles_json");
  const added = [...moved].filter(([role]) => !roles.includes(role));
  if (added.length === 0) return [];
  const priorities = added.flatMap(([role, priority]) => (priority === undefined ? [] : [[role, priority] as const]));
  return changeRow("entries", row, {
    roles_json: JSON.stringify([...roles, ...added.map(([role]) => role)]),
    role_priority_json: JSON.stringify({ ...numbers(row, "role_priority_json"), ...Object.fromEntries(priorities) }),
  });
}
