import type { ServerMetrics } from "../../protocol/serving.ts";

const EVERY_SECONDS = 5;
const KEPT = (10 * 60) / EVERY_SECONDS;

/** The last ten minutes of one server, in steps of five seconds. */
export interface History {
  /** @param at milliseconds of a clock that only goes forward. A figure that nobody tells is a gap */
  note(at: number, generatedPerSecond: number | undefined, memoryBytes: number | undefined): void;
  /** Up to now; what was not looked at is a gap. */
  read(at: number): ServerMetrics["history"];
}

interface Step {
  readonly generated: number | null;
  readonly memory: number | null;
}

export function createHistory(): History {
  const steps = new Map<number, Step>();
  let first: number | undefined;
  const stepAt = (at: number): number => Math.floor(at / 1000 / EVERY_SECONDS);
  return {
    note: (at, generated, memory) => {
      const step = stepAt(at);
      first ??= step;
      const before = steps.get(step);
      // Of several looks in one step the busiest counts: a short answer would else be overlooked.
      const most = Math.max(generated ?? 0, before?.generated ?? 0);
      steps.set(step, {
        generated: generated === undefined ? (before?.generated ?? null) : most,
        memory: memory ?? null,
      });
      for (const old of steps.keys()) if (old <= step - KEPT) steps.delete(old);
    },
    read: (at) => {
      const last = stepAt(at);
      const from = Math.max(first ?? last, last - KEPT + 1);
      const all = Array.from({ length: last - from + 1 }, (_, index) => steps.get(from + index));
      return {
        everySeconds: EVERY_SECONDS,
        generatedPerSecond: all.map((step) => step?.generated ?? null),
        memoryBytes: all.map((step) => step?.memory ?? null),
      };
    },
  };
}
