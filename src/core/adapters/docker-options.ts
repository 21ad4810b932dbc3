import type { ContainerCreateOptions } from "dockerode";
import type { ContainerSpec } from "../ports/runtime.ts";
import type { EngineFacts } from "./docker-create.ts";
import { deviceOptions } from "./docker-gpus.ts";

/** The data folder a container belongs to: another instance's is never touched. */
export const STORAGE_LABEL = "modeldeck.storage";
const PREFIX = "modeldeck.";
/** Where a port is published that this machine alone is to reach. */
export const HERE = "127.0.0.1";
/** Names of ours that are no spec's label. */
const RESERVED = new Set([STORAGE_LABEL]);

/**
 * The engine's words for a spec. What every server gets, whatever it is: an init (without one a SIGTERM while the
 * model loads is lost), no capabilities, no new privileges, a port on 127.0.0.1 alone, a bounded log, no restarts.
 */
export function containerOptions(
  spec: ContainerSpec,
  name: string,
  storage: string,
  { user, gpus, podman }: EngineFacts,
): ContainerCreateOptions {
  const port = `${spec.containerPort}/tcp`;
  return {
    name,
    Image: spec.image,
    Cmd: [...spec.args],
    // A name alone takes out what the image has set.
    Env: [...Object.entries(spec.environment).map(([key, value]) => `${key}=${value}`), ...(spec.without ?? [])],
    WorkingDir: spec.workingFolder,
    ...(user === undefined ? {} : { User: user }),
    Labels: {
      ...Object.fromEntries(Object.entries(spec.labels).map(([key, value]) => [PREFIX + key, value])),
      [STORAGE_LABEL]: storage,
    },
    ExposedPorts: { [port]: {} },
    HostConfig: {
      Mounts: spec.mounts.map(({ source, target }) => ({
        Type: "bind",
        Source: source,
        Target: target,
        ReadOnly: true,
      })),
      PortBindings: { [port]: [{ HostIp: spec.publish ?? HERE, HostPort: String(spec.hostPort) }] },
      Init: true,
      ReadonlyRootfs: spec.hardening.readOnlyRoot,
      Tmpfs: Object.fromEntries(
        Object.entries(spec.hardening.temporary).map(([folder, size]) => [folder, `rw,nosuid,nodev,size=${size}`]),
      ),
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      PidsLimit: spec.hardening.processLimit,
      RestartPolicy: { Name: "no" },
      LogConfig: { Type: "json-file", Config: { "max-size": "16m", "max-file": "2" } },
      ...deviceOptions(spec, gpus, podman),
    },
  };
}

/** The labels of a spec, out of those of a container. */
export const specLabels = (labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(labels)
      .filter(([key]) => key.startsWith(PREFIX) && !RESERVED.has(key))
      .map(([key, value]) => [key.slice(PREFIX.length), value]),
  );
