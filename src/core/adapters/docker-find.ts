import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { RuntimeProbe } from "../ports/runtime.ts";
import type { Fault } from "../util/faults.ts";
import { type DockerAddress, dockerAddresses } from "./docker-address.ts";
import type { DockerEngine } from "./docker-engine.ts";
import { unreachable } from "./docker-fault.ts";
import { type Place, type RemoteSettings, placeOf } from "./docker-place.ts";

export interface FoundEngine {
  readonly engine: DockerEngine;
  readonly address: DockerAddress;
  readonly place: Place;
  readonly version: string;
}

export interface EngineFinder {
  /** The first engine that answers now, or why none does. */
  find(signal: AbortSignal): Promise<FoundEngine | Fault>;
  /** The same, but that one that answered a moment ago is not asked again: what is asked of it next will tell. */
  recent(signal: AbortSignal): Promise<FoundEngine | Fault>;
  /** Looks until one answers, and says so where the first look found none; undefined once the signal is aborted. */
  untilThere(onState: (state: RuntimeProbe) => void, signal: AbortSignal): Promise<FoundEngine | undefined>;
}

const LOOK = 1000;
const RARELY = 10_000;

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
  let last: { readonly found: FoundEngine; readonly at: number; readonly host: string | undefined } | undefined;
  const connect = async (address: Exclude<DockerAddress, { readonly refusal: string }>): Promise<DockerEngine> => {
    const known = engines.get(address.name);
    if (known) return known;
    const { connectDocker } = await import("./docker-engine.ts");
    const engine = connectDocker(address, storage, fence);
    engines.set(address.name, engine);
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
        const found = { engine, address, place, version: await engine.version(signal) };
        last = { found, at: performance.now(), host };
        return found;
      } catch (error) {
        signal.throwIfAborted();
        first ??= unreachable(address.name, error);
      }
    }
    last = undefined;
    return first ?? { code: "engineUnreachable", address: "/var/run/docker.sock", reason: "there is no such socket" };
  };
  return {
    find,
    untilThere: async (onState, signal) => {
      for (let delay = 0; !signal.aborted; delay = Math.min(delay + LOOK, RARELY)) {
        await sleep(delay, undefined, { signal, ref: false }).catch(() => undefined);
        if (signal.aborted) break;
        const found = await find(signal);
        if ("code" in found) continue;
        if (delay > 0) onState(availableAs(found));
        return found;
      }
      return undefined;
    },
    recent: async (signal) =>
      last && last.host === dockerHost() && performance.now() - last.at < MOMENT
        ? { ...last.found, place: placeOf(last.found.address, remote()) }
        : find(signal),
  };
}
