import type { ServerAnswer } from "../../ports/server-http.ts";
import type { Difference, ReadBack } from "../../protocol/serving.ts";
import type { Asked } from "../backend.ts";
import { fileName } from "../model-path.ts";

/** What `/props` says; see llama.cpp's tools/server/README. */
export function readProps(answer: ServerAnswer): ReadBack | undefined {
  if (answer.kind === "silent" || answer.status !== 200) return undefined;
  const props = answer.body;
  const context = numberIn(fieldOf(props, "default_generation_settings"), "n_ctx");
  const slots = numberIn(props, "total_slots");
  const modelPath = fieldOf(props, "model_path");
  const build = fieldOf(props, "build_info");
  const modalities = fieldOf(props, "modalities");
  const vision = fieldOf(modalities, "vision");
  const audio = fieldOf(modalities, "audio");
  return {
    ...(context === undefined ? {} : { context }),
    ...(slots === undefined ? {} : { slots }),
    ...(typeof modelPath === "string" ? { modelPath } : {}),
    ...(typeof build === "string" ? { build } : {}),
    ...(typeof vision === "boolean" ? { vision } : {}),
    ...(typeof audio === "boolean" ? { audio } : {}),
  };
}

/** A context is rounded up to 256; what is within that is what was asked for. */
export function propsDifferences(asked: Asked, got: ReadBack): readonly Difference[] {
  const differences: Difference[] = [];
  const rounded = Math.ceil((asked.context ?? 0) / 256) * 256;
  if (
    asked.context !== undefined &&
    got.context !== undefined &&
    (got.context < asked.context || got.context > rounded)
  )
    differences.push({ what: "context", asked: asked.context, got: got.context });
  const [wanted, loaded] = [fileName(asked.modelPath), fileName(got.modelPath ?? asked.modelPath)];
  if (wanted !== loaded) differences.push({ what: "model", asked: wanted, got: loaded });
  return differences;
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

function numberIn(value: unknown, name: string): number | undefined {
  const found = fieldOf(value, name);
  return typeof found === "number" ? found : undefined;
}
