import type { MakeDigest } from "../../ports/digest.ts";
import type { Row, Value } from "../../ports/database.ts";
import type { DiskFacts, Survey, SurveyWants } from "../plan.ts";
import { type Slices, each } from "../slices.ts";
import { rootsOf } from "./roots.ts";

/** Values that are told as one text. */
const AT_ONCE = 512;
/** Characters that are digested at a time: each time costs as much as a row's text. */
const CHUNK = 2 ** 16;

/**
 * Digest of all that the decision was made from: the same where nothing that counts has changed. The time is left out,
 * and of the locations themselves all but that they are there, as every download changes those.
 */
export function* basisOf(
  makeDigest: MakeDigest,
  survey: Survey,
  wants: SurveyWants,
  operation: string,
  options: unknown,
): Slices<string> {
  const digest = makeDigest("sha256");
  const encoder = new TextEncoder();
  let told = "";
  const flush = (): void => {
    digest.update(encoder.encode(told));
    told = "";
  };
  const tell = (part: unknown): void => {
    told += `${JSON.stringify(part)}\n`;
    if (told.length >= CHUNK) flush();
  };
  tell([operation, options]);
  for (const table of ["entries", "files", "characteristics", "shapes"] as const) {
    const [first] = survey[table];
    tell([table, survey[table].length, Object.keys(first ?? {})]);
    yield* valuesOf(survey[table], tell);
  }
  const { locations, weightsRoot, ollama } = survey;
  const places = new Set(rootsOf(survey, ollama));
  const named = new Set([...(wants.folders ?? []), ...(wants.paths ?? [])]);
  const paths = [...survey.disk.keys()].toSorted();
  yield;
  yield* each(paths, (path) => {
    const facts = survey.disk.get(path);
    tell([path, places.has(path) && !named.has(path) ? facts?.kind : facts && orderOf(facts)]);
  });
  tell([[...(survey.links ?? [])].toSorted(byName), survey.backup ?? null, locations, weightsRoot ?? null]);
  tell(
    ollama === undefined
      ? null
      : [ollama.root, ollama.serverRuns, [...ollama.models].toSorted(byName), ollama.unreadable ?? []],
  );
  tell([...survey.trashRoots].toSorted());
  // What was skipped on the way, as unchanged folders are, says nothing of what is there.
  for (const { store, root, models, problems } of survey.found ?? []) {
    tell([store, root, problems]);
    yield* each(models, tell);
  }
  const { heads, digests, checksums, linkable } = survey;
  for (const answers of [heads, digests, checksums, linkable]) {
    yield* each([...(answers ?? [])].toSorted(byName), tell);
    tell(null);
  }
  yield* each(survey.sameSize ?? [], tell);
  tell([survey.sameSize === undefined, survey.testingPatterns]);
  const { litter, drifted = [] } = survey;
  if (litter) {
    for (const found of [litter.partials, litter.blobs, litter.dangling, litter.odd]) tell([...found].toSorted(byName));
    tell([...drifted].toSorted());
  }
  flush();
  return digest.hex();
}

/** Their values alone: all rows of a table have the same columns, whose names are most of a row's text. */
function* valuesOf(rows: readonly Row[], tell: (part: unknown) => void): Slices<void> {
  let values: Value[] = [];
  for (const row of rows) {
    for (const column in row) values.push(row[column] ?? null);
    if (values.length < AT_ONCE) continue;
    tell(values);
    values = [];
    yield;
  }
  tell(values);
}

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1;

/** The members in one order, whoever made them. */
const orderOf = (facts: DiskFacts): unknown => {
  if (!("seen" in facts)) return facts;
  const { kind, seen, names, real, items, tree } = facts;
  return [kind, seen.size, seen.modified, seen.identity, names, real, items ?? null, tree ?? null];
};
