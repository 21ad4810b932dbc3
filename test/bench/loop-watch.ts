import { monitorEventLoopDelay, performance } from "node:perf_hooks";

/** What one deed took, and what the rest of the process noticed of it. */
export interface Held<T> {
  readonly answer: T;
  /** Milliseconds. */
  readonly took: number;
  /** Milliseconds the loop was held at most, without a turn for anybody else. */
  readonly longest: number;
  /** Milliseconds a timer came late at the 99th percentile. */
  readonly late: number;
  /** Of the loop, 0 to 1. */
  readonly busy: number;
  /** Most bytes the process had, all its threads included. */
  readonly memory: number;
}

/** Milliseconds. */
const RESOLUTION = 1;
const SAMPLED = 25;

export async function held<T>(deed: () => Promise<T>): Promise<Held<T>> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  let memory = process.memoryUsage.rss();
  const sample = (): void => {
    memory = Math.max(memory, process.memoryUsage.rss());
  };
  const sampler = setInterval(sample, SAMPLED);
  // A turn before and after: what the deed does at once counts too.
  await turn();
  delay.enable();
  await turn();
  const before = performance.eventLoopUtilization();
  const begun = performance.now();
  try {
    const answer = await deed();
    const took = performance.now() - begun;
    await turn();
    sample();
    delay.disable();
    const inMillis = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION);
    return {
      answer,
      took,
      longest: inMillis(delay.max),
      late: inMillis(delay.percentile(99)),
      busy: performance.eventLoopUtilization(before).utilization,
      memory,
    };
  } finally {
    clearInterval(sampler);
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
