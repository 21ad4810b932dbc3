import { randomUUID } from "node:crypto";
import Docker, { type Container } from "dockerode";
import type { ContainerSpec, RunningServer, Started } from "../ports/runtime.ts";
import { fault, isFault } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import type { DockerAddress } from "./docker-address.ts";
import { startFault, statusOf, unreachable } from "./docker-fault.ts";
import { STORAGE_LABEL, containerOptions, specLabels } from "./docker-options.ts";
import { dockerServer } from "./docker-server.ts";

/** An engine that was found; loaded on first use, as it brings dockerode along. */
export interface DockerEngine {
  /** Rejects where it does not answer within two seconds. */
  version(signal: AbortSignal): Promise<string>;
  hasImage(image: string, signal: AbortSignal): Promise<boolean>;
  start(spec: ContainerSpec, signal: AbortSignal): Promise<Started>;
  list(signal: AbortSignal): Promise<readonly RunningServer[]>;
  /** The container that has published this port, by name; a stranger's too. */
  portHolder(port: number, signal: AbortSignal): Promise<string | undefined>;
}

const ANSWER = 2000;

/**
 * @param storage the data folder, which its containers are marked with
 * @param fence asked right before each deed; throws where it is not ours to do any more
 */
export function connectDocker(address: DockerAddress, storage: string, fence: () => void): DockerEngine {
  const docker =
    "host" in address
      ? new Docker({ protocol: "http", host: address.host, port: address.port })
      : new Docker({ socketPath: address.socketPath });
  let user: Promise<string | undefined> | undefined;

  return {
    version: async (signal) => {
      const overdue = AbortSignal.timeout(ANSWER);
      const { Version } = await Promise.race([docker.version(), rejection(AbortSignal.any([signal, overdue]))]);
      return Version;
    },
    hasImage: async (image, signal) => {
      try {
        await docker.getImage(image).inspect();
        signal.throwIfAborted();
        return true;
      } catch (error) {
        signal.throwIfAborted();
        if (statusOf(error) === 404) return false;
        throw fault(unreachable(address.name, error), error);
      }
    },
    start: async (spec, signal) => {
      signal.throwIfAborted();
      const name = `modeldeck-${spec.group}-${randomUUID().slice(0, 8)}`;
      let container: Container | undefined;
      try {
        const began = performance.now();
        user ??= ownUser(docker);
        const options = containerOptions(spec, name, storage, await user);
        fence();
        container = await docker.createContainer(options);
        const created = performance.now();
        signal.throwIfAborted();
        fence();
        await container.start();
        signal.throwIfAborted();
        const { State, NetworkSettings } = await container.inspect();
        const bound = NetworkSettings.Ports[`${spec.containerPort}/tcp`]?.[0]?.HostPort;
        const facts = {
          id: container.id,
          port: Number(bound ?? spec.hostPort),
          labels: spec.labels,
          startedAt: Date.parse(State.StartedAt),
          running: State.Running,
        };
        const server = dockerServer(container, facts, fence);
        return { server, create: millis(created - began), start: millis(performance.now() - created) };
      } catch (error) {
        await container?.remove({ force: true, v: true }).catch(() => undefined);
        signal.throwIfAborted();
        if (isFault(error)) throw error;
        throw startFault(error, address.name, spec.image, spec.hostPort);
      }
    },
    list: async (signal) => {
      const found = await docker.listContainers({
        all: true,
        filters: { label: [`${STORAGE_LABEL}=${storage}`] },
        abortSignal: signal,
      });
      const described = await Promise.all(found.map(({ Id }) => describe(docker.getContainer(Id), fence, signal)));
      return described.filter((server) => server !== undefined);
    },
    portHolder: async (port, signal) => {
      const containers = await docker.listContainers({ abortSignal: signal }).catch(() => []);
      const holder = containers.find(({ Ports }) => Ports.some(({ PublicPort }) => PublicPort === port));
      return holder && `the container ${holder.Names[0]?.replace(/^\//, "") ?? holder.Id.slice(0, 12)}`;
    },
  };
}

/** By inspection: of a container that has ended, the list tells no port. */
async function describe(
  container: Container,
  fence: () => void,
  signal: AbortSignal,
): Promise<RunningServer | undefined> {
  try {
    const { Id, State, Config, HostConfig } = await container.inspect({ abortSignal: signal });
    const bindings: unknown = Object.values(HostConfig.PortBindings ?? {})[0];
    const facts = {
      id: Id,
      port: hostPort(bindings),
      labels: specLabels(Config.Labels),
      startedAt: Date.parse(State.StartedAt),
      running: State.Running,
    };
    return dockerServer(container, facts, fence);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function hostPort(bindings: unknown): number {
  const first: unknown = Array.isArray(bindings) ? bindings[0] : undefined;
  return typeof first === "object" && first !== null && "HostPort" in first ? Number(first.HostPort) : 0;
}

/**
 * The container runs as this user, so that it reads what the user may read, and no more; capabilities that would let
 * root read everything are gone. In a rootless engine its root is this user already.
 */
async function ownUser(docker: Docker): Promise<string | undefined> {
  if (process.platform !== "linux") return undefined;
  const info: unknown = await docker.info();
  const options: unknown =
    typeof info === "object" && info !== null && "SecurityOptions" in info ? info.SecurityOptions : [];
  const rootless = Array.isArray(options) && options.some((option) => String(option).includes("rootless"));
  return rootless ? undefined : `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
}

const rejection = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
