import type { LoadAsk } from "../fit/fit.ts";
import { loadAskOf } from "../fit/load-ask.ts";
import type { GpuProbe } from "../ports/gpu.ts";
import type { MachineMemory } from "../ports/memory.ts";
import { fitBadge } from "../present/fit-words.ts";
import type { Fit } from "../protocol/fit.ts";
import type { SwitchResult } from "../protocol/serving.ts";
import { bytes } from "../util/ids.ts";
import type { ServingController } from "./controller.ts";

/** @param isReplacing what is in memory now counts as gone */
type FitOfProfile = (id: string, ask: LoadAsk, isReplacing: boolean, signal: AbortSignal) => Promise<readonly Fit[]>;

/**
 * A switch to what does not fit as it is asked for says so among its warnings. It is found out while the server loads,
 * and left out where that was sooner: no switch waits for it.
 */
export const warnOfFit =
  (serving: Pick<ServingController, "switchTo" | "status">, fitOf: FitOfProfile): ServingController["switchTo"] =>
  async (request, signal) => {
    let warning: string | undefined;
    const ask = loadAskOf({ context: undefined, gpuLayers: undefined, extraArgs: [] }, request.overrides ?? {});
    // What is served now goes first: its memory is as good as free.
    const isReplacing = serving.status().servers.some(({ state }) => state !== "off");
    const over = new AbortController();
    const look = async (): Promise<void> => {
      const badge = fitBadge(await fitOf(request.profile, ask, isReplacing, AbortSignal.any([signal, over.signal])));
      if (badge?.warns === true) warning = `${badge.sentence}.`;
    };
    // A profile that is not there is told by the switch; all else is no more than a warning less.
    look().catch(() => undefined);
    try {
      const result: SwitchResult = await serving.switchTo(request, signal);
      // What fits here says nothing of another machine.
      const { servers } = serving.status();
      const isElsewhere = servers.some(({ profile, host }) => profile === request.profile && host !== undefined);
      return warning === undefined || isElsewhere || result.outcome === "cancelled"
        ? result
        : { ...result, warnings: [...result.warnings, warning] };
    } finally {
      over.abort();
    }
  };

/** The machine as if nothing were in its memory. */
export const emptied = ({ gpu, memory }: Room): Room => ({
  gpu: { read: async (signal) => (await gpu.read(signal)).map((one) => ({ ...one, memoryUsed: bytes(0) })) },
  memory: {
    read: () => {
      const { total } = memory.read();
      return { total, free: total };
    },
  },
});

interface Room {
  readonly gpu: GpuProbe;
  readonly memory: MachineMemory;
}
