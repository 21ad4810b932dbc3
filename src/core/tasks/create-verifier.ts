import { createTicker } from "../downloads/ticker.ts";
import type { Clock } from "../ports/clock.ts";
import type { Files } from "../ports/files.ts";
import type { Hasher } from "../ports/hasher.ts";
import type { Log } from "../ports/log.ts";
import type { Random } from "../ports/random.ts";
import { toTrouble } from "../present/trouble.ts";
import type { Registry } from "../registry/registry.ts";
import { createEmitter } from "../util/events.ts";
import type { TaskSelection } from "./board.ts";
import { createHashCache } from "./hash-cache.ts";
import type { Roots } from "../registry/roots.ts";
import { createLook } from "./look.ts";
import type { Verifier } from "./verifier.ts";
import { createVerifyBook } from "./verify-book.ts";
import { type RunParts, startVerifyRun } from "./verify-run.ts";
import { verifyTargets } from "./verify-targets.ts";
import { type VerifyTask, showTask } from "./verify-task.ts";

export interface VerifierParts extends Pick<RunParts, "hub" | "digest"> {
  readonly registry: Pick<Registry, "query" | "commit">;
  readonly files: Pick<Files, "stat">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Pick<Log, "warn">;
  /** The verifier's own: it closes it. */
  readonly hasher: Hasher;
  readonly roots: Roots;
}

/** One task runs at a time, on all cores; the others wait their turn. */
export function createVerifier(parts: VerifierParts): Verifier {
  const { registry, clock } = parts;
  const run: RunParts = {
    ...parts,
    cache: createHashCache(registry, parts.log),
    look: createLook(parts.files, parts.roots),
  };
  const book = createVerifyBook();
  const changed = createEmitter<void>();
  const ticker = createTicker(clock);
  ticker.event(() => changed.fire());
  const ends = new Set<Promise<void>>();
  let closed = false;

  const time = (): string => new Date(clock.wall()).toISOString();

  function fill(): void {
    book.prune();
    const all = book.inOrder();
    const next = all.find((task) => task.state === "queued");
    if (!closed && next && !all.some((task) => task.state === "running")) {
      next.state = "running";
      if (next.run) next.run.go();
      else start(next);
    }
    changed.fire();
  }

  function start(task: VerifyTask): void {
    const stop = new AbortController();
    // Whoever stopped it has said what it is now.
    const conclude = (outcome: Partial<VerifyTask>): void => {
      if (stop.signal.aborted) return;
      leave(task);
      Object.assign(task, outcome, { finishedAt: time() });
      fill();
    };
    task.stop = stop;
    task.run = startVerifyRun(run, () => verifyTargets(registry, task.names), ticker.tick, stop.signal);
    const end = task.run.report.then(
      (report) => conclude({ state: "done", report }),
      (error: unknown) => conclude({ state: "failed", reason: toTrouble(error) }),
    );
    ends.add(end);
    void end.finally(() => ends.delete(end));
  }

  const deed =
    (states: readonly VerifyTask["state"][], act: (task: VerifyTask) => void) =>
    async (selection: TaskSelection): Promise<readonly string[]> => {
      const some = book.choose(selection, ...states);
      for (const task of some) act(task);
      fill();
      return some.map((task) => task.id);
    };

  return {
    kinds: ["verify"],
    list: () => book.inOrder().map(showTask),
    verify: async (names) => {
      // A name that no one has is said now, not in a task that fails.
      if (names) await verifyTargets(registry, names);
      const id = parts.random.id();
      book.add(id, names, time());
      fill();
      return id;
    },
    pause: deed(["queued", "running"], (task) => {
      task.state = "paused";
      task.run?.hold();
    }),
    resume: deed(["paused"], (task) => {
      task.state = "queued";
    }),
    cancel: deed(["queued", "running", "paused"], (task) => {
      task.stop?.abort();
      leave(task);
      task.state = "cancelled";
      task.finishedAt = time();
    }),
    retry: deed(["failed", "cancelled"], (task) => {
      task.state = "queued";
      task.finishedAt = undefined;
      task.reason = undefined;
      task.last = { done: 0, total: null };
    }),
    remove: deed(["done", "failed", "cancelled"], book.remove),
    move: async (id, to) => {
      book.move(id, to);
      changed.fire();
    },
    onChange: changed.event,
    close: async () => {
      closed = true;
      for (const task of book.inOrder()) task.stop?.abort();
      await Promise.all(ends);
      ticker.dispose();
      changed.dispose();
      await parts.hasher.close();
    },
  };
}

function leave(task: VerifyTask): void {
  task.last = task.run?.progress() ?? task.last;
  task.run = undefined;
  task.stop = undefined;
}
