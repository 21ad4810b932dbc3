import type { RuntimeKind } from "../ports/runtime.ts";
import type { RuntimeAvailability } from "../protocol/serving.ts";
import type { Acts } from "./bring-up.ts";
import { availabilityOf } from "./choose-runtime.ts";
import { createEngineTide } from "./engine-tide.ts";
import type { Group } from "./group.ts";
import { createEngineWatch } from "./watch-engines.ts";

/** What is known of what runs servers, and what follows for them when it changes. */
export interface EngineState {
  /** undefined until something asked. */
  readonly current: () => RuntimeAvailability | undefined;
  looked(found: RuntimeAvailability): void;
  watch(kind: RuntimeKind): void;
  /** A stop could not be done: it is tried again by itself. */
  stopLater(): void;
}

/** @param recover finds what an engine has that was away before */
export function createEngineState(
  acts: Acts,
  groups: ReadonlyMap<string, Group>,
  { recover, onChange }: { readonly recover: () => Promise<void>; readonly onChange: () => void },
): EngineState {
  let current: RuntimeAvailability | undefined;
  const tide = createEngineTide(acts, groups, onChange);
  const watch = createEngineWatch(acts.deps, (kind, state) => turned(availabilityOf(kind, state)), acts.closing);
  const looked = (found: RuntimeAvailability): void => {
    const news = JSON.stringify(found) !== JSON.stringify(current);
    current = found;
    if (found.available) watch(found.kind, "look");
    // Nothing of ours is known to be there: nobody looks all day, but that it comes is noticed.
    else if (found.reason.code === "engineUnreachable") watch(found.kind, "listen");
    if (news) onChange();
  };
  const turned = (found: RuntimeAvailability): void => {
    looked(found);
    if (!found.available) return tide.went(found.kind, found.reason);
    tide.came(found.kind);
    void recover();
  };
  return { current: () => current, looked, watch: (kind) => watch(kind, "look"), stopLater: () => tide.stopLater() };
}
