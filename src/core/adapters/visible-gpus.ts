import type { GpuRequest } from "../ports/runtime.ts";

/** By the variables of CUDA and ROCm, which both take UUIDs, in an order that does not change. */
export function visibleGpus(gpus: GpuRequest): Readonly<Record<string, string>> {
  if (gpus === "all") return {};
  const named = gpus === "none" ? [] : gpus.uuids;
  const uuids = named.join(",");
  // An empty list is taken for none by CUDA; HIP wants a number that no card has.
  return {
    CUDA_DEVICE_ORDER: "PCI_BUS_ID",
    CUDA_VISIBLE_DEVICES: uuids,
    // What is AMD's in our names is GPU in ROCm's.
    ROCR_VISIBLE_DEVICES: named.map((uuid) => uuid.replace(/^AMD-/, "GPU-")).join(","),
    ...(gpus === "none" ? { HIP_VISIBLE_DEVICES: "-1", GGML_VK_VISIBLE_DEVICES: "" } : {}),
  };
}
