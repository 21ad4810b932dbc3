import type { Images } from "../ports/images.ts";
import type { ContainerSpec, CreatedServer, Runtime, ServerSpec } from "../ports/runtime.ts";
import { type Fault, fault, isFault } from "../util/faults.ts";
import { dockerAddresses } from "./docker-address.ts";
import { createElsewhere } from "./docker-elsewhere.ts";
import { untilThere } from "./docker-await.ts";
import { type FoundEngine, availableAs, createEngineFinder } from "./docker-find.ts";
import { gpuAccess as accessOf, gpuDevicesHere } from "./docker-gpus.ts";
import { type RemoteSettings, notPublished, placedSpec, servesThere } from "./docker-place.ts";
import { userHere } from "./docker-user.ts";
import { watchEngine } from "./docker-watch.ts";
import { portHolder, portTaken } from "./loopback-port.ts";

const NOWHERE: RemoteSettings = { remoteAddress: undefined, remoteFolders: {} };

/**
 * Servers as containers of Docker, or of what speaks its language. Nothing is loaded before an engine's socket is there.
 * @param dockerHost the setting, asked at each look
 * @param remote what the settings say of an engine that is another machine's, asked at each look
 * @param fence asked right before each deed; throws where it is not ours to do any more
 */
export function createDockerRuntime({
  storage,
  dockerHost,
  remote = () => NOWHERE,
  environment = process.env,
  fence = () => undefined,
}: {
  readonly storage: string;
  readonly dockerHost: () => string | undefined;
  readonly remote?: () => RemoteSettings;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly fence?: () => void;
}): Runtime & Images {
  const finder = createEngineFinder({ storage, dockerHost, remote, environment, fence });
  const elsewhere = createElsewhere(storage, (address) => finder.connect(address));
  const need = async (spec: ServerSpec, signal: AbortSignal): Promise<[FoundEngine, ContainerSpec]> => {
    if (spec.kind !== "container") throw new TypeError("a container runtime runs no process");
    const found = await finder.recent(signal);
    if ("code" in found) throw fault(found);
    const problem = notPublished(found.address, found.place);
    if (problem) throw fault(problem);
    return [found, placedSpec(spec, found.place)];
  };
  const requirePort = async ({ engine, place }: FoundEngine, port: number, signal: AbortSignal): Promise<void> => {
    const isHere = place.kind === "here";
    if (isHere && !(await portTaken(port))) return;
    // Which ports are free on another machine it does not tell; what its containers have, it does.
    const holder = (await engine.portHolder(port, signal)) ?? (isHere ? await portHolder(port) : undefined);
    if (!isHere && holder === undefined) return;
    throw fault({ code: "portInUse", port, ...(holder === undefined ? {} : { holder }) });
  };

  const create = async (given: ServerSpec, signal: AbortSignal): Promise<CreatedServer> => {
    const [found, spec] = await need(given, signal);
    // Before it is made: whoever is killed now finds it by that.
    await elsewhere.note(found.address);
    const created = await found.engine.create(spec, signal);
    return {
      ...created,
      start: async (later) => {
        try {
          return { ...(await created.start(later)), create: created.create };
        } catch (error) {
          if (isFault(error, "portInUse")) await requirePort(found, spec.hostPort, later);
          throw error;
        }
      },
    };
  };

  return {
    kind: "container",
    elsewhere: () => dockerAddresses(dockerHost(), environment).some((address) => servesThere(address, remote())),
    probe: async (image, signal) => {
      const found = await finder.find(signal);
      if ("code" in found) return { available: false, fault: found };
      const problem = notPublished(found.address, found.place);
      if (problem) return { available: false, fault: problem };
      if (!(await found.engine.hasImage(image, signal)))
        return { available: false, fault: { code: "imageMissing", image } };
      return availableAs(found);
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
      const [found, spec] = await need(given, signal);
      if (!(await found.engine.hasImage(spec.image, signal))) throw fault({ code: "imageMissing", image: spec.image });
      if (spec.hostPort !== freed) await requirePort(found, spec.hostPort, signal);
    },
    placed: async (spec, signal) => {
      const found = await finder.recent(signal);
      return spec.kind === "container" ? placed(spec, found, signal) : spec;
    },
    create,
    start: async (spec, signal) => {
      const created = await create(spec, signal);
      return created.start(signal);
    },
    watch: async (onState, signal, sought = Promise.resolve()) => {
      const found = await untilThere(finder, onState, sought, signal);
      if (found) await watchEngine(found.engine, availableAs(found), onState, signal);
    },
    pull: async (image, onProgress, signal) => {
      const found = await finder.find(signal);
      if ("code" in found) throw fault(found);
      fence();
      await found.engine.pull(image, onProgress, signal);
    },
    list: async (signal) => {
      const found = await finder.recent(signal);
      return elsewhere.beside("code" in found ? undefined : found, signal);
    },
  };
}

/** As it would be created now: where its files are, with which GPUs, and without what its image sets. */
async function placed(spec: ContainerSpec, found: FoundEngine | Fault, signal: AbortSignal): Promise<ContainerSpec> {
  // Without an engine it is this machine that tells what one would have.
  if ("code" in found)
    return { ...spec, gpuAccess: accessOf(undefined, undefined, await gpuDevicesHere()), user: userHere() };
  if (notPublished(found.address, found.place)) return spec;
  const { engine } = found;
  const [{ gpus: gpuAccess, user }, set] = await Promise.all([
    engine.facts(signal),
    engine.imageVariables(spec.image, signal),
  ]);
  const without = spec.without?.filter((name) => set.includes(name));
  return { ...placedSpec(spec, found.place), gpuAccess, user, ...(without && { without }) };
}
