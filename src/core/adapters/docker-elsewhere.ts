import { performance } from "node:perf_hooks";
import type { RunningServer } from "../ports/runtime.ts";
import type { DockerEngine } from "./docker-engine.ts";
import { type EngineAddress, knownEngines } from "./docker-engines.ts";

/** Milliseconds for which one that did not answer is not asked again. */
const PAUSE = 60_000;
/** Milliseconds for its list: it is asked beside what a person waits for. */
const PATIENCE = 5000;

/** Servers of ours on engines that were chosen before. */
export interface Elsewhere {
  /** One has a server of ours, or is about to. Does not reject. */
  note(address: EngineAddress): Promise<void>;
  /**
   * What is on the one that is chosen, and on all others; one of those that has nothing any more is forgotten, and one with
   * which anything goes wrong has nothing to tell. Rejects where the chosen one cannot be asked.
   */
  beside(
    chosen: { readonly address: EngineAddress; readonly engine: DockerEngine } | undefined,
    signal: AbortSignal,
  ): Promise<readonly RunningServer[]>;
}

export function createElsewhere(
  storage: string,
  connect: (address: EngineAddress) => Promise<DockerEngine>,
  patience = PATIENCE,
): Elsewhere {
  const engines = knownEngines(storage);
  const silent = new Map<string, number>();
  const serversOf = async (address: EngineAddress, signal: AbortSignal): Promise<readonly RunningServer[]> => {
    const { name } = address;
    if (performance.now() < (silent.get(name) ?? 0)) return [];
    try {
      const engine = await connect(address);
      // Which waits for no answer that never comes.
      await engine.version(signal);
      const servers = await engine.list(AbortSignal.any([signal, AbortSignal.timeout(patience)]));
      if (servers.length === 0) await engines.forget(name);
      return servers.map((server) => ({ ...server, engine: name }));
    } catch {
      signal.throwIfAborted();
      silent.set(name, performance.now() + PAUSE);
      return [];
    }
  };
  return {
    note: engines.note,
    beside: async (chosen, signal) => {
      const known = (await engines.read()).filter(({ name }) => name !== chosen?.address.name);
      const [servers = [], ...others] = await Promise.all([
        chosen?.engine.list(signal),
        ...known.map((address) => serversOf(address, signal)),
      ]);
      if (chosen && servers.length > 0) await engines.note(chosen.address);
      // The same engine may have had another name.
      const all = new Map(others.flat().map((server) => [server.id, server]));
      for (const { id } of servers) all.delete(id);
      return [...servers, ...all.values()];
    },
  };
}
