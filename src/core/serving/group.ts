import type { RunningServer } from "../ports/runtime.ts";
import type { Server } from "../protocol/serving.ts";
import type { Emitter } from "../util/events.ts";
import { millis } from "../util/ids.ts";
import type { ServingDeps } from "./deps.ts";
import { type LogRing, createLogRing } from "./logs/log-ring.ts";
import type { Wanted } from "./prepare.ts";
import { type Run, watchRun } from "./run.ts";
import { type GroupState, advance, serverOf } from "./server-state.ts";
import type { Turn } from "./turn.ts";

export interface LogBatch {
  readonly server: string;
  readonly first: number;
  readonly lines: readonly string[];
}

/** Servers that replace each other: one at a time. What is not read-only is changed by whoever has the turn. */
export interface Group {
  readonly name: string;
  turn: Turn | undefined;
  /** The server that was started or adopted, until it is gone. */
  run: Run | undefined;
  /** What a failed switch goes back to. */
  lastGood: Wanted | undefined;
  /** When a server of it ended by itself, lately; by the monotonic clock, as `usedAt` is. */
  ends: readonly number[];
  /** When a request went to it by way of us. */
  usedAt: number;
  /** Until when the server stays without a request; undefined: for ever. */
  idle(until: number | undefined): void;
  readonly log: LogRing;
  state(): GroupState;
  /** @throws TypeError for a step that does not exist */
  move(to: GroupState): void;
  /** Watches a server from now on, as the group's. */
  attach(server: RunningServer, from: "start" | "tail"): Run;
  /** One line of ours in the log. */
  say(line: string): void;
  view(): Server;
}

const BATCH = millis(100);
/** A batch has room for so many lines; of a flood, the first ones stay in the log alone, and the numbers show the gap. */
const BATCH_LINES = 1000;

/** @param closing ends what it has under way */
export function createGroup(
  name: string,
  deps: ServingDeps,
  onChange: () => void,
  logged: Emitter<LogBatch>,
  closing: AbortSignal,
): Group {
  const { clock } = deps;
  const log = createLogRing();
  let state: GroupState = { kind: "off" };
  let since = clock.wall();
  let idleUntil: number | undefined;
  let pending: string[] = [];
  let next = 0;

  const flushSoon = async (): Promise<void> => {
    await clock.sleep(BATCH, closing).catch(() => undefined);
    const lines = pending.splice(0);
    if (lines.length > 0 && !closing.aborted) logged.fire({ server: name, first: next - lines.length, lines });
  };
  const add = (lines: readonly string[]): void => {
    if (lines.length === 0) return;
    if (pending.length === 0) void flushSoon();
    next = log.add(lines) + lines.length;
    pending.push(...lines.slice(-BATCH_LINES));
    if (pending.length > BATCH_LINES) pending = pending.slice(-BATCH_LINES);
  };

  const group: Group = {
    name,
    turn: undefined,
    run: undefined,
    lastGood: undefined,
    ends: [],
    usedAt: -Infinity,
    idle: (until) => {
      // A moment more or less is no news.
      if (Math.abs((until ?? 0) - (idleUntil ?? 0)) < 1000) return;
      idleUntil = until;
      onChange();
    },
    log,
    state: () => state,
    move: (to) => {
      const from = state;
      state = advance(from, to);
      if (from.kind !== to.kind) since = clock.wall();
      if (to.kind !== "ready") idleUntil = undefined;
      if (from.kind !== to.kind || JSON.stringify(from) !== JSON.stringify(to)) onChange();
    },
    attach: (server, from) => {
      group.run?.close();
      const run = watchRun(server, from, deps, add, closing);
      group.run = run;
      return run;
    },
    say: (line) => add([line]),
    view: () => ({
      ...serverOf(name, state, new Date(since).toISOString()),
      ...(idleUntil === undefined ? {} : { idleUntil: new Date(idleUntil).toISOString() }),
    }),
  };
  return group;
}
