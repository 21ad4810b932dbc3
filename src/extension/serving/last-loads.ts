import type { Memento } from "vscode";

const TIMES = "serving.loadTimes";
const LAST = "serving.last";
/** As many profiles are remembered. */
const KEPT = 200;

/** What this machine's windows remember of loads. */
export interface LastLoads {
  /** Milliseconds that the last load of a profile took. */
  readonly took: (profile: string) => number | undefined;
  note(profile: string, milliseconds: number): void;
  /** The profile that served last. */
  readonly last: string | undefined;
  served(profile: string): void;
}

export function createLastLoads(memento: Memento): LastLoads {
  const times = (): Readonly<Record<string, number>> => memento.get<Readonly<Record<string, number>>>(TIMES, {});
  return {
    took: (profile) => times()[profile],
    note: (profile, milliseconds) => {
      const { [profile]: _before, ...others } = times();
      const entries = [...Object.entries(others), [profile, Math.round(milliseconds)] as const].slice(-KEPT);
      void memento.update(TIMES, Object.fromEntries(entries));
    },
    get last() {
      return memento.get<string>(LAST);
    },
    served: (profile) => {
      if (memento.get<string>(LAST) !== profile) void memento.update(LAST, profile);
    },
  };
}
