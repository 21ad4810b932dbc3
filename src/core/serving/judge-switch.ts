import { createFitReader } from "../fit/fit-of-entry.ts";
import { type ProfileFitDeps, fitOfProfile } from "../fit/fit-of-profile.ts";
import type { Footprints } from "../fit/footprints.ts";
import { loadAskOf } from "../fit/load-ask.ts";
import { fitBadge } from "../present/fit-words.ts";
import type { Fit } from "../protocol/fit.ts";
import type { GpuProbe } from "../ports/gpu.ts";
import type { MachineMemory } from "../ports/memory.ts";
import type { ServingController } from "./controller.ts";
import { without } from "./held.ts";
import type { warnOfFit } from "./warn-of-fit.ts";

/** Whether a profile would fit in the place of what its group serves now. */
export const judgeSwitch =
  (
    deps: Omit<ProfileFitDeps, "fit"> & {
      readonly footprints: Pick<Footprints, "of">;
      readonly serving: Pick<ServingController, "held">;
      readonly room: { readonly gpu: GpuProbe; readonly memory: MachineMemory };
    },
  ): Parameters<typeof warnOfFit>[1] =>
  async (id, overrides, signal) => {
    const profile = await deps.profiles.find(id, signal);
    const ask = loadAskOf(profile, overrides);
    const fitIn = (room: typeof deps.room): Promise<readonly Fit[]> =>
      fitOfProfile({ ...deps, fit: createFitReader({ ...deps, ...room }) }, id, ask, signal);
    const beside = await fitIn(deps.room);
    // What fits beside it fits in its place: a runtime is not asked for nothing.
    const fits =
      fitBadge(beside)?.warns === true
        ? await fitIn(without(await deps.serving.held(profile.group, signal), deps.room))
        : beside;
    return { title: profile.name, fits, ask };
  };
