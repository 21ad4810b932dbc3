import type { GpuFacts, GpuProbe } from "../ports/gpu.ts";
import { appleGpus } from "./apple-gpu.ts";
import { drmGpus } from "./drm-gpu.ts";
import { nvidiaSmi } from "./nvidia-smi.ts";

/** Every GPU of this machine, whoever made it: NVIDIA's first. */
export function machineGpus(platform: NodeJS.Platform = process.platform): GpuProbe {
  const probes: readonly GpuProbe[] =
    platform === "darwin" ? [appleGpus()] : platform === "linux" ? [nvidiaSmi(), drmGpus()] : [nvidiaSmi()];
  const all = async (asked: readonly Promise<readonly GpuFacts[]>[]): Promise<readonly GpuFacts[]> =>
    (await Promise.all(asked)).flat();
  return {
    read: (signal) => all(probes.map((probe) => probe.read(signal))),
    now: (signal) => all(probes.map((probe) => probe.now?.(signal) ?? probe.read(signal))),
  };
}
