import type { CreatedServer, RunningServer, Runtime } from "../../ports/runtime.ts";
import { millis, seconds } from "../../util/ids.ts";
import { type RoutedSpec, hostSpec } from "./host-spec.ts";
import { loadInto, untilUp, writePresets } from "./router-host.ts";
import type { RoutedDeps, RouterHosts } from "./router-hosts.ts";

const GRACE = seconds(3);

/**
 * A model of a router, to be loaded: into the one that runs, where that can have it, else into one that is made now and
 * started then. A router that was started and cannot load the model is left without one; its next load is quick.
 */
export async function createRouted(
  inner: Runtime,
  spec: RoutedSpec,
  hosts: RouterHosts,
  deps: RoutedDeps,
  signal: AbortSignal,
): Promise<CreatedServer> {
  const { group, hostPort } = spec;
  const own = await hostSpec(spec, deps);
  hosts.expect(group, inner.kind);
  const fitting = async (given: AbortSignal): Promise<RunningServer | undefined> =>
    (await hosts.of(group, inner.kind, given)).find(
      ({ kind, port, labels, engine }) =>
        kind === inner.kind && engine === undefined && port === hostPort && labels["same"] === own.labels["same"],
    );
  const made = (await fitting(signal)) ? undefined : await inner.create(own, signal);
  const startHost = async (given: AbortSignal): Promise<RunningServer> => {
    try {
      await hosts.makeRoom(group, inner.kind, undefined, given);
      await writePresets(deps, spec);
    } catch (error) {
      await made?.remove();
      throw error;
    }
    const { server } = await (made ? made.start(given) : inner.start(own, given));
    try {
      await untilUp(server, spec, deps, given);
      return server;
    } catch (error) {
      await server.stop(GRACE, new AbortController().signal);
      throw error;
    }
  };
  return {
    create: made?.create ?? millis(0),
    start: async (given) => {
      const began = deps.clock.now();
      const there = made ? undefined : await fitting(given);
      if (there) await hosts.makeRoom(group, inner.kind, there, given);
      const server =
        (there && (await loadInto(there, spec, false, deps, given))) ??
        (await loadInto(await startHost(given), spec, true, deps, given));
      if (!server) throw new TypeError("a router that has just read its presets needs no second look");
      return { server, create: millis(0), start: millis(deps.clock.now() - began) };
    },
    remove: async () => made?.remove(),
  };
}
