import type { TensorSummary } from "./summary.ts";

/** Most of its tensors are low-rank additions: a whole model may carry a few. */
export function isAdapter({ count, adding }: TensorSummary, metadata: ReadonlyMap<string, string>): boolean {
  return 2 * adding > count || (adding > 0 && metadata.has("ss_network_module"));
}

/** What trainers wrote of it. Longest texts there are still words, not pages. */
export interface Trained {
  readonly title?: string;
  readonly triggerWords: readonly string[];
  /** As the trainer names it, made readable: `SDXL`, `Flux.1`. */
  readonly baseModel?: string;
  readonly licence?: string;
}

export function trainedBy(metadata: ReadonlyMap<string, string>): Trained {
  const title = line(metadata.get("modelspec.title")) ?? line(metadata.get("ss_output_name"));
  const told = metadata.get("modelspec.architecture") ?? metadata.get("ss_base_model_version");
  const baseModel = baseNamed(told);
  const licence = line(metadata.get("modelspec.license"));
  return {
    triggerWords: triggersOf(metadata),
    ...(title !== undefined && { title }),
    ...(baseModel !== undefined && { baseModel }),
    ...(licence !== undefined && { licence }),
  };
}

const line = (text: string | undefined): string | undefined => {
  const one = text
    ?.trim()
    .split(/[\r\n]/, 1)[0]
    ?.slice(0, 200);
  return one === undefined || one === "" || one === "None" ? undefined : one;
};

/** `stable-diffusion-xl-v1-base/lora`, `sdxl_base_v1-0`, `flux1`, `sd_v1`. */
const NAMED: readonly (readonly [RegExp, string])[] = [
  [/^(?:stable-diffusion-xl|sdxl)/i, "SDXL"],
  [/^(?:stable-diffusion-v?3|sd3)/i, "SD 3"],
  [/^(?:stable-diffusion-v?2|sd_?v?2)/i, "SD 2"],
  [/^(?:stable-diffusion-v?1|sd_?v?1)/i, "SD 1.5"],
  [/^flux[-_.]?2/i, "Flux.2"],
  [/^flux/i, "Flux.1"],
  [/^wan/i, "Wan"],
  [/^qwen[-_]?image/i, "Qwen-Image"],
  [/^hunyuan[-_]?video/i, "Hunyuan Video"],
  [/^lumina/i, "Lumina 2"],
];

function baseNamed(told: string | undefined): string | undefined {
  const name = line(told?.split("/", 1)[0]);
  return name === undefined ? undefined : (NAMED.find(([pattern]) => pattern.test(name))?.[1] ?? name);
}

const MOST_TRIGGERS = 8;

function triggersOf(metadata: ReadonlyMap<string, string>): readonly string[] {
  const said = metadata.get("modelspec.trigger_phrase") ?? metadata.get("modelspec.trigger_word");
  const words = said?.split(",").flatMap((word) => line(word) ?? []) ?? [];
  if (words.length > 0) return [...new Set(words)].slice(0, MOST_TRIGGERS);
  return frequent(metadata.get("ss_tag_frequency"));
}

/** Tags that (nearly) every picture it was trained on has: what calls up what it has learned. */
function frequent(text: string | undefined): readonly string[] {
  const counts = new Map<string, number>();
  for (const folder of Object.values(objectOf(text)))
    for (const [tag, count] of Object.entries(typeof folder === "object" && folder !== null ? folder : {}))
      if (typeof count === "number" && Number.isFinite(count))
        counts.set(tag.trim(), (counts.get(tag.trim()) ?? 0) + count);
  counts.delete("");
  const most = [...counts.values()].reduce((one, other) => Math.max(one, other), 0);
  const often = [...counts].filter(([, count]) => count >= NEARLY_ALL * most);
  return often
    .sort(([, one], [, other]) => other - one)
    .slice(0, MOST_TRIGGERS)
    .map(([tag]) => tag.slice(0, 200));
}

const NEARLY_ALL = 0.9;

function objectOf(text: string | undefined): object {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
