import { parseLoadLog } from "../fit/parse-load-log.ts";
import type { FitVerdict } from "../protocol/fit.ts";
import type { SwitchOffer } from "../protocol/serving.ts";
import { type Fault, isFault } from "../util/faults.ts";
import type { SwitchOverrides } from "./controller.ts";
import type { ServerProfile } from "./profile.ts";

/** A server of another group that runs beside. */
export interface Beside {
  readonly server: string;
  readonly title: string;
  readonly port: number | undefined;
}

/** What a switch was asked for, as far as an offer depends on it. */
export interface Failed {
  readonly profile: Pick<ServerProfile, "context" | "extraArgs">;
  readonly overrides: SwitchOverrides;
}

const LEAST_CONTEXT = 2048;

/**
 * What would help, best first; empty where nothing of ours would. @param log of the start that failed
 * @param fit how it fits now, as it was tried; undefined where nothing is known
 */
export function offersFor(
  problem: Fault | undefined,
  { profile, overrides }: Failed,
  log: readonly string[],
  beside: readonly Beside[],
  fit?: FitVerdict,
): readonly SwitchOffer[] {
  const stop = (others: readonly Beside[]): readonly SwitchOffer[] =>
    others.map(({ server, title }) => ({ kind: "stopOther", server, title }));
  if (problem?.code === "imageMissing") return [{ kind: "pullImage", image: problem.image }];
  if (problem?.code === "portInUse") return stop(beside.filter(({ port }) => port === problem.port));
  if (problem?.code !== "outOfMemory") return [];
  const load = parseLoadLog(log);
  return [
    // What is loaded beside is the surest; where there is nothing, it is the model's own turn.
    ...stop(beside),
    ...smallerContext(overrides.context ?? profile.context ?? load.context, problem.where, fit),
    ...(hasSmallCache(profile, overrides) ? [] : [{ kind: "cacheType", cacheType: "q8_0" } as const]),
    ...(problem.where === "gpu" ? fewerLayers(overrides.gpuLayers ?? load.offloaded?.layers, fit) : []),
  ];
}

/** Of a switch that was refused before anything was touched. */
export function offersOfRefusal(error: unknown): readonly SwitchOffer[] {
  if (isFault(error, "flagUnknown")) return [{ kind: "force" }];
  if (isFault(error, "doesNotFit")) {
    const { context, gpuLayers } = error.fault;
    return [
      ...(context === undefined ? [] : [{ kind: "context", context } as const]),
      ...(gpuLayers === undefined ? [] : [{ kind: "gpuLayers", gpuLayers } as const]),
      { kind: "loadAnyway" },
    ];
  }
  return isFault(error, "imageMissing") ? [{ kind: "pullImage", image: error.fault.image }] : [];
}

/** What fits, where that is known. A fit that saw room for what failed knows nothing: half of it then. */
function smallerContext(
  context: number | undefined,
  where: "gpu" | "host",
  fit: FitVerdict | undefined,
): readonly SwitchOffer[] {
  if (fit?.kind === "fitsWith") return [{ kind: "context", context: fit.context }];
  // None that is of use fits; of the machine's own memory a smaller one takes less, wherever the layers are.
  if (fit?.kind === "no" || (fit?.kind === "offload" && where === "gpu")) return [];
  if (context === undefined || context / 2 < LEAST_CONTEXT) return [];
  return [{ kind: "context", context: Math.floor(context / 2 / 256) * 256 }];
}

function fewerLayers(layers: number | undefined, fit: FitVerdict | undefined): readonly SwitchOffer[] {
  if (fit?.kind === "offload") return [{ kind: "gpuLayers", gpuLayers: fit.gpuLayers }];
  return layers === undefined || layers < 2 ? [] : [{ kind: "gpuLayers", gpuLayers: Math.floor(layers * 0.75) }];
}

const hasSmallCache = ({ extraArgs }: Failed["profile"], { cacheType, args = [] }: SwitchOverrides): boolean =>
  cacheType !== undefined ||
  [...extraArgs, ...args].some((arg) => ["-ctk", "-ctv", "--cache-type-k", "--cache-type-v"].includes(arg));
