import * as v from "valibot";
import { verb } from "./verb.ts";

export const gpuStatus = verb({
  name: "gpu.status",
  args: v.strictObject({}),
  scope: "read",
  doors: ["palette", "terminal", "api", "agent"],
  changes: false,
  run: async (core, _args, signal) => ({ gpus: core.settings.gpu.enabled ? await core.gpu.read(signal) : [] }),
});
