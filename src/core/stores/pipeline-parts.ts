import type { StoreDisk } from "../ports/store-disk.ts";
import type { Member, Place } from "./folder-files.ts";
import type { Parts } from "./make-found.ts";

const FORMATS = ["safetensors", "pytorch", "onnx"];
const VARIANT = /\.(fp16|bf16|non_ema|ema_only)\./;

/** Diffusers keep one model in many folders, some of them in several formats and precisions. */
export function pipelineParts(
  place: Place,
  inner: readonly Member[],
  disk: Pick<StoreDisk, "head">,
): Parts | undefined {
  const all = inner.filter(({ facts }) => facts.role === "weights");
  const format = FORMATS.find((one) => all.some(({ facts }) => facts.format === one));
  const same = all.filter(({ facts }) => facts.format === format);
  const whole = same.filter(({ name }) => !VARIANT.test(name));
  const weights = whole.length > 0 ? whole : same;
  if (weights.length === 0) return undefined;
  const support = place.members.filter(({ facts }) => facts.role === "support");
  return {
    by: "pipeline",
    folder: place.folder,
    names: place.names,
    weights,
    heads: weights.map(({ path }) => disk.head(path)),
    others: [...support, ...inner.filter((member) => !weights.includes(member))],
    texts: true,
  };
}
