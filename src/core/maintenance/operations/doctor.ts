import * as v from "valibot";
import type { Finding, KeptBack } from "../../protocol/maintenance.ts";
import { text } from "../../registry/columns.ts";
import { type Operation, decidedInSlices } from "../operation.ts";
import type { Decision, Step, Survey } from "../plan.ts";
import { folder } from "./choices.ts";
import type { Slices } from "../slices.ts";
import { collectionInSlices } from "./collection.ts";
import { drifts, recordedDuplicates, twins, unsafeOnes } from "./entry-hurts.ts";
import { everywhere } from "./everywhere.ts";
import { INVOKE_DATABASE } from "./kept-by-programs.ts";
import { type Hurt, lyingAbout, oddFolders } from "./lying-about.ts";
import { withoutEnd } from "./paths.ts";
import { decideRelink, wantedDigests, wantedSizes } from "./relink.ts";
import { removeEntries } from "./row-steps.ts";
import { decideShare, sharedDigests, sharedFolders, sharedSizes } from "./share-files.ts";

/** Hurts that steps can mend; each only where it was asked for. */
export const mendable = [
  "orphan",
  "stalePartial",
  "danglingLink",
  "missing",
  "moved",
  "twin",
  "duplicateBytes",
] as const satisfies readonly Finding["kind"][];
type Mendable = (typeof mendable)[number];

const options = v.strictObject({
  /** Folders that are looked through; all locations and known stores where left out. */
  stores: v.optional(v.array(folder)),
  /** What was written to since then may be in use: partial files and blobs. */
  partialAgeDays: v.optional(v.pipe(v.number(), v.minValue(0)), 7),
  mend: v.optional(v.array(v.picklist(mendable)), []),
});
type Options = v.InferOutput<typeof options>;

/** Tells what is wrong in all stores and the registry, and mends of it what was asked for, in one plan. */
export const doctor: Operation<Options> = {
  name: "doctor",
  options,
  backup: true,
  wants: ({ stores, partialAgeDays, mend }, places) => {
    const roots = (stores ?? everywhere(places)).map(withoutEnd);
    const shares = mend.includes("duplicateBytes");
    return {
      ollama: true,
      links: true,
      paths: places.invokeai.map((root) => withoutEnd(root) + INVOKE_DATABASE),
      litter: { roots, olderThanDays: partialAgeDays },
      sameSize: (rows) => {
        const [lost, shared] = [wantedSizes(rows, roots), sharedSizes(rows, roots)];
        if (!shares) return lost;
        return { roots, sizes: [...new Set([...lost.sizes, ...shared.sizes])] };
      },
      // To tell hashes nothing: only what is to be mended is proven.
      digests: (survey) => [
        ...(mend.includes("moved") ? wantedDigests(survey) : []),
        ...(shares ? sharedDigests(survey) : []),
      ],
      ...(shares && { linkable: sharedFolders }),
    };
  },
  ...decidedInSlices<Options>((survey, { mend }) => examine(survey, new Set(mend))),
};

function* examine(survey: Survey, mend: ReadonlySet<Mendable>): Slices<Decision> {
  const { litter } = survey;
  const plan = createSteps();
  const wanted: ReadonlySet<string> = mend;
  function* treat(hurts: readonly Hurt[]): Slices<readonly Finding[]> {
    const findings: Finding[] = [];
    for (const { finding, cure } of hurts) {
      findings.push({ ...finding, mended: wanted.has(finding.kind) && cure.length > 0 && plan.add(cure) });
      yield;
    }
    return findings;
  }
  // What an entry or a link is to lead to is claimed before anything is thrown away.
  const moved = yield* movedOnes(survey, mend);
  const entries = yield* treat(moved.hurts);
  const share = mend.has("duplicateBytes") ? decideShare(survey, "auto", undefined) : undefined;
  const shared = share ? sharedFindings(share, plan) : yield* treat(recordedDuplicates(survey));
  yield;
  const lying = litter ? yield* treat(lyingAbout(survey, litter)) : [];
  const odd = litter ? yield* treat(oddFolders(litter)) : [];
  const others: Finding[] = [];
  for (const look of [twins, drifts, unsafeOnes]) {
    others.push(...(yield* treat(look(survey))));
    yield;
  }
  const problems = [...(litter?.problems ?? [])].map(([what, detail]): Finding => ({
    kind: "unreadable",
    what,
    detail: `It could not be read: ${detail}.`,
    mended: false,
  }));
  return {
    steps: plan.steps,
    keptBack: [...moved.keptBack, ...(share?.keptBack ?? [])],
    findings: [...problems, ...lying, ...odd, ...entries, ...others, ...shared],
  };
}

