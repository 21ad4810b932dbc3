import type { RuntimeKind, RuntimeProbe } from "../ports/runtime.ts";
import { isCancelled, reasonOf } from "../util/faults.ts";
import type { ServingDeps } from "./deps.ts";

/**
 * Watches an engine from the first time it is asked for: each is watched once, and again where the watching broke off.
 * With `listen` one that is not there is not looked for ever so often, until it is asked for without.
 */
export function createEngineWatch(
  deps: Pick<ServingDeps, "containers" | "processes" | "log">,
  onState: (kind: RuntimeKind, state: RuntimeProbe) => void,
  closing: AbortSignal,
): (kind: RuntimeKind, how: "look" | "listen") => void {
  const watched = new Map<RuntimeKind, () => void>();
  return (kind, how) => {
    if (closing.aborted) return;
    const sought = Promise.withResolvers<void>();
    const seek = watched.get(kind) ?? sought.resolve;
    if (how === "look") seek();
    if (watched.has(kind)) return;
    watched.set(kind, seek);
    const engine = kind === "container" ? deps.containers : deps.processes;
    engine
      .watch?.((state) => onState(kind, state), closing, sought.promise)
      .catch((error: unknown) => {
        if (!isCancelled(error, closing)) deps.log.warn(`the engine cannot be watched: ${reasonOf(error)}`);
      })
      .finally(() => watched.delete(kind));
  };
}
