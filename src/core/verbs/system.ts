import * as v from "valibot";
import type { GpuStatus } from "../protocol/system.ts";
import { verb } from "./verb.ts";

export const systemStatus = verb({
  name: "system.status",
  args: v.strictObject({}),
  scope: "read",
  doors: ["palette", "terminal", "api"],
  changes: false,
  run: (core, _args, signal) => core.system.status(signal),
});

export const gpuStatus = verb({
  name: "gpu.status",
  args: v.strictObject({}),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: async (core, _args, signal): Promise<GpuStatus> => {
    if (!core.settings.gpu.enabled) return { gpus: [] };
    const gpus = await core.gpu.read(signal);
    const ours = gpus.some(({ processes }) => processes.length > 0)
      ? await core.metrics.holders(signal)
      : new Map<number, string>();
    return {
      gpus: gpus.map((gpu) => ({
        ...gpu,
        processes: gpu.processes.map((one) => {
          const server = ours.get(one.pid);
          return server === undefined ? one : { ...one, server };
        }),
      })),
    };
  },
});
