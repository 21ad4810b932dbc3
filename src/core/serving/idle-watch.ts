import { isCancelled } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import { pathFor } from "./backend.ts";
import type { Acts } from "./bring-up.ts";
import type { Group } from "./group.ts";
import type { Run } from "./run.ts";

const MOST = 15_000;
const ANSWER = millis(1000);

/**
 * Watches a server that is ready for requests, by what it says of itself, and has it unloaded after its time without
 * one. One that does not tell what it does is left alone. Ends with the server, and nobody waits for it.
 */
export function watchIdle(acts: Acts, group: Group, run: Run, unload: () => Promise<void>): void {
  const { ttl } = run.asked;
  if (ttl === undefined || ttl <= 0) return;
  const over = new AbortController();
  void run.ended.then(() => over.abort());
  const signal = AbortSignal.any([acts.closing, over.signal]);
  const { clock, http, log } = acts.deps;
  const isOurs = (): boolean => group.run === run && group.state().kind === "ready";

  const watch = async (): Promise<void> => {
    let mark: string | undefined;
    // By the monotonic clock: one that is set, or a machine that slept, ends nothing.
    let until = clock.now() + ttl;
    while (isOurs()) {
      const answer = await http.get(run.server.url + pathFor(run.backend.activityPath, run.asked), ANSWER, signal);
      const told = run.backend.readActivity(answer);
      const used = group.usedAt > until - ttl;
      if (!told || told.busy || told.mark !== mark || used) until = clock.now() + ttl;
      mark = told?.mark;
      const left = until - clock.now();
      if (isOurs()) group.idle(told ? clock.wall() + left : undefined);
      if (left <= 0 && !group.turn) return await unload();
      await clock.sleep(millis(Math.max(Math.min(left, ttl / 4, MOST), 20)), signal);
    }
  };
  watch().catch((error: unknown) => {
    if (!isCancelled(error, signal)) log.error(`whether ${run.subject.profile} is idle cannot be watched`, error);
  });
}
