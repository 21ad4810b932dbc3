import * as v from "valibot";
import { reuseWays } from "../protocol/downloads.ts";
import { providers } from "../protocol/hub.ts";
import { characteristicSources } from "../protocol/models.ts";
import { layouts } from "../settings.ts";

const text = v.pipe(v.string(), v.nonEmpty());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const proof = v.picklist(["sha256", "gitSha1", "unverified"]);

const finished = v.object({
  /** True where we put it there; false where it was there before. */
  made: v.boolean(),
  proof,
  sha256: text,
  gitSha1: v.optional(text),
  modified: v.number(),
  identity: v.string(),
});

const file = v.object({
  path: text,
  /** Absolute. */
  target: text,
  sizeBytes: count,
  sha256: v.optional(text),
  gitSha1: v.optional(text),
  /** Weights, as against what goes with them. */
  primary: v.boolean(),
  /** Of sources whose files have addresses of their own; the hub's is made of repository, commit and path. */
  url: v.optional(text),
  /** Absolute: the name under which programs find it, a link to `target`; as in a snapshot of the Hugging Face cache. */
  alias: v.optional(text),
  /** The alias was there when it was planned: it is not ours to take away. */
  aliased: v.optional(v.boolean()),
  /** Of another repository than the plan's: configuration and tokenizer that a model's own lacks. */
  from: v.optional(v.object({ repository: text, commit: text })),
  /** The same bytes are on this machine, proven: they are linked or copied, not fetched. */
  reuse: v.optional(v.object({ path: text, how: v.picklist(reuseWays) })),
  finished: v.optional(finished),
});

const characteristic = v.object({
  name: text,
  value: v.union([v.string(), v.number(), v.boolean()]),
  source: v.picklist(characteristicSources),
  confidence: v.number(),
});

const plan = v.object({
  version: v.literal(1),
  provider: v.picklist(providers),
  /** As `HubAnalysis.repository`; `commit` likewise. */
  repository: text,
  title: v.optional(text),
  revision: text,
  commit: text,
  variant: text,
  format: v.optional(text),
  quantization: v.optional(text),
  stem: v.optional(text),
  /** Of the location the files go to; absent: they lie as they are named. */
  layout: v.optional(v.picklist(layouts)),
  /** Small files of the layout itself, written when all is there: `refs/main` of the Hugging Face cache. `before`: what it said when it was planned. */
  marks: v.optional(v.array(v.object({ path: text, content: v.string(), before: v.optional(v.string()) }))),
  /** Absolute: folders that get a link to each finished file, or a copy where the volume allows no link. */
  linkOut: v.optional(v.array(text)),
  /** Absolute: aliases and links that were made for it. Others may have the same bytes under the names it would give. */
  linked: v.optional(v.array(text)),
  /** README and licence of the source as they were then, by the digest that the source has of them. */
  documents: v.optional(v.array(v.object({ path: text, sha256: v.optional(text), gitSha1: v.optional(text) }))),
  /** A location's name; absent where a person named the folder. */
  location: v.optional(text),
  /** Absolute: nothing of this download lies outside. */
  root: text,
  /** Absolute: where the files go. */
  folder: text,
  /** Folders that were not there when it was planned, outermost first. */
  madeFolders: v.array(text),
  force: v.boolean(),
  /** What is done with proven bytes that are on this machine; absent: `auto`. */
  reuse: v.optional(v.picklist(["auto", "none", ...reuseWays])),
  /** Until then it works though the schedule is closed: a person said so. Milliseconds since 1970. */
  regardlessUntil: v.optional(v.number()),
  tags: v.array(v.string()),
  characteristics: v.array(characteristic),
  files: v.pipe(v.array(file), v.minLength(1)),
});

/** What one download is to do, and which of its files are done: what its row keeps as JSON. */
export type DownloadPlan = v.InferOutput<typeof plan>;
export type PlannedFile = v.InferOutput<typeof file>;
export type FinishedFile = v.InferOutput<typeof finished>;

/** undefined where the row was written by a hand or a version that we do not understand. */
export function parsePlan(json: unknown): DownloadPlan | undefined {
  if (typeof json !== "string") return undefined;
  try {
    const parsed = v.safeParse(plan, JSON.parse(json));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** The name programs know it by, and rows of the registry: the alias where it has one. */
export const knownAs = ({ alias, target }: Pick<PlannedFile, "alias" | "target">): string => alias ?? target;

/** Equal for downloads of the same bytes to the same places. */
export const planKey = ({ files, commit, linkOut = [] }: DownloadPlan): string =>
  JSON.stringify([
    ...files.map((one) => `${knownAs(one)}|${one.sha256 ?? one.gitSha1 ?? commit}`).toSorted(),
    ...linkOut.toSorted(),
  ]);
