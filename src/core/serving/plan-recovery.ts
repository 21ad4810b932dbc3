import type { RunningServer } from "../ports/runtime.ts";
import { askedOf, isLoadedByHand } from "./backend.ts";
import type { EnvFileBefore } from "./compose/env-block.ts";
import type { JournalEntry, Reference } from "./switch-journal.ts";

/** What a start of the program does with a group, by what its journal says and what really runs. */
export interface RecoveryPlan {
  /** Watched from now on; ready only when it says so itself. */
  readonly adopt: RunningServer | undefined;
  /** Stopped, and taken away. */
  readonly remove: readonly RunningServer[];
  /** Where nothing is adopted: a router with a model that a person loaded into it, which stays up until it is stopped. */
  readonly leave: RunningServer | undefined;
  /** What the adopted one was started as. */
  readonly adopted: Reference | undefined;
  /** What to go back to where a switch that was cut off does not end well. */
  readonly lastGood: Reference | undefined;
  /**
   * Of a switch that was cut off: `finish` waits for what it was starting and goes back where it fails, `goBack` starts
   * the last good one again, `undone` has it running still.
   */
  readonly interrupted: "finish" | "goBack" | "undone" | undefined;
  /** What that switch may have made of a `.env`: put back unless the switch is finished after all. */
  readonly env: EnvFileBefore | undefined;
}

const nothing = { adopted: undefined, lastGood: undefined, interrupted: undefined, env: undefined };

export function planRecovery(entry: JournalEntry | undefined, servers: readonly RunningServer[]): RecoveryPlan {
  const newestFirst = servers
    // A router without a model serves nothing.
    .filter(({ running, labels }) => running && askedOf(labels).profile !== "")
    .sort((a, b) => b.startedAt - a.startedAt);
  const newestOf = (reference: Reference | undefined): RunningServer | undefined =>
    newestFirst.find(({ labels }) => askedOf(labels).profile === reference?.profile);
  const plan = (adopt: RunningServer | undefined, rest: Partial<RecoveryPlan> = {}): RecoveryPlan => {
    const isFree = adopt === undefined && rest.interrupted === undefined;
    const leave = isFree ? servers.find(({ running, labels }) => running && isLoadedByHand(labels)) : undefined;
    return { ...nothing, adopt, leave, remove: servers.filter((one) => one !== adopt && one !== leave), ...rest };
  };
  switch (entry?.state) {
    case "off":
      return plan(undefined);
    case "switching": {
      const { to, lastGood, env } = entry;
      const started = newestOf(to);
      // The profile it came from may be the one it goes to, with other values: then the newer one is the new one.
      if (started) return plan(started, { adopted: to, lastGood, env, interrupted: "finish" });
      const before = newestOf(lastGood);
      if (before) return plan(before, { adopted: lastGood, lastGood, env, interrupted: "undone" });
      return plan(undefined, { lastGood, env, interrupted: lastGood && "goBack" });
    }
    case "ready":
    case "failed":
    case undefined: {
      const known = newestOf(entry?.lastGood);
      if (known) return plan(known, { adopted: entry?.lastGood });
      const [other] = newestFirst;
      return plan(other, { adopted: other && { profile: askedOf(other.labels).profile, overrides: {} } });
    }
  }
}
