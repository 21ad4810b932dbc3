import type { SwitchResult } from "../protocol/serving.ts";
import { isCancelled, reasonOf } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import type { Acts } from "./bring-up.ts";
import type { SwitchRequest } from "./controller.ts";
import type { ServingDeps } from "./deps.ts";
import type { Group } from "./group.ts";
import type { PortBook } from "./ports.ts";
import { stopGroup } from "./stop-group.ts";
import { switchJournal } from "./switch-journal.ts";

/** What the controller gives the acts. */
interface Parts {
  readonly closing: AbortSignal;
  /** What is being taken away. */
  readonly clearing: Set<Promise<void>>;
  readonly ports: PortBook;
  readonly again: (request: SwitchRequest) => Promise<SwitchResult>;
  readonly onTurn: () => void;
}

export function createActs(
  deps: ServingDeps,
  groups: ReadonlyMap<string, Group>,
  { closing, clearing, ports, again, onTurn }: Parts,
): Acts {
  const { log } = deps;
  const acts: Acts = {
    deps,
    ports,
    closing,
    journal: switchJournal(deps.registry, (group) => ports.of(group)),
    clear: (group, run) => {
      // Not while the next one starts: an engine does one thing at a time.
      const cleared = (group.turn?.over ?? Promise.resolve())
        .then(() => run.server.stop(millis(0), closing))
        .catch((error: unknown) => {
          if (!isCancelled(error, closing)) log.warn(`what ${run.subject.profile} left stays: ${reasonOf(error)}`);
        })
        .finally(() => clearing.delete(cleared));
      clearing.add(cleared);
    },
    beside: (name) =>
      [...groups.values()].flatMap(({ name: server, run }) =>
        server === name || !run ? [] : [{ server, title: run.asked.title, port: run.server.port }],
      ),
    again: async (group, { profile, overrides }) => {
      log.warn(`${profile.id} crashed in ${group.name} and is started again`);
      await again({ profile: profile.id, overrides, force: true, onBusy: "fail" });
    },
    unload: async (group) => {
      log.info(`${group.name} is unloaded: nobody used it`);
      await stopGroup(acts, group, onTurn, closing);
    },
  };
  return acts;
}
