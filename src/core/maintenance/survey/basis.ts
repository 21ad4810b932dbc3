import type { MakeDigest } from "../../ports/digest.ts";
import type { DiskFacts, Survey, SurveyWants } from "../plan.ts";
import { rootsOf } from "./roots.ts";

/** Rows that are told as one text. */
const SLICE = 500;

/**
 * Digest of all that the decision was made from: the same where nothing that counts has changed. The time is left out,
 * and of the locations themselves all but that they are there, as every download changes those.
 */
export function basisOf(
  makeDigest: MakeDigest,
  survey: Survey,
  wants: SurveyWants,
  operation: string,
  options: unknown,
): string {
  const digest = makeDigest("sha256");
  const encoder = new TextEncoder();
  const tell = (part: unknown): void => digest.update(encoder.encode(`${JSON.stringify(part)}\n`));
  tell([operation, options]);
  for (const table of ["entries", "files", "characteristics", "shapes"] as const) {
    tell([table, survey[table].length]);
    // As one text the characteristics of 10,000 entries are some 40 MB.
    for (let at = 0; at < survey[table].length; at += SLICE) tell(survey[table].slice(at, at + SLICE));
  }
  const { locations, weightsRoot, ollama } = survey;
  const places = new Set(rootsOf(survey, ollama));
  const named = new Set([...(wants.folders ?? []), ...(wants.paths ?? [])]);
  tell(
    [...survey.disk]
      .map(([path, facts]) => [path, places.has(path) && !named.has(path) ? facts.kind : orderOf(facts)] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
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
    for (const model of models) tell(model);
  }
  const { heads, digests, checksums, linkable } = survey;
  for (const answers of [heads, digests, checksums, linkable]) tell([...(answers ?? [])].toSorted(byName));
  tell([survey.sameSize ?? null, survey.testingPatterns]);
  const { litter, drifted = [] } = survey;
  if (litter) {
    for (const found of [litter.partials, litter.blobs, litter.dangling, litter.odd]) tell([...found].toSorted(byName));
    tell([...drifted].toSorted());
  }
  return digest.hex();
}

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1;

/** The members in one order, whoever made them. */
const orderOf = (facts: DiskFacts): unknown => {
  if (!("seen" in facts)) return facts;
  const { kind, seen, names, real, items, tree } = facts;
  return [kind, seen.size, seen.modified, seen.identity, names, real, items ?? null, tree ?? null];
};
