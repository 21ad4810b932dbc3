import type { ServerAnswer } from "../../ports/server-http.ts";
import type { ReadBack } from "../../protocol/serving.ts";

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

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

function numberIn(value: unknown, name: string): number | undefined {
  const found = fieldOf(value, name);
  return typeof found === "number" ? found : undefined;
}
