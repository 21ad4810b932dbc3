import type { GpuProbe } from "../ports/gpu.ts";
import { appleGpus } from "./apple-gpu.ts";
import { drmGpus } from "./drm-gpu.ts";
import { nvidiaSmi } from "./nvidia-smi.ts";

/** Every GPU of this machine, whoever made it: NVIDIA's first. */
export function machineGpus(platform: NodeJS.Platform = process.platform): GpuProbe {
  const probes =
    platform === "darwin" ? [appleGpus()] : platform === "linux" ? [nvidiaSmi(), drmGpus()] : [nvidiaSmi()];
  return {
    read: async (signal) => (await Promise.all(probes.map((probe) => probe.read(signal)))).flat(),
  };
}
