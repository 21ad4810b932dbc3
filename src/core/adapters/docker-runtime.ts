import type { Images } from "../ports/images.ts";
import type { ContainerSpec, CreatedServer, Runtime, ServerSpec } from "../ports/runtime.ts";
import { fault, isFault } from "../util/faults.ts";
import type { DockerEngine } from "./docker-engine.ts";
import { createEngineFinder } from "./docker-find.ts";
import { watchEngine } from "./docker-watch.ts";
import { portHolder, portTaken } from "./loopback-port.ts";

/**
 * Servers as containers of Docker, or of what speaks its language. Nothing is loaded before an engine's socket is there.
 * @param dockerHost the setting, asked at each look
 * @param fence asked right before each deed; throws where it is not ours to do any more
 */
export function createDockerRuntime({
  storage,
  dockerHost,
  environment = process.env,
  fence = () => undefined,
}: {
  readonly storage: string;
  readonly dockerHost: () => string | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly fence?: () => void;
}): Runtime & Images {
  const finder = createEngineFinder({ storage, dockerHost, environment, fence });
  const need = async (spec: ServerSpec, signal: AbortSignal): Promise<[DockerEngine, ContainerSpec]> => {
    if (spec.kind !== "container") throw new TypeError("a container runtime runs no process");
    const found = await finder.recent(signal);
    if ("code" in found) throw fault(found);
    return [found.engine, spec];
  };
  const requirePort = async (engine: DockerEngine, port: number, signal: AbortSignal): Promise<void> => {
    if (!(await portTaken(port))) return;
    const holder = (await engine.portHolder(port, signal)) ?? (await portHolder(port));
    throw fault({ code: "portInUse", port, ...(holder === undefined ? {} : { holder }) });
  };

  const create = async (given: ServerSpec, signal: AbortSignal): Promise<CreatedServer> => {
    const [engine, spec] = await need(given, signal);
    const created = await engine.create(spec, signal);
    return {
      ...created,
      start: async (later) => {
        try {
          return { ...(await created.start(later)), create: created.create };
        } catch (error) {
          if (isFault(error, "portInUse")) await requirePort(engine, spec.hostPort, later);
          throw error;
        }
      },
    };
  };

  return {
    kind: "container",
    probe: async (image, signal) => {
      const found = await finder.find(signal);
      if ("code" in found) return { available: false, fault: found };
      if (!(await found.engine.hasImage(image, signal)))
        return { available: false, fault: { code: "imageMissing", image } };
      return { available: true, version: found.version, address: found.address.name };
    },
    build: async (image, signal) => {
      const found = await finder.find(signal);
      return "code" in found ? undefined : found.engine.imageDigest(image, signal);
    },
    help: async (image, signal) => {
      const found = await finder.find(signal);
      if ("code" in found) throw fault(found);
      return found.engine.help(image, signal);
    },
    check: async (given, freed, signal) => {
      const [engine, spec] = await need(given, signal);
      if (!(await engine.hasImage(spec.image, signal))) throw fault({ code: "imageMissing", image: spec.image });
      if (spec.hostPort !== freed) await requirePort(engine, spec.hostPort, signal);
    },
    create,
    start: async (spec, signal) => {
      const created = await create(spec, signal);
      return created.start(signal);
    },
    watch: async (onState, signal) => {
      const found = await finder.find(signal);
      if (!("code" in found)) await watchEngine(found.engine, found.address.name, onState, signal);
    },
    pull: async (image, onProgress, signal) => {
      const found = await finder.find(signal);
      if ("code" in found) throw fault(found);
      fence();
      await found.engine.pull(image, onProgress, signal);
    },
    list: async (signal) => {
      const found = await finder.recent(signal);
      if ("code" in found) return [];
      return found.engine.list(signal);
    },
  };
}
