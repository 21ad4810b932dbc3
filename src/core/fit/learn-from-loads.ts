import type { Clock } from "../ports/clock.ts";
import type { Files } from "../ports/files.ts";
import type { GpuFacts, GpuProbe } from "../ports/gpu.ts";
import type { Registry } from "../registry/registry.ts";
import type { LoadWatch, Loaded } from "../serving/loaded.ts";
import { millis } from "../util/ids.ts";
import { footprintOf } from "./footprint-of.ts";
import type { Footprints } from "./footprints.ts";
import { loadAskOf } from "./load-ask.ts";
import { modelKey } from "./model-key.ts";
import { parseLoadLog } from "./parse-load-log.ts";

export interface LearnDeps {
  readonly footprints: Pick<Footprints, "record">;
  readonly registry: Pick<Registry, "query">;
  readonly files: Pick<Files, "stat">;
  readonly gpu: GpuProbe;
  readonly clock: Pick<Clock, "sleep">;
  /** What else is made of a load; what it rejects with is told as the footprint's own. */
  readonly andThen?: ((loaded: Loaded, signal: AbortSignal) => Promise<void>) | undefined;
}

/** The last lines of the load come in after the server says it is ready, and a GPU's count of its memory lags. */
const SETTLE = millis(500);

/** Records the footprint of every load. */
export function createLoadWatch(deps: LearnDeps): LoadWatch {
  const { footprints, registry, files, gpu, clock, andThen } = deps;
  const look = (signal: AbortSignal): Promise<readonly GpuFacts[]> => gpu.read(signal).catch(() => []);
  return {
    starting: (signal) => {
      // Asked now, while the server has nothing yet; whoever starts it does not wait.
      const looked = look(signal);
      return async (loaded, signal) => {
        await clock.sleep(SETTLE, signal);
        // What happens meanwhile in this machine's GPUs is not its doing.
        const isHere = loaded.host === undefined;
        const [before, after, model] = await Promise.all([
          isHere ? looked : [],
          isHere ? look(signal) : [],
          modelKey(loaded.modelPath, registry, files),
        ]);
        const { got, profile, overrides } = loaded;
        const facts = {
          model: model ?? loaded.modelPath,
          build: got?.build ?? "",
          ask: loadAskOf(profile, overrides),
          context: got?.context,
          slots: got?.slots,
          before,
          after,
        };
        const footprint = footprintOf(parseLoadLog(loaded.loadLines()), facts);
        if (footprint) await footprints.record(footprint);
        await andThen?.(loaded, signal);
      };
    },
  };
}
