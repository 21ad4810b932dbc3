import type Docker from "dockerode";
import type { Container } from "dockerode";
import type { Images } from "../ports/images.ts";
import type { ContainerSpec, CreatedServer, RunningServer } from "../ports/runtime.ts";
import { fault } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import type { DockerAddress } from "./docker-address.ts";
import { dockerAt } from "./docker-connection.ts";
import { containerHelp } from "./docker-help.ts";
import { type EngineFacts, createContainer, engineFacts, removeContainer, startContainer } from "./docker-create.ts";
import { reaching, statusOf, unreachable } from "./docker-fault.ts";
import { HERE, STORAGE_LABEL, specLabels } from "./docker-options.ts";
import { hostOf, urlOf } from "./docker-place.ts";
import { pullImage } from "./docker-pull.ts";
import { dockerServer } from "./docker-server.ts";
import { fieldOf } from "./field-of.ts";

/** An engine that was found; loaded on first use, as it brings dockerode along. */
export interface DockerEngine {
  /** Resolves when the stream of its events about our containers ends, as it does with the engine. */
  events(signal: AbortSignal): Promise<void>;
  /** Rejects where it does not answer within two seconds. */
  version(signal: AbortSignal): Promise<string>;
  hasImage(image: string, signal: AbortSignal): Promise<boolean>;
  /** undefined where it is not there. */
  imageDigest(image: string, signal: AbortSignal): Promise<string | undefined>;
  /** Names of the variables that it sets; none where it is not there. */
  imageVariables(image: string, signal: AbortSignal): Promise<readonly string[]>;
  /** What it prints for `--help`. */
  help(image: string, signal: AbortSignal): Promise<string>;
  pull: Images["pull"];
  /** How it would hand GPUs to a container that is created now, and whom that would run as. */
  facts(signal: AbortSignal): Promise<Pick<EngineFacts, "gpus" | "user">>;
  create(spec: ContainerSpec, signal: AbortSignal): Promise<CreatedServer>;
  list(signal: AbortSignal): Promise<readonly RunningServer[]>;
  /** The container that has published this port, by name; a stranger's too. */
  portHolder(port: number, signal: AbortSignal): Promise<string | undefined>;
}

const ANSWER = 2000;
/** Of its API: mounts and an init of its own came with that. */
const OLDEST = 25;

const isOld = (api: string): boolean => {
  const [major = 1, minor = OLDEST] = api.split(".").map(Number);
  return major === 1 && minor < OLDEST;
};

const tooOld = (address: string, version: string): Error =>
  fault({ code: "engineUnreachable", address, reason: `its version ${version} is too old`, why: "old" });

const noEngine = (address: string): Error =>
  fault({ code: "engineUnreachable", address, reason: "what answers there is no container engine" });

/**
 * @param storage the data folder, which its containers are marked with
 * @param fence asked right before each deed; throws where it is not ours to do any more
 */
