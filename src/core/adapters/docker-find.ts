import { performance } from "node:perf_hooks";
import type { RuntimeProbe } from "../ports/runtime.ts";
import type { Fault } from "../util/faults.ts";
import { type Event, createEmitter } from "../util/events.ts";
import { dockerAddresses, socketsToCome } from "./docker-address.ts";
import type { EngineAddress } from "./docker-engines.ts";
import type { DockerEngine } from "./docker-engine.ts";
import { unreachable } from "./docker-fault.ts";
import { type Place, type RemoteSettings, placeOf } from "./docker-place.ts";

export interface FoundEngine {
  readonly engine: DockerEngine;
  readonly address: EngineAddress;
  readonly place: Place;
  readonly version: string;
}

export interface EngineFinder {
  /** Nothing is asked of it yet. */
  connect(address: EngineAddress): Promise<DockerEngine>;
  /** The first engine that answers now, or why none does. */
  find(signal: AbortSignal): Promise<FoundEngine | Fault>;
  /** The same, but that one that answered a moment ago is not asked again: what is asked of it next will tell. */
  recent(signal: AbortSignal): Promise<FoundEngine | Fault>;
  /** Where one may come to listen. */
  sockets(): readonly string[];
  /** One was found, by whoever asked. */
  readonly onFound: Event<void>;
}

const MOMENT = 2000;

export const availableAs = ({ version, address, place }: FoundEngine): Extract<RuntimeProbe, { available: true }> => ({
  available: true,
  version,
  address: address.name,
  ...(place.kind === "there" ? { host: place.host } : {}),
});

/** Nothing is loaded before an engine's socket is there. */
export function createEngineFinder({
  storage,
  dockerHost,
  remote,
  environment,
  fence,
}: {
  readonly storage: string;
  readonly dockerHost: () => string | undefined;
  readonly remote: () => RemoteSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fence: () => void;
}): EngineFinder {
  const engines = new Map<string, DockerEngine>();
  const found = createEmitter<void>();
  let last: { readonly found: FoundEngine; readonly at: number; readonly host: string | undefined } | undefined;
  const connect = async (address: EngineAddress): Promise<DockerEngine> => {
    const key = JSON.stringify(address);
    const known = engines.get(key);
    if (known) return known;
    const { connectDocker } = await import("./docker-engine.ts");
    const engine = connectDocker(address, storage, fence);
    engines.set(key, engine);
    return engine;
  };
  const find: EngineFinder["find"] = async (signal) => {
    let first: Fault | undefined;
    const host = dockerHost();
    for (const address of dockerAddresses(host, environment)) {
      try {
        if ("refusal" in address) {
          const { name, refusal, why } = address;
          first ??= { code: "engineUnreachable", address: name, reason: refusal, why };
          continue;
        }
        const place = placeOf(address, remote());
        const engine = await connect(address);
        const one = { engine, address, place, version: await engine.version(signal) };
        last = { found: one, at: performance.now(), host };
        found.fire();
        return one;
      } catch (error) {
        signal.throwIfAborted();
        first ??= unreachable(address.name, error);
      }
    }
    last = undefined;
    return first ?? { code: "engineUnreachable", address: "/var/run/docker.sock", reason: "there is no such socket" };
  };
  return {
    connect,
    find,
    sockets: () => socketsToCome(dockerHost(), environment),
    onFound: found.event,
    recent: async (signal) =>
      last && last.host === dockerHost() && performance.now() - last.at < MOMENT
        ? { ...last.found, place: placeOf(last.found.address, remote()) }
        : find(signal),
  };
}
