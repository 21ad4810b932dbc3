import { t } from "@vscode/l10n";
import type { Fit, FitVerdict, MemoryNeed } from "../protocol/fit.ts";
import type { Fault } from "../util/faults.ts";
import { memoryWords } from "./gpu-words.ts";
import { plain, table } from "./markdown.ts";
import { percentWords } from "./queue-row.ts";

/** One sentence without its full stop, as `Fits NVIDIA H200 with 12 GB to spare`. */
export function fitWords(fit: Fit): string {
  const { verdict, need, memoryFree } = fit;
  const device = deviceWords(fit);
  switch (verdict.kind) {
    case "fits":
      return t("Fits {0} with {1} to spare", device, memoryWords(Math.max(0, memoryFree - need.total)));
    case "fitsWith":
      return t("Fits {0} with context up to {1}", device, verdict.context.toLocaleString("en"));
    case "offload":
      return verdict.gpuLayers === 0
        ? t("{0} holds none of its layers: all {1} need the CPU", device, verdict.layers)
        : t("{0}: needs {1} of {2} layers on the CPU", device, verdict.layers - verdict.gpuLayers, verdict.layers);
    case "no":
      return t("Does not fit {0}: needs {1}, free are {2}", device, memoryWords(need.total), memoryWords(memoryFree));
    case "unknown":
      return t("Whether it fits {0} is not known: the file tells too little", device);
  }
}

const deviceWords = ({ device, name }: Pick<Fit, "device" | "name">): string =>
  device === "cpu" ? t("this machine's memory") : name;

/** A switch that is refused: two sentences. */
export function misfitWords(misfit: Extract<Fault, { code: "doesNotFit" }>): {
  readonly message: string;
  readonly remedy: string;
} {
  const { profile, context, gpuLayers } = misfit;
  const device = deviceWords({ device: misfit.device, name: misfit.device });
  const [needed, free] = [memoryWords(misfit.needed), memoryWords(misfit.free)];
  return {
    message: t("{0} does not fit {1} as it is asked for: it needs {2}, free are {3}.", profile, device, needed, free),
    remedy:
      context !== undefined
        ? t("Ask for {0} tokens of context at most, or load it anyway.", context.toLocaleString("en"))
        : gpuLayers !== undefined
          ? t("Ask for {0} layers on the GPU at most, or load it anyway.", gpuLayers)
          : t("Choose a smaller one, or load it anyway."),
  };
}

/** As `11 GB at 8,192 tokens · measured ± 3 %`. */
export function needWords(need: MemoryNeed): string {
  const share = percentWords(need.uncertainty);
  const amount = t("{0} at {1} tokens", memoryWords(need.total), need.context.toLocaleString("en"));
  return `${amount} · ${need.basis === "measured" ? t("measured ± {0}", share) : t("estimated ± {0}", share)}`;
}

/** Markdown: a line a device; empty where nothing is known. */
export const fitTable = (fits: readonly Fit[]): string =>
  table(
    [t("Fit"), t("Needs")],
    fits.map((fit) => [plain(fitWords(fit)), fit.verdict.kind === "unknown" ? "–" : plain(needWords(fit.need))]),
  );

/** Markdown: a line a device, for a narrow place; empty where nothing is known. */
export const fitLines = (fits: readonly Fit[]): string =>
  fits
    .map((fit) =>
      fit.verdict.kind === "unknown" ? plain(fitWords(fit)) : `${plain(fitWords(fit))}: ${plain(needWords(fit.need))}`,
    )
    .join("  \n");

export interface FitBadge {
  /** As `fits`, `fits up to 24,576 tokens`. */
  readonly words: string;
  /** As the sentence on the device where it fits best. */
  readonly sentence: string;
  /** True where it cannot be loaded whole as it is asked for. */
  readonly warns: boolean;
}

/** Where it fits best; of several alike the first. */
export const bestFit = (fits: readonly Fit[]): Fit | undefined =>
  fits.toSorted((one, other) => order.indexOf(one.verdict.kind) - order.indexOf(other.verdict.kind))[0];

/** Where it fits best, in a few words; undefined where nothing is known. */
export function fitBadge(fits: readonly Fit[]): FitBadge | undefined {
  const best = bestFit(fits);
  if (best === undefined || best.verdict.kind === "unknown") return undefined;
  return { words: shortWords(best.verdict), sentence: fitWords(best), warns: best.verdict.kind !== "fits" };
}

const order: readonly FitVerdict["kind"][] = ["fits", "fitsWith", "offload", "no", "unknown"];

function shortWords(verdict: FitVerdict): string {
  switch (verdict.kind) {
    case "fits":
      return t("fits");
    case "fitsWith":
      return t("fits up to {0} tokens", verdict.context.toLocaleString("en"));
    case "offload":
      return t("{0} of {1} layers on the CPU", verdict.layers - verdict.gpuLayers, verdict.layers);
    case "no":
      return t("does not fit");
    case "unknown":
      return "";
  }
}
