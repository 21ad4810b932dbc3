import type { RuntimeKind } from "../ports/runtime.ts";
import type { Trouble } from "../protocol/downloads.ts";
import { isCancelled, reasonOf } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import { askedOf } from "./backend.ts";
import type { Acts } from "./bring-up.ts";
import type { Group } from "./group.ts";
import { watchIdle } from "./idle-watch.ts";
import { readBack } from "./read-back.ts";
import type { Run } from "./run.ts";
import { stopGroup } from "./stop-group.ts";

/** What becomes of servers as their engine goes and comes. None rejects. */
export interface EngineTide {
  /** Those that do not answer are not ready any more; one that does is, whatever its engine does. */
  went(kind: RuntimeKind, reason: Trouble): void;
  /** Those that still run are ready again, and a stop that could not be done is done; so it is once it is back, if that is later. */
  came(kind: RuntimeKind): void;
  /** A stop could not be done: it is as soon as it can be. What else runs goes on as it is. */
  stopLater(): void;
}

const ANSWER = millis(1000);
const LOOK = millis(250);
const RARELY = millis(5000);

export function createEngineTide(acts: Acts, groups: ReadonlyMap<string, Group>, onTurn: () => void): EngineTide {
  const { clock, http, log } = acts.deps;
  const following = new WeakMap<Group, AbortController>();
  const follow = (
    work: (group: Group, run: Run, signal: AbortSignal) => Promise<void>,
    group: Group,
    run: Run,
  ): void => {
    following.get(group)?.abort();
    const over = new AbortController();
    following.set(group, over);
    const signal = AbortSignal.any([over.signal, acts.closing]);
    work(group, run, signal).catch((error: unknown) => {
      if (!isCancelled(error, signal)) log.error(`${group.name} cannot be followed`, error);
    });
  };
  const eachOf = (kind: RuntimeKind, work: Parameters<typeof follow>[0]): void => {
    for (const group of groups.values()) if (group.run?.server.kind === kind) follow(work, group, group.run);
  };
  const answers = async ({ server, asked, backend }: Run, signal: AbortSignal): Promise<boolean> =>
    backend.isHealthy(await http.get(server.url + (asked.healthPath ?? backend.healthPath), ANSWER, signal));
  const isFree = (group: Group, run: Run, kind: "ready" | "failed"): boolean =>
    group.run === run && group.turn === undefined && group.state().kind === kind;

  /** A stop was written down, and could not be done. */
  const isToStop = async ({ name }: Group): Promise<boolean> => (await acts.journal.read()).get(name)?.state === "off";
  const canStop = async ({ name }: Group, { server }: Run, signal: AbortSignal): Promise<boolean> => {
    const runtime = server.kind === "container" ? acts.deps.containers : acts.deps.processes;
    const servers = await runtime.list(signal).catch(() => []);
    return servers.some(({ labels }) => askedOf(labels).group === name);
  };

  const watchAnswers = async (group: Group, run: Run, reason: Trouble, signal: AbortSignal): Promise<void> => {
    while (group.run === run && group.state().kind !== "failed") {
      if (isFree(group, run, "ready") && !(await answers(run, signal)) && isFree(group, run, "ready"))
        group.move({ kind: "failed", subject: { ...run.subject, url: undefined }, reason });
      else await clock.sleep(RARELY, signal);
    }
  };
  const stopAgain = (group: Group): Promise<void> =>
    stopGroup(acts, group, onTurn, acts.closing).catch((error: unknown) => {
      acts.closing.throwIfAborted();
      log.warn(`${group.name} cannot be stopped yet: ${reasonOf(error)}`);
    });
  const rejoin = async (group: Group, run: Run, signal: AbortSignal): Promise<void> => {
    for (let delay: number = LOOK; group.run === run && group.state().kind === "failed"; delay *= 1.5) {
      if (isFree(group, run, "failed")) {
        // However well it answers: who asked for its end is not told that it serves.
        if (await isToStop(group)) {
          if (await canStop(group, run, signal)) await stopAgain(group);
        } else if (await answers(run, signal)) {
          const { got, differences } = await readBack(run, acts.deps, signal);
          if (!isFree(group, run, "failed")) continue;
          group.move({ kind: "loading", subject: run.subject });
          group.move({ kind: "ready", subject: run.subject, readBack: got, differences });
          return watchIdle(acts, group, run, () => acts.unload(group));
        }
      }
      await clock.sleep(millis(Math.min(delay, RARELY)), signal);
    }
  };
  return {
    went: (kind, reason) => eachOf(kind, (group, run, signal) => watchAnswers(group, run, reason, signal)),
    came: (kind) => eachOf(kind, rejoin),
    stopLater: () => {
      for (const group of groups.values())
        if (group.run && group.state().kind === "failed") follow(rejoin, group, group.run);
    },
  };
}
