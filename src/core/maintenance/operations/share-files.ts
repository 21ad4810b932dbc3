import * as v from "valibot";
import { folderOf } from "../../downloads/safe-path.ts";
import type { Row } from "../../ports/database.ts";
import type { Finding, KeptBack } from "../../protocol/maintenance.ts";
import { text } from "../../registry/columns.ts";
import type { Operation } from "../operation.ts";
import type { Decision, Step, Survey, SurveyRows } from "../plan.ts";
import { folder } from "./choices.ts";
import { collectionOf } from "./collection.ts";
import { everywhere } from "./everywhere.ts";
import { INVOKE_DATABASE, programOf } from "./kept-by-programs.ts";
import { type LinkChoice, deviceOf, linkFor } from "./link-choice.ts";
import { pathOf, sizeOf } from "./lost.ts";
import { withoutEnd } from "./paths.ts";
import { findingOf, takeAway } from "./removing.ts";
import { changeRow } from "./row-steps.ts";
import { type Copy, copiesOf, equalBytes, equalSizes } from "./same-bytes.ts";

const options = v.strictObject({
  /** Where copies are looked for; all locations and known stores where left out. */
  stores: v.optional(v.array(folder)),
  /** auto: clone, else hard, else symbolic, within a volume. */
  kind: v.optional(v.picklist(["auto", "hard", "symbolic", "clone"]), "auto"),
  /** Digests; all where left out. */
  only: v.optional(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "give a sha256 in lower case")))),
});
type Options = v.InferOutput<typeof options>;

/** Replaces copies of equal bytes by names of one of them. A program that cleans its store keeps its own. */
export const shareFiles: Operation<Options> = {
  name: "shareFiles",
  options,
  backup: true,
  wants: ({ stores }, places) => ({
    ollama: true,
    paths: places.invokeai.map((root) => withoutEnd(root) + INVOKE_DATABASE),
    sameSize: (rows) => sharedSizes(rows, stores ?? everywhere(places)),
    digests: sharedDigests,
    linkable: sharedFolders,
  }),
  decide: (survey, { kind, only }) => decideShare(survey, kind, only && new Set(only)),
};

export const sharedSizes = (
  { files }: SurveyRows,
  roots: readonly string[],
): { readonly roots: readonly string[]; readonly sizes: readonly number[] } => {
  const sizes = [...new Set(files.map(sizeOf))].filter((size) => size > 0);
  return { roots: sizes.length === 0 ? [] : roots.map(withoutEnd), sizes };
};

export const sharedDigests = (survey: Survey): readonly string[] =>
  equalSizes(copiesOf(survey)).map(({ path }) => path);

const hashedGroups = (survey: Survey): ReadonlyMap<string, readonly Copy[]> =>
  equalBytes(copiesOf(survey), ({ path }) => survey.digests?.get(path));

export const sharedFolders = (survey: Survey): readonly string[] => [
  ...new Set([...hashedGroups(survey).values()].flat().flatMap(({ path, names }) => [path, ...names].map(folderOf))),
];

export function decideShare(survey: Survey, kind: LinkChoice, only: ReadonlySet<string> | undefined): Decision {
  const steps: Step[] = [];
  const keptBack: KeptBack[] = [];
  const findings: Finding[] = [];
  const rows = new Map(survey.files.map((row) => [pathOf(row), row]));
  const judge = createJudge(survey, rows);
  for (const [digest, group] of hashedGroups(survey)) {
    if (only && !only.has(digest)) continue;
    const ranked = group.map((copy) => ({ copy, ...judge(copy) })).toSorted(originalFirst);
    const [first] = ranked;
    // What is on other volumes needs an original there, unless a link may lead from one to another.
    const volumes = kind === "symbolic" ? [ranked] : [...Map.groupBy(ranked, ({ copy }) => deviceOf(copy)).values()];
    let freed = 0;
    for (const volume of volumes) {
      const [original, ...others] = volume;
      if (original === undefined) continue;
      for (const { copy, keeps } of others) {
        const how = keeps ?? linkFor(survey, kind, copy, original.copy, original.program !== undefined);
        if (typeof how === "object") {
          steps.push(...replaced(survey, rows, copy, original.copy, how.link));
          freed += copy.facts.seen.size;
        } else keptBack.push({ what: copy.path, reason: how });
      }
    }
    if (first && freed > 0)
      findings.push({
        kind: "duplicateBytes",
        what: first.copy.path,
        detail: `The same bytes lie in ${group.length} places; the other copies become names of one.`,
        mended: true,
        bytes: freed,
      });
  }
  return { steps, keptBack, findings };
}

type Rows = ReadonlyMap<string, Row>;

interface Judged {
  /** Why it stays as it is. */
  readonly keeps: string | undefined;
  readonly program: string | undefined;
}

function createJudge(survey: Survey, rows: Rows): (copy: Copy) => Judged {
  const collection = collectionOf(survey);
  const program = programOf(survey);
  return ({ path, facts, names }) => {
    const all = [path, ...names];
    const owner = all.map((one) => program(one, facts.real)).find((one) => one !== undefined);
    const entries = all.flatMap((one) =>
      [...collection.havingPath(one), text(rows.get(one) ?? {}, "entry") ?? []].flat(),
    );
    const locked = entries.find((name) => collection.isLocked(name));
    const stuck = all.map((one) => whyStuck(survey, rows, one)).find((one) => one !== undefined);
    const more = facts.names - all.length;
    const keeps =
      (owner && `${owner} keeps it, and cleans its store by itself`) ??
      (locked && `the entry ${locked} is locked`) ??
      stuck ??
      (more > 0
        ? `it has ${more} more ${more === 1 ? "name" : "names"} elsewhere: nothing would be freed`
        : undefined) ??
      // Where case does not count, or a volume is mounted twice.
      (more < 0 ? `two paths lead to it under one name, as ${all.join(" and ")}` : undefined);
    return { keeps, program: owner };
  };
}

function whyStuck(survey: Survey, rows: Rows, path: string): string | undefined {
  const found = findingOf(survey, path, ({ identity }) => rows.get(path)?.["identity"] === identity);
  if (found.kind === "free") return undefined;
  return found.kind === "gone" ? "it is gone" : found.reason;
}

type Ranked = Judged & { readonly copy: Copy };

/** What stays anyhow, a program's own before the rest; then what has most names; then what the registry knows. */
const originalFirst = (one: Ranked, other: Ranked): number =>
  Number(other.program !== undefined) - Number(one.program !== undefined) ||
  Number(other.keeps !== undefined) - Number(one.keeps !== undefined) ||
  other.copy.facts.names - one.copy.facts.names ||
  Number(other.copy.row !== undefined) - Number(one.copy.row !== undefined) ||
  (one.copy.path < other.copy.path ? -1 : 1);

/** Every name of the copy goes and comes back as a link; the bytes are counted once. */
function replaced(
  survey: Survey,
  rows: Rows,
  copy: Copy,
  original: Copy,
  how: "hard" | "symbolic" | "clone",
): readonly Step[] {
  const { seen } = original.facts;
  return [copy.path, ...copy.names].flatMap((path, index): readonly Step[] => {
    const found = findingOf(survey, path, () => true);
    if (found.kind !== "free") return [];
    const row = rows.get(path);
    return [
      takeAway(survey, found, index === 0 ? copy.facts.seen.size : 0),
      { kind: "makeLink", path, target: original.path, how, seen },
      ...(row
        ? changeRow("files", row, { modified: seen.modified, identity: how === "clone" ? null : seen.identity })
        : []),
    ];
  });
}
