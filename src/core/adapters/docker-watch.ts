import { setTimeout as sleep } from "node:timers/promises";
import type { RuntimeProbe } from "../ports/runtime.ts";
import { unreachable } from "./docker-fault.ts";

/** What is watched of an engine. */
interface Watched {
  version(signal: AbortSignal): Promise<string>;
  /** Resolves or rejects when its stream of events ends. */
  events(signal: AbortSignal): Promise<void>;
}

const LOOK = 1000;
const RARELY = 10_000;
/** So often in a row it must not answer: an engine that is started again is away for a moment. */
const MISSES = 2;

/**
 * Tells when an engine goes and when it is back, each once. While it is there nothing is asked: its stream of events
 * ends with it. Resolves with the signal alone.
 */
export async function watchEngine(
  engine: Watched,
  there: Extract<RuntimeProbe, { available: true }>,
  onState: (state: RuntimeProbe) => void,
  signal: AbortSignal,
): Promise<void> {
  let misses = 0;
  while (!signal.aborted) {
    try {
      const found = await engine.version(signal);
      if (misses >= MISSES) onState({ ...there, version: found });
      misses = 0;
      await engine.events(signal).catch(() => undefined);
    } catch (error) {
      if (signal.aborted) return;
      misses += 1;
      if (misses === MISSES) onState({ available: false, fault: unreachable(there.address, error) });
    }
    await sleep(Math.min(LOOK * Math.max(misses - MISSES, 1), RARELY), undefined, { signal, ref: false }).catch(
      () => undefined,
    );
  }
}
