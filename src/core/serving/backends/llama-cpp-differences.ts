import type { Difference, ReadBack } from "../../protocol/serving.ts";
import type { Asked } from "../backend.ts";
import { fileName } from "../model-path.ts";
import { flagValue } from "./llama-cpp-args.ts";

/** Where what is loaded is not what was asked for. What the server does not tell is no difference. */
export function llamaDifferences(asked: Asked, got: ReadBack): readonly Difference[] {
  const args = argumentsOf(asked);
  const differences: Difference[] = [];
  // A context is rounded up to 256; what is within that is what was asked for.
  const rounded = Math.ceil((asked.context ?? 0) / 256) * 256;
  if (
    asked.context !== undefined &&
    got.context !== undefined &&
    (got.context < asked.context || got.context > rounded)
  )
    differences.push({ what: "context", asked: asked.context, got: got.context });
  const [wanted, loaded] = [fileName(asked.modelPath), fileName(got.modelPath ?? asked.modelPath)];
  if (wanted !== loaded) differences.push({ what: "model", asked: wanted, got: loaded });
  const slots = Number(flagValue(args, "parallel"));
  if (slots > 0 && got.slots !== undefined && got.slots !== slots)
    differences.push({ what: "slots", asked: slots, got: got.slots });
  const layers = flagValue(args, "gpuLayers");
  if (got.offloaded && layers !== undefined) {
    const { layers: there, of } = got.offloaded;
    const asks = layers === "all" ? of : Math.min(Number(layers), of);
    if (asks > there)
      differences.push({ what: "GPU layers", asked: layers === "all" ? of : Number(layers), got: there });
  }
  if (flagValue(args, "projector") !== undefined && got.vision === false && got.audio === false)
    differences.push({ what: "projector", asked: fileName(flagValue(args, "projector") ?? ""), got: "text only" });
  return differences;
}

/** As its label keeps them, after the program. */
function argumentsOf({ command }: Asked): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(command);
    return Array.isArray(parsed) ? parsed.slice(1).map(String) : [];
  } catch {
    return [];
  }
}
