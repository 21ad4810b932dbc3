import { stat, readdir } from "node:fs/promises";
import type { ContainerSpec, GpuAccess, GpuRequest } from "../ports/runtime.ts";
import { withNamed } from "../serving/desk/gpu-words.ts";
import { fieldOf } from "./field-of.ts";

/** What this machine has to hand on. */
export interface GpuDevices {
  readonly nvidia: boolean;
  /** Device files of AMD and Intel that are there: `/dev/kfd`, `/dev/dri`. */
  readonly paths: readonly string[];
  readonly groups: readonly string[];
}

/** @param info the engine's own account of itself, `GET /info`. @param version `GET /version` */
export function gpuAccess(info: unknown, version: unknown, here: GpuDevices): GpuAccess {
  const runtimes = fieldOf(info, "Runtimes");
  const discovered = JSON.stringify(fieldOf(info, "DiscoveredDevices") ?? []);
  if (typeof runtimes === "object" && runtimes !== null && "nvidia" in runtimes) return { kind: "nvidia" };
  if (discovered.includes("nvidia.com/gpu") || (here.nvidia && isPodman(version))) return { kind: "cdi" };
  // Docker's own hook for NVIDIA is no runtime that it lists: where the card's device is there, it is asked for.
  if (here.nvidia) return { kind: "nvidia" };
  return here.paths.length > 0 ? { kind: "devices", paths: here.paths, groups: here.groups } : { kind: "none" };
}

/** @param version `GET /version` */
export const isPodman = (version: unknown): boolean =>
  /"Podman Engine"/.test(JSON.stringify(fieldOf(version, "Components") ?? []));

type DeviceSpec = Pick<ContainerSpec, "gpus" | "devices" | "groups">;

/** Parts of an engine's HostConfig. */
interface GpuOptions {
  readonly DeviceRequests?: {
    readonly Driver: string;
    readonly Count?: number;
    readonly DeviceIDs?: string[];
    readonly Capabilities?: string[][];
  }[];
  readonly Devices?: ReturnType<typeof deviceOf>[];
  readonly GroupAdd?: string[];
}

/** The engine's words. A card that is named is asked for even where there seems to be none: the engine then says why not. */
export function gpuOptions(request: GpuRequest, access: GpuAccess): GpuOptions {
  if (request === "none" || (request === "all" && access.kind === "none")) return {};
  switch (access.kind) {
    case "nvidia":
    case "none": {
      const which = request === "all" ? { Count: -1 } : { DeviceIDs: [...request.uuids] };
      return { DeviceRequests: [{ Driver: "nvidia", ...which, Capabilities: [["gpu"]] }] };
    }
    case "cdi": {
      const names = request === "all" ? ["all"] : request.uuids;
      return { Devices: names.map((name) => deviceOf(`nvidia.com/gpu=${name}`)) };
    }
    case "devices":
      return { Devices: access.paths.map(deviceOf), GroupAdd: [...access.groups] };
  }
}

/**
 * The same, with what devices the spec names: a card's own files take the place of all that are there. Names of the
 * Container Device Interface are devices to Podman, and requests to Docker, which looks for files of their names.
 */
export function deviceOptions(
  { gpus, devices = [], groups = [] }: DeviceSpec,
  access: GpuAccess,
  podman: boolean,
): GpuOptions {
  const given = gpuOptions(gpus, withNamed(access, devices));
  const all = [
    ...(given.Devices ?? []),
    ...devices.map(({ source, target, permissions }) => ({
      PathOnHost: source,
      PathInContainer: target,
      CgroupPermissions: permissions,
    })),
  ];
  const isFile = ({ PathOnHost }: (typeof all)[number]): boolean => PathOnHost.startsWith("/");
  const files = podman ? all : all.filter(isFile);
  const names = podman ? [] : all.filter((one) => !isFile(one)).map(({ PathOnHost }) => PathOnHost);
  const requests = [
    ...(given.DeviceRequests ?? []),
    ...(names.length > 0 ? [{ Driver: "cdi", DeviceIDs: names }] : []),
  ];
  const both = [...new Set([...(given.GroupAdd ?? []), ...groups])];
  return {
    ...(requests.length > 0 && { DeviceRequests: requests }),
    ...(files.length > 0 && { Devices: files }),
    ...(both.length > 0 && { GroupAdd: both }),
  };
}

const deviceOf = (file: string): { PathOnHost: string; PathInContainer: string; CgroupPermissions: string } => ({
  PathOnHost: file,
  PathInContainer: file,
  CgroupPermissions: "rwm",
});

export const NO_DEVICES: GpuDevices = { nvidia: false, paths: [], groups: [] };

/** Device files lie where the engine is; of one in a virtual machine nothing is known. */
export async function gpuDevicesHere(): Promise<GpuDevices> {
  if (process.platform !== "linux") return NO_DEVICES;
  const facts = async (file: string): Promise<string | undefined> =>
    stat(file).then(
      ({ gid }) => String(gid),
      () => undefined,
    );
  const nodes = (await readdir("/dev/dri").catch(() => [])).filter((name) => name.startsWith("renderD"));
  const kfd = await facts("/dev/kfd");
  const groups = [kfd, ...(await Promise.all(nodes.map((name) => facts(`/dev/dri/${name}`))))];
  return {
    nvidia: (await facts("/dev/nvidiactl")) !== undefined,
    paths: [...(kfd === undefined ? [] : ["/dev/kfd"]), ...(nodes.length > 0 ? ["/dev/dri"] : [])],
    groups: [...new Set(groups.filter((group) => group !== undefined))],
  };
}
