import type { ContainerSpec, DeviceUse, GpuAccess } from "../../ports/runtime.ts";

/** The options of `docker run` for GPUs and devices, as the engine is asked. */
export function deviceWords({ devices = [], groups = [], ...spec }: ContainerSpec): readonly string[] {
  const access = spec.gpuAccess && withNamed(spec.gpuAccess, devices);
  const known = access?.kind === "devices" && spec.gpus !== "none" ? access.groups : [];
  return [
    ...gpuWords({ ...spec, gpuAccess: access }),
    ...devices.flatMap(({ source, target, permissions }) => [
      "--device",
      // A name of the Container Device Interface stands alone.
      source.startsWith("/") ? `${source}:${target}:${permissions}` : source,
    ]),
    ...groups.flatMap((group) => (known.includes(group) ? [] : ["--group-add", group])),
  ];
}

/** A person who names the files of a card means that one: of all that are there only those who may use them are left. */
export const withNamed = (access: GpuAccess, devices: readonly DeviceUse[]): GpuAccess =>
  access.kind === "devices" && devices.some(({ source }) => /^\/dev\/(kfd|dri)(\/|$)/.test(source))
    ? { ...access, paths: [] }
    : access;

/** As the engine is asked; where nobody looked how it hands them on, as NVIDIA's are asked for. */
function gpuWords({ gpus, gpuAccess = { kind: "nvidia" } }: ContainerSpec): readonly string[] {
  if (gpus === "none" || (gpus === "all" && gpuAccess.kind === "none")) return [];
  switch (gpuAccess.kind) {
    case "nvidia":
    case "none":
      // The engine takes a list of devices only within quotes of its own.
      return ["--gpus", gpus === "all" ? "all" : `"device=${gpus.uuids.join(",")}"`];
    case "cdi":
      return (gpus === "all" ? ["all"] : gpus.uuids).flatMap((name) => ["--device", `nvidia.com/gpu=${name}`]);
    case "devices":
      return [
        ...gpuAccess.paths.flatMap((path) => ["--device", path]),
        ...gpuAccess.groups.flatMap((group) => ["--group-add", group]),
      ];
  }
}