export function connectDocker(
  address: Exclude<DockerAddress, { readonly refusal: string }>,
  storage: string,
  fence: () => void,
): DockerEngine {
  const docker = dockerAt(address);
  const host = hostOf(address);
  let asked: Promise<EngineFacts> | undefined;
  const factsOf = (): Promise<EngineFacts> => {
    asked ??= engineFacts(docker, host === undefined).catch((error: unknown) => {
      asked = undefined;
      throw fault(unreachable(address.name, error), error);
    });
    return asked;
  };

  return {
    version: async (signal) => {
      const over = AbortSignal.any([signal, AbortSignal.timeout(ANSWER)]);
      const told = await Promise.race([versionOf(docker, over), rejection(over)]);
      const [version, api] = [fieldOf(told, "Version"), fieldOf(told, "ApiVersion")];
      if (typeof version !== "string" || typeof api !== "string") throw noEngine(address.name);
      if (isOld(api)) throw tooOld(address.name, version);
      return version;
    },
    events: async (signal) => {
      const stream = await docker.getEvents({
        filters: { label: [`${STORAGE_LABEL}=${storage}`] },
        abortSignal: signal,
      });
      await new Promise<void>((resolve) => {
        stream.resume();
        stream.once("end", resolve).once("close", resolve);
        stream.once("error", () => resolve());
      });
    },
    help: (image, signal) => containerHelp(docker, image, signal),
    imageDigest: async (image, signal) => {
      try {
        const { Id } = await docker.getImage(image).inspect();
        signal.throwIfAborted();
        return Id;
      } catch (error) {
        signal.throwIfAborted();
        if (statusOf(error) === 404) return undefined;
        throw fault(unreachable(address.name, error), error);
      }
    },
    imageVariables: async (image, signal) => {
      const set = await variablesOf(docker, image);
      signal.throwIfAborted();
      return set;
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
    pull: (image, onProgress, signal) => pullImage(docker, address.name, image, onProgress, signal),
    facts: async (signal) => {
      const facts = await factsOf();
      signal.throwIfAborted();
      return facts;
    },
    create: async (spec, signal) => {
      signal.throwIfAborted();
      const began = performance.now();
      const known = await factsOf();
      const container = await createContainer(docker, address.name, spec, storage, known, host, fence, signal);
      return {
        create: millis(performance.now() - began),
        start: (given) => startContainer(container, address.name, spec, host, fence, given),
        remove: async () => {
          fence();
          await removeContainer(container);
        },
      };
    },
    list: async (signal) => {
      const filters = { label: [`${STORAGE_LABEL}=${storage}`] };
      const asked = docker.listContainers({ all: true, filters, abortSignal: signal });
      const found = await reaching(address.name, signal, asked);
      const described = await Promise.all(
        found.map(({ Id }) => describe(docker.getContainer(Id), address, fence, signal)),
      );
      return described.filter((server) => server !== undefined);
    },
    portHolder: async (port, signal) => {
      const containers = await docker.listContainers({ abortSignal: signal }).catch(() => []);
      const holder = containers.find(({ Ports }) => Ports.some(({ PublicPort }) => PublicPort === port));
      return holder && `the container ${holder.Names[0]?.replace(/^\//, "") ?? holder.Id.slice(0, 12)}`;
    },
  };
}

/** Asked here: the library's own question cannot be given up, and its connection would stay for as long as nothing answers. */
const versionOf = (docker: Docker, signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const asked = {
      path: "/version",
      method: "GET",
      abortSignal: signal,
      statusCodes: { 200: true, 500: "server error" },
    };
    docker.modem.dial(asked, (error: unknown, answer: unknown) => (error ? reject(error) : resolve(answer)));
  });

/** By inspection: of a container that has ended, the list tells no port. */
async function describe(
  container: Container,
  engine: DockerAddress,
  fence: () => void,
  signal: AbortSignal,
): Promise<RunningServer | undefined> {
  const host = hostOf(engine);
  try {
    const { Id, State, Config, HostConfig } = await container.inspect({ abortSignal: signal });
    const bindings: unknown = Object.values(HostConfig.PortBindings ?? {})[0];
    const { port, publish } = bindingOf(bindings);
    const facts = {
      id: Id,
      port,
      url: urlOf(port, publish, host),
      host,
      labels: specLabels(Config.Labels),
      startedAt: Date.parse(State.StartedAt),
      running: State.Running,
    };
    return dockerServer(container, facts, engine.name, fence);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function variablesOf(docker: Docker, image: string): Promise<readonly string[]> {
  const told: unknown = await docker
    .getImage(image)
    .inspect()
    .catch(() => undefined);
  const set = fieldOf(fieldOf(told, "Config"), "Env");
  return Array.isArray(set) ? set.map((one: unknown) => String(one).split("=")[0] ?? "") : [];
}

function bindingOf(bindings: unknown): { readonly port: number; readonly publish: string } {
  const first: unknown = Array.isArray(bindings) ? bindings[0] : undefined;
  const publish = fieldOf(first, "HostIp");
  return {
    port: Number(fieldOf(first, "HostPort") ?? 0),
    publish: typeof publish === "string" && publish !== "" ? publish : HERE,
  };
}

const rejection = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