function sharedFindings({ steps, findings = [] }: Decision, plan: Steps): readonly Finding[] {
  const linked = new Set(
    pairsOf(steps).flatMap((pair) =>
      plan.add(pair) ? pair.flatMap((step) => (step.kind === "makeLink" ? [step.target] : [])) : [],
    ),
  );
  return findings.map((finding) => ({ ...finding, mended: linked.has(finding.what) }));
}

/** Where the bytes are elsewhere the entry is not pruned, be it that they were only taken for the same. */
function* movedOnes(
  survey: Survey,
  mend: ReadonlySet<Mendable>,
): Slices<{ readonly hurts: readonly Hurt[]; readonly keptBack: readonly KeptBack[] }> {
  const collection = yield* collectionInSlices(survey, []);
  const { steps, keptBack, findings = [] } = yield* decideRelink(survey);
  yield;
  const pruned = findings.filter(({ kind }) => kind === "missing").map(({ what }) => what);
  const removal = removeEntries(
    collection,
    pruned.flatMap((name) =>
      collection.rows(name).filter((row) => survey.disk.get(text(row, "path") ?? "")?.kind === "absent"),
    ),
  );
  const byEntry = (from: readonly Step[]): ReadonlyMap<string, readonly Step[]> =>
    Map.groupBy(
      from.filter((step) => step.kind === "row"),
      ({ table, before, after }) => String((before ?? after)?.[table === "entries" ? "name" : "entry"]),
    );
  yield;
  const [removing, relinking] = [byEntry(removal.steps), byEntry(steps)];
  return {
    hurts: findings.map(({ mended, ...finding }) => ({
      finding,
      cure:
        finding.kind === "missing"
          ? (removing.get(finding.what) ?? [])
          : mended
            ? (relinking.get(finding.what) ?? [])
            : [],
    })),
    keptBack: [...(mend.has("moved") ? keptBack : []), ...(mend.has("missing") ? removal.keptBack : [])],
  };
}

/** What makes way for a link goes together with it. */
function pairsOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const pairs: Step[][] = [];
  for (const step of steps)
    if (step.kind === "trash" || step.kind === "delete") pairs.push([step]);
    else pairs.at(-1)?.push(step);
  return pairs;
}

interface Steps {
  readonly steps: readonly Step[];
  readonly add: (cure: readonly Step[]) => boolean;
}

/** Cures in the order they came, each once; one that touches what an earlier one does is left out. */
function createSteps(): Steps {
  const steps: Step[] = [];
  const touched = new Set<string>();
  const going = new Set<string>();
  const added = new Set<readonly Step[]>();
  return {
    steps,
    add: (cure) => {
      if (added.has(cure)) return true;
      const things = cure.flatMap(thingsOf);
      if (things.some((thing) => touched.has(thing)) || cure.some((step) => leadsTo(step).some((at) => going.has(at))))
        return false;
      for (const thing of things) touched.add(thing);
      for (const step of cure) {
        if (step.kind === "trash" || step.kind === "delete") going.add(step.path);
        for (const at of leadsTo(step)) touched.add(`path ${at}`);
      }
      steps.push(...cure);
      added.add(cure);
      return true;
    },
  };
}

const thingsOf = (step: Step): readonly string[] => {
  if (step.kind === "row") return [`${step.table} ${step.key}`];
  if (step.kind === "deleteOllama") return [`model ${step.model}`];
  return step.kind === "makeLink" ? [`link ${step.path}`] : [`path ${step.path}`];
};

/** What has to be there once it is done. */
const leadsTo = (step: Step): readonly string[] => {
  if (step.kind === "makeLink") return [step.target];
  const path = step.kind === "row" && step.after !== null ? text(step.after, "path") : undefined;
  return path === undefined ? [] : [path];
};
