import * as v from "valibot";
import type { Row } from "../../ports/database.ts";
import type { Finding, KeptBack } from "../../protocol/maintenance.ts";
import { text } from "../../registry/columns.ts";
import { type Operation, decidedInSlices } from "../operation.ts";
import type { Decision, Survey, SurveyRows } from "../plan.ts";
import { innermost } from "../survey/disk-facts.ts";
import { folder } from "./choices.ts";
import { type Slices } from "../slices.ts";
import { type Collection, collectionInSlices } from "./collection.ts";
import { type Draft, type RowChange, draftInSlices } from "./draft.ts";
import { everywhere } from "./everywhere.ts";
import { type Lost, baseOf, isNeeded, lostEntries, pathOf, sizeOf } from "./lost.ts";
import { type Known, type Moved, candidatesOf, movedTo, targetsOf } from "./moved-to.ts";
import { isBelow, withoutEnd } from "./paths.ts";
import { lockedBack } from "./row-steps.ts";

const options = v.strictObject({
  /** Where it is looked; all locations and known stores where left out. */
  roots: v.optional(v.array(folder)),
});

type Options = v.InferOutput<typeof options>;

/** Gives entries whose path is gone the place where the same bytes lie now, proven by size and digest. */
export const relink: Operation<Options> = {
  name: "relink",
  options,
  backup: true,
  wants: ({ roots }, places) => ({
    sameSize: (rows) => wantedSizes(rows, roots ?? everywhere(places)),
    digests: wantedDigests,
  }),
  ...decidedInSlices<Options>((survey) => decideRelink(survey)),
};

export function wantedSizes(
  rows: SurveyRows,
  roots: readonly string[],
): { readonly roots: readonly string[]; readonly sizes: readonly number[] } {
  const lost = lostEntries(rows);
  const sizes = new Set(
    lost.flatMap(({ main, others, sizeBytes }) =>
      main === undefined ? (sizeBytes ?? []) : [main, ...others.filter(isNeeded)].map(sizeOf),
    ),
  );
  sizes.delete(0);
  return { roots: sizes.size === 0 ? [] : roots.map(withoutEnd), sizes: [...sizes] };
}

/** The candidates, and what would lie beside each. */
export const wantedDigests = (survey: Survey): readonly string[] => {
  const rowsByPath = new Map((survey.sameSize ?? []).map((file) => [file.path, file]));
  return lostEntries(survey).flatMap((lost) =>
    lost.main === undefined || text(lost.main, "sha256") === undefined
      ? []
      : candidatesOf(lost, survey.sameSize ?? []).flatMap(({ path }) =>
          (targetsOf(lost, path) ?? [])
            .filter(({ row, path: at }) => text(row, "sha256") !== undefined && (!isNeeded(row) || rowsByPath.has(at)))
            .map((target) => target.path),
        ),
  );
};

export function* decideRelink(survey: Survey): Slices<Decision> {
  const { sameSize = [], digests = new Map<string, string>() } = survey;
  const collection = yield* collectionInSlices(survey, []);
  const known: Known = { sameSize: new Map(sameSize.map((file) => [file.path, file])), digests };
  const draft = yield* draftInSlices(survey, ["entries", "files"]);
  const findings: Finding[] = [];
  const keptBack: KeptBack[] = [];
  const all = lostEntries(survey);
  for (const lost of all) {
    yield;
    const { name } = lost;
    const found = placeOf(lost, known, draft, collection);
    if (found.moved !== undefined && collection.isLocked(name)) {
      keptBack.push(lockedBack(name));
      continue;
    }
    if (found.moved !== undefined) draft.put(changesOf(survey, collection, lost, found.moved));
    findings.push({ kind: found.kind, what: name, detail: found.detail, mended: found.moved !== undefined });
  }
  return { steps: yield* draft.stepsInSlices(), keptBack, findings };
}

type Found = Pick<Finding, "detail"> & { readonly kind: "moved" | "missing"; readonly moved?: Moved };

/** By name alone nothing is ever relinked: another file of that name and size is told, where no digest can tell. */
function placeOf(lost: Lost, known: Known, draft: Draft, collection: Collection): Found {
  const candidates = candidatesOf(lost, known.sameSize.values());
  const digest = lost.main && text(lost.main, "sha256");
  const missing = `Nothing lies at ${lost.path} any more`;
  if (digest === undefined) {
    const alike = candidates.find(({ path }) => baseOf(path) === baseOf(lost.main ? pathOf(lost.main) : lost.path));
    return alike === undefined
      ? { kind: "missing", detail: `${missing}, and no digest says which bytes they were.` }
      : {
          kind: "moved",
          detail: `${missing}. ${alike.path} has its name and size, but no digest says that the bytes are the same.`,
        };
  }
  let problem: string | undefined;
  for (const { path } of candidates) {
    if (known.digests.get(path) !== digest) continue;
    const owner = ownerOf(draft, collection, path);
    const moved = owner === undefined || owner === lost.name ? movedTo(lost, path, known) : `the entry ${owner} has it`;
    if (typeof moved === "object" && isFree(draft, collection, lost, moved))
      return { kind: "moved", moved, detail: `${lost.path} lies at ${path} now, as its digest says.` };
    problem ??= `The same bytes lie at ${path}, but ${typeof moved === "string" ? moved : "another entry has files there"}.`;
  }
  return problem === undefined
    ? { kind: "missing", detail: `${missing}, and the same bytes were found nowhere.` }
    : { kind: "moved", detail: `${missing}. ${problem}` };
}

const ownerOf = (draft: Draft, collection: Collection, path: string): string | undefined => {
  const row = draft.get("files", path);
  return (row && text(row, "entry")) ?? collection.havingPath(path)[0];
};

const isFree = (draft: Draft, collection: Collection, { name }: Lost, { rows }: Moved): boolean =>
  [...rows.values()].every((row) => {
    const owner = row === null ? undefined : ownerOf(draft, collection, pathOf(row));
    return owner === undefined || owner === name;
  });

function changesOf(survey: Survey, collection: Collection, lost: Lost, { rows, main }: Moved): readonly RowChange[] {
  const isFolder = lost.main !== undefined && pathOf(lost.main) !== lost.path;
  const path = isFolder && lost.main ? main.slice(0, -pathOf(lost.main).slice(lost.folder.length).length) : main;
  const root = innermost(
    survey.locations.map((one) => withoutEnd(one.path)),
    path,
  );
  const location = survey.locations.find((one) => withoutEnd(one.path) === root && isBelow(path, root))?.name ?? null;
  const put = (table: "entries" | "files", key: unknown, row: Row | null): RowChange => ({
    table,
    key: String(key),
    row,
  });
  return [
    ...collection
      .rows(lost.name)
      .filter((row) => row["path"] === lost.path)
      .map((row) => put("entries", row["key"], { ...row, path, location })),
    ...[...rows.keys()].map((row) => put("files", pathOf(row), null)),
    ...[...rows.values()].flatMap((row) => (row === null ? [] : [put("files", pathOf(row), row)])),
  ];
}
