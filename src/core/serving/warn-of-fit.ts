import type { LoadAsk } from "../fit/fit.ts";
import { bestFit, fitBadge } from "../present/fit-words.ts";
import type { Fit } from "../protocol/fit.ts";
import type { SwitchResult } from "../protocol/serving.ts";
import { type Fault, fault, isFault } from "../util/faults.ts";
import { bytes } from "../util/ids.ts";
import type { ServingController, SwitchOverrides } from "./controller.ts";

/** A profile as it is asked for, on the machine as it is once the one it replaces is gone. */
type JudgeSwitch = (
  profile: string,
  overrides: SwitchOverrides,
  signal: AbortSignal,
) => Promise<{ readonly title: string; readonly fits: readonly Fit[]; readonly ask: LoadAsk }>;

/**
 * A switch to what does not fit as it is asked for is told so before the old one stops, and is refused then where that is
 * asked; of an answer that took longer, the switch goes on and the warning comes with its result.
 */
export const warnOfFit =
  (serving: Pick<ServingController, "switchTo" | "status">, judge: JudgeSwitch): ServingController["switchTo"] =>
  async (request, signal) => {
    let warning: string | undefined;
    const over = new AbortController();
    const look = async (): Promise<string | undefined> => {
      // What fits here says nothing of another machine.
      const { runtime } = serving.status();
      if (runtime?.available === true && runtime.host !== undefined) return undefined;
      const within = AbortSignal.any([signal, over.signal]);
      const { title, fits, ask } = await judge(request.profile, request.overrides ?? {}, within);
      const badge = fitBadge(fits);
      if (badge?.warns === true) warning = `${badge.sentence}.`;
      const misfit = misfitOf(title, fits, ask);
      if (misfit && request.onUnfit === "refuse") throw fault(misfit);
      return warning;
    };
    // A profile that is not there is told by the switch; all else is no more than a warning less.
    const misgiving = look().catch((error: unknown) => {
      if (isFault(error, "doesNotFit")) throw error;
      return undefined;
    });
    misgiving.catch(() => undefined);
    try {
      const result: SwitchResult = await serving.switchTo({ ...request, misgiving }, signal);
      // Before anything has run it may not be known where it will.
      const { servers } = serving.status();
      const isElsewhere = servers.some(({ profile, host }) => profile === request.profile && host !== undefined);
      return warning === undefined || isElsewhere || result.outcome === "cancelled" || result.warnings.includes(warning)
        ? result
        : { ...result, warnings: [...result.warnings, warning] };
    } finally {
      over.abort();
    }
  };

/** A restart with what served before asks nobody whether it fits; one that asks for something else is a switch to that. */
export const warnedRestart =
  (serving: Pick<ServingController, "again" | "switchTo">, warned: ServingController["switchTo"]) =>
  async (...[server, more, signal]: Parameters<ServingController["restart"]>): Promise<SwitchResult> => {
    const { request, changed } = await serving.again(server, signal);
    return changed ? warned({ ...request, ...more }, signal) : serving.switchTo(request, signal);
  };

/**
 * What cannot be loaded as it is asked for, at the place where it fits best. What nobody asked for (context, layers on the
 * GPU) the server chooses by itself, so that it is none.
 */
export function misfitOf(
  profile: string,
  fits: readonly Fit[],
  ask: LoadAsk,
): Extract<Fault, { code: "doesNotFit" }> | undefined {
  const fit = bestFit(fits);
  if (!fit) return undefined;
  const { verdict, need, memoryFree } = fit;
  const place = {
    code: "doesNotFit",
    profile,
    device: fit.device === "cpu" ? "cpu" : fit.name,
    needed: bytes(need.total),
    free: bytes(memoryFree),
  } as const;
  switch (verdict.kind) {
    case "no":
      return place;
    case "fitsWith":
      return ask.context === undefined ? undefined : { ...place, context: verdict.context };
    case "offload":
      return ask.gpuLayers === undefined ? undefined : { ...place, gpuLayers: verdict.gpuLayers };
    case "fits":
    case "unknown":
      return undefined;
  }
}
