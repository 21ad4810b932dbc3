import type { CreatedServer, Runtime, ServerSpec } from "../../ports/runtime.ts";
import { millis } from "../../util/ids.ts";
import { createRouted } from "./create-routed.ts";
import { hostSpec, isRouted } from "./host-spec.ts";
import { type RoutedDeps, type RouterHosts, createRouterHosts } from "./router-hosts.ts";

interface Worlds {
  readonly containers: Runtime;
  readonly processes: Runtime;
}

/**
 * The same worlds, in which a server may be a model of a router: a start is then a load, an end an unload, and the
 * router is started where there is none that can have it. A router ends before anything else starts in its group, and is
 * told by `list` as the model it has, or by itself where it has none.
 */
export function routedRuntimes({ containers, processes }: Worlds, deps: RoutedDeps): Worlds {
  const hosts = createRouterHosts([containers, processes], deps);
  return { containers: routed(containers, hosts, deps), processes: routed(processes, hosts, deps) };
}

function routed(inner: Runtime, hosts: RouterHosts, deps: RoutedDeps): Runtime {
  const createAlone = async (spec: ServerSpec, signal: AbortSignal): Promise<CreatedServer> => {
    const created = await inner.create(spec, signal);
    return {
      ...created,
      start: async (given) => {
        try {
          await hosts.makeRoom(spec.group, inner.kind, undefined, given);
        } catch (error) {
          await created.remove();
          throw error;
        }
        return created.start(given);
      },
    };
  };
  const runtime: Runtime = {
    ...inner,
    check: async (spec, freed, signal) => {
      // The router that holds the port takes the model, or goes.
      const host = (await hosts.of(spec.group, inner.kind, signal)).find(({ port }) => port === spec.hostPort);
      const own = isRouted(spec) ? await hostSpec(spec, deps) : spec;
      await inner.check(own, freed ?? host?.port, signal);
    },
    create: (spec, signal) =>
      isRouted(spec) ? createRouted(inner, spec, hosts, deps, signal) : createAlone(spec, signal),
    start: async (spec, signal) => {
      const created = await runtime.create(spec, signal);
      const started = await created.start(signal);
      return { ...started, create: millis(created.create + started.create) };
    },
    list: async (signal) => Promise.all((await inner.list(signal)).map((server) => hosts.seen(server, signal))),
  };
  return runtime;
}
