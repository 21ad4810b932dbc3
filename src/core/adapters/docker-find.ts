import { performance } from "node:perf_hooks";
import type { Fault } from "../util/faults.ts";
import { type DockerAddress, dockerAddresses, isRemote } from "./docker-address.ts";
import type { DockerEngine } from "./docker-engine.ts";
import { unreachable } from "./docker-fault.ts";

export interface FoundEngine {
  readonly engine: DockerEngine;
  readonly address: DockerAddress;
  readonly version: string;
}

export interface EngineFinder {
  /** The first engine that answers now, or why none does. */
  find(signal: AbortSignal): Promise<FoundEngine | Fault>;
  /** The same, but that one that answered a moment ago is not asked again: what is asked of it next will tell. */
  recent(signal: AbortSignal): Promise<FoundEngine | Fault>;
}

const MOMENT = 2000;

/** Nothing is loaded before an engine's socket is there. */
export function createEngineFinder({
  storage,
  dockerHost,
  environment,
  fence,
}: {
  readonly storage: string;
  readonly dockerHost: () => string | undefined;
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
        if ("refusal" in address) throw new Error(address.refusal);
        if (isRemote(address)) throw new Error("it runs on another machine, which has not this one's model files");
        const engine = await connect(address);
        const found = { engine, address, version: await engine.version(signal) };
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
    recent: async (signal) =>
      last && last.host === dockerHost() && performance.now() - last.at < MOMENT ? last.found : find(signal),
  };
}
