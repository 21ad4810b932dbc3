import type { RuntimeAvailability, ServingStatus } from "../protocol/serving.ts";
import { createEmitter } from "../util/events.ts";
import { fault } from "../util/faults.ts";
import type { ServingController } from "./controller.ts";
import { createActs } from "./create-acts.ts";
import type { ServingDeps } from "./deps.ts";
import { type Group, type LogBatch, createGroup } from "./group.ts";
import { heldBy } from "./held.ts";
import { nearNames } from "../util/near-names.ts";
import { DEFAULT_GROUP, createPortBook } from "./ports.ts";
import { recover } from "./recover.ts";
import { stopGroup } from "./stop-group.ts";
import { isServing, requestAgain } from "./start-again.ts";
import { switchTo } from "./switch-to.ts";
import { createEngineState } from "./engine-state.ts";

export interface RecoveringController extends ServingController {
  /**
   * Adopts what an earlier start left running, and finishes or rolls back a switch that was cut off. Once; whatever
   * changes anything waits for it. Does not reject.
   */
  recover(): Promise<void>;
}

/** Starts nothing and looks at nothing before it is asked. */
export function createServingController(deps: ServingDeps): RecoveringController {
  const changed = createEmitter<void>();
  const logged = createEmitter<LogBatch>();
  const closing = new AbortController();
  const groups = new Map<string, Group>();
  const clearing = new Set<Promise<void>>();
  const acts = createActs(deps, groups, {
    closing: closing.signal,
    clearing,
    ports: createPortBook(),
    again: (request) => controller.switchTo(request, closing.signal),
    onTurn: () => onChange(),
  });
  let recovery: Promise<void> | undefined;

  const onChange = (): void => {
    if (!closing.signal.aborted) changed.fire();
  };
  const engines = createEngineState(acts, groups, { recover: () => recoverNow(), onChange });
  const groupOf = (name: string): Group => {
    const known = groups.get(name) ?? createGroup(name, deps, onChange, logged, closing.signal);
    groups.set(name, known);
    return known;
  };
  const known = (name: string): Group | undefined => groups.get(name);
  const recoverNow = (): Promise<void> => recover(acts, { known, groupOf, engines, onTurn: onChange });
  const recovered = (): Promise<void> => {
    recovery ??= recoverNow();
    return recovery;
  };
  /** @throws FaultError `notFound`; what never served anything is known where it is the default */
  const named = (server: string): Group => {
    const found = groups.get(server) ?? (server === DEFAULT_GROUP ? groupOf(server) : undefined);
    if (!found) throw fault({ code: "notFound", what: "server", name: server, near: nearNames(server, groups.keys()) });
    return found;
  };
  const status = (): ServingStatus => statusOf([...groups.values()], engines.current());

  const controller: RecoveringController = {
    recover: recovered,
    switchTo: async (request, signal) => {
      const profile = await deps.profiles.find(request.profile, signal);
      await recovered();
      return switchTo(
        acts,
        groupOf(profile.group),
        profile,
        request,
        (found) => engines.looked(found),
        onChange,
        signal,
      );
    },
    stop: async (server, signal) => {
      await recovered();
      // Also where nothing is known of: an engine that was away at the start may be back, with a server of ours.
      const all = groups.size > 0 ? [...groups.values()] : [groupOf(DEFAULT_GROUP)];
      const wanted = server === undefined ? all : [named(server)];
      try {
        await Promise.all(wanted.map((group) => stopGroup(acts, group, onChange, signal)));
      } catch (error) {
        engines.stopLater();
        throw error;
      }
      return status();
    },
    again: async (server, signal) => {
      await recovered();
      const group =
        server === undefined ? ([...groups.values()].find(isServing) ?? named(DEFAULT_GROUP)) : named(server);
      return requestAgain(group, deps.profiles, signal);
    },
    restart: async (server, more, signal) => {
      const { request } = await controller.again(server, signal);
      return controller.switchTo({ ...request, ...more }, signal);
    },
    cancel: (server) => {
      const wanted = server === undefined ? [...groups.values()] : [named(server)];
      for (const { turn } of wanted) turn?.cancel("putBack");
    },
    used: (server) => {
      const group = groups.get(server);
      if (group) group.usedAt = deps.clock.now();
    },
    status,
    looked: (found) => engines.looked(found),
    held: async (server, signal) => {
      const run = groups.get(server)?.run;
      return run && heldBy(run, signal);
    },
    logs: ({ server, lines, since }) =>
      named(server ?? groups.keys().next().value ?? DEFAULT_GROUP).log.read({ lines, since }),
    onChange: changed.event,
    onLog: logged.event,
    close: async () => {
      closing.abort();
      await Promise.all([recovery, ...[...groups.values()].map(({ turn }) => turn?.over), ...clearing]);
      changed.dispose();
      logged.dispose();
    },
  };
  return controller;
}

function statusOf(groups: readonly Group[], runtime: RuntimeAvailability | undefined): ServingStatus {
  const switching = groups.find(({ turn }) => turn && turn.to !== "off");
  const { to, warning } = switching?.turn ?? {};
  return {
    servers: groups.map((group) => group.view()),
    ...(switching && to !== undefined
      ? { switching: { to, group: switching.name, ...(warning !== undefined && { warning }) } }
      : {}),
    ...(runtime ? { runtime } : {}),
  };
}
