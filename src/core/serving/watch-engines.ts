import type { RuntimeKind, RuntimeProbe } from "../ports/runtime.ts";
import { isCancelled, reasonOf } from "../util/faults.ts";
import type { ServingDeps } from "./deps.ts";

/** Watches an engine from the first time it is of use: each is watched once, and again where the watching broke off. */
export function createEngineWatch(
  deps: Pick<ServingDeps, "containers" | "processes" | "log">,
  onState: (kind: RuntimeKind, state: RuntimeProbe) => void,
  closing: AbortSignal,
): (kind: RuntimeKind) => void {
  const watched = new Set<RuntimeKind>();
  return (kind) => {
    if (watched.has(kind) || closing.aborted) return;
    watched.add(kind);
    const engine = kind === "container" ? deps.containers : deps.processes;
    engine
      .watch?.((state) => onState(kind, state), closing)
      .catch((error: unknown) => {
        if (!isCancelled(error, closing)) deps.log.warn(`the engine cannot be watched: ${reasonOf(error)}`);
      })
      .finally(() => watched.delete(kind));
  };
}
