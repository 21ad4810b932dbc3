import * as v from "valibot";
import { type Sha256, parseSha256 } from "../../util/ids.ts";

/** What does not fit is as if it were absent: one odd field hides no model. */
const soft = <T>(schema: v.GenericSchema<unknown, T>) => v.fallback(v.optional(schema), undefined);
const text = v.string();
const whole = v.pipe(v.number(), v.integer());

const file = v.object({
  id: soft(whole),
  name: soft(text),
  sizeKB: soft(v.number()),
  type: soft(text),
  primary: soft(v.boolean()),
  downloadUrl: soft(text),
  hashes: soft(v.record(v.string(), v.unknown())),
  metadata: soft(v.object({ fp: soft(text), size: soft(text), format: soft(text) })),
  pickleScanResult: soft(text),
  virusScanResult: soft(text),
});

const image = v.object({
  url: text,
  type: soft(text),
  nsfwLevel: soft(v.union([v.number(), v.string()])),
  width: soft(v.number()),
  height: soft(v.number()),
});

const listOf = <T>(schema: v.GenericSchema<unknown, T>) =>
  v.fallback(
    v.pipe(
      v.array(v.unknown()),
      v.transform((items) =>
        items.slice(0, 200).flatMap((item) => {
          const parsed = v.safeParse(schema, item);
          return parsed.success ? [parsed.output] : [];
        }),
      ),
    ),
    [],
  );

const version = v.object({
  id: whole,
  modelId: whole,
  name: v.fallback(text, ""),
  baseModel: soft(text),
  air: soft(text),
  description: soft(text),
  trainedWords: listOf(text),
  nsfwLevel: soft(v.number()),
  availability: soft(text),
  publishedAt: soft(text),
  earlyAccessEndsAt: soft(text),
  model: soft(v.object({ name: soft(text), type: soft(text) })),
  files: listOf(file),
  images: listOf(image),
});

/** A version of a model as Civitai tells it, with what we read of it; under its names, as other programs keep it. */
export type CivitaiVersion = v.InferOutput<typeof version>;

export type CivitaiFile = CivitaiVersion["files"][number];

/** undefined where it is none. */
export function parseVersion(value: unknown): CivitaiVersion | undefined {
  const parsed = v.safeParse(version, value);
  return parsed.success ? parsed.output : undefined;
}

export const versionsIn = (value: unknown): readonly CivitaiVersion[] =>
  Array.isArray(value) ? value.flatMap((one) => parseVersion(one) ?? []) : [];

/** Of all its files. */
export const digestsOf = ({ files }: CivitaiVersion): readonly Sha256[] =>
  files.flatMap(({ hashes }) => {
    const found = hashes?.["SHA256"];
    return (typeof found === "string" ? parseSha256(found) : undefined) ?? [];
  });

/** What it may be used for, and what it is called by. */
const terms = v.object({
  type: soft(text),
  mode: soft(text),
  tags: listOf(text),
  stats: soft(v.object({ downloadCount: soft(v.number()), thumbsUpCount: soft(v.number()) })),
  allowCommercialUse: soft(v.union([text, v.array(text)])),
  allowDerivatives: soft(v.boolean()),
  allowNoCredit: soft(v.boolean()),
  allowDifferentLicense: soft(v.boolean()),
});

const model = v.object({
  id: whole,
  name: v.fallback(text, ""),
  modelVersions: listOf(v.record(text, v.unknown())),
  ...terms.entries,
});

export type CivitaiTerms = v.InferOutput<typeof terms>;

export interface CivitaiModel {
  readonly id: number;
  readonly name: string;
  /** In Civitai's order, the one its makers recommend first. */
  readonly versions: readonly CivitaiVersion[];
  readonly terms: CivitaiTerms;
}

export function parseModel(value: unknown): CivitaiModel | undefined {
  const parsed = v.safeParse(model, value);
  if (!parsed.success) return undefined;
  const { id, name, modelVersions, ...told } = parsed.output;
  return {
    id,
    name,
    versions: modelVersions.flatMap((one) => parseVersion({ ...one, modelId: id }) ?? []),
    terms: told,
  };
}

/** Models of a search's answer. */
export const modelsIn = (items: unknown): readonly CivitaiModel[] =>
  Array.isArray(items) ? items.slice(0, 200).flatMap((one) => parseModel(one) ?? []) : [];

/** Ratings as numbers, one bit each: 1 is for everyone. Older answers have a word. */
export const ratingOf = ({ nsfwLevel }: CivitaiVersion["images"][number]): number =>
  typeof nsfwLevel === "number" ? nsfwLevel : nsfwLevel === "None" ? 1 : Number.POSITIVE_INFINITY;

/** More tell nothing more. */
const MOST_PICTURES = 10;

/** Addresses of pictures up to that rating, in its makers' order. */
export const picturesOf = ({ images }: CivitaiVersion, rating: number): readonly string[] =>
  images
    .filter((image) => (image.type ?? "image") === "image" && ratingOf(image) <= rating && isSafe(image.url))
    .map(({ url }) => url)
    .slice(0, MOST_PICTURES);

const isSafe = (url: string): boolean => URL.canParse(url) && new URL(url).protocol === "https:";
