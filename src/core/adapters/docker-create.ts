import { randomUUID } from "node:crypto";
import type Docker from "dockerode";
import type { Container } from "dockerode";
import type { ContainerSpec, GpuAccess, Started } from "../ports/runtime.ts";
import { fault, isFault, reasonOf } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import { startFault, statusOf } from "./docker-fault.ts";
import { missingSource, requireFilesThere } from "./docker-files-there.ts";
import { NO_DEVICES, gpuAccess, gpuDevicesHere, isPodman } from "./docker-gpus.ts";
import { HERE, containerOptions } from "./docker-options.ts";
import { urlOf } from "./docker-place.ts";
import { dockerServer } from "./docker-server.ts";
import { userHere } from "./docker-user.ts";
import { fieldOf } from "./field-of.ts";

/** What is asked of an engine once. */
export interface EngineFacts {
  /** `uid:gid`; undefined: as the image says. */
  readonly user: string | undefined;
  readonly gpus: GpuAccess;
  readonly podman: boolean;
}

/**
 * The container runs as this user, so that it reads what the user may read, and no more; capabilities that would let
 * root read everything are gone. In a rootless engine its root is this user already; on another machine this user's
 * number is somebody else's, and it runs as the image says.
 */
export async function engineFacts(docker: Docker, isHere: boolean): Promise<EngineFacts> {
  const told: Promise<unknown> = docker.info();
  const devicesHere = isHere ? gpuDevicesHere() : NO_DEVICES;
  const [info, version, devices] = await Promise.all([told, docker.version(), devicesHere]);
  const options = fieldOf(info, "SecurityOptions");
  const rootless = Array.isArray(options) && options.some((option) => String(option).includes("rootless"));
  return {
    user: rootless || !isHere ? undefined : userHere(),
    gpus: gpuAccess(info, version, devices),
    podman: isPodman(version),
  };
}

const NAMES = 3;

/** A name that a stranger's container has is left to it, and another one is taken. */
export async function createContainer(
  docker: Docker,
  address: string,
  spec: ContainerSpec,
  storage: string,
  facts: EngineFacts,
  host: string | undefined,
  fence: () => void,
  signal: AbortSignal,
): Promise<Container> {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    const name = `modeldeck-${spec.group}-${randomUUID().slice(0, 8)}`;
    fence();
    try {
      const container = await docker.createContainer(containerOptions(spec, name, storage, facts));
      if (!signal.aborted) return await checked(container, spec, host, signal);
      await removeContainer(container);
    } catch (error) {
      signal.throwIfAborted();
      if (statusOf(error) === 409 && tries < NAMES) continue;
      if (isFault(error)) throw error;
      if (host !== undefined) throwMissing(error, spec, host);
      throw startFault(error, address, spec.image, spec.hostPort);
    }
  }
}

async function checked(
  container: Container,
  spec: ContainerSpec,
  host: string | undefined,
  signal: AbortSignal,
): Promise<Container> {
  if (host === undefined) return container;
  try {
    await requireFilesThere(container, spec, host, signal);
    return container;
  } catch (error) {
    await removeContainer(container).catch(() => undefined);
    throw error;
  }
}

/** Some engines look for a file when they make the container, some when it starts. */
function throwMissing(error: unknown, { mounts }: ContainerSpec, engine: string): void {
  const there = missingSource(reasonOf(error));
  const mount = mounts.find(({ source }) => source === there);
  if (mount && there !== undefined)
    throw fault({ code: "notOnEngine", engine, path: mount.named ?? mount.source, there }, error);
}

export async function startContainer(
  container: Container,
  address: string,
  spec: ContainerSpec,
  host: string | undefined,
  fence: () => void,
  signal: AbortSignal,
): Promise<Started> {
  const began = performance.now();
  try {
    signal.throwIfAborted();
    fence();
    await container.start();
    signal.throwIfAborted();
    const facts = {
      id: container.id,
      port: spec.hostPort,
      url: urlOf(spec.hostPort, spec.publish ?? HERE, host),
      host,
      labels: spec.labels,
      startedAt: Date.now(),
      running: true,
    };
    return {
      server: dockerServer(container, facts, address, fence),
      create: millis(0),
      start: millis(performance.now() - began),
    };
  } catch (error) {
    await removeContainer(container).catch(() => undefined);
    signal.throwIfAborted();
    if (isFault(error)) throw error;
    throw startFault(error, address, spec.image, spec.hostPort);
  }
}

/** With its anonymous volumes; one that is gone already is fine. */
export async function removeContainer(container: Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    if (![404, 409].includes(statusOf(error) ?? 0)) throw error;
  }
}
