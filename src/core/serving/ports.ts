import { fault, isFault } from "../util/faults.ts";
import type { ServerProfile } from "./profile.ts";

export const DEFAULT_GROUP = "default";

/** Which port each group serves at; a group that had one keeps it. */
export interface PortBook {
  of(group: string): number | undefined;
  keep(group: string, port: number): void;
  /** @param base the settings' port. Ports to try, best first; a single one where a person chose it. */
  candidates(profile: Pick<ServerProfile, "group" | "port">, base: number): readonly number[];
}

const TRIES = 64;

export function createPortBook(): PortBook {
  const known = new Map<string, number>();
  return {
    of: (group) => known.get(group),
    keep: (group, port) => void known.set(group, port),
    candidates: ({ group, port }, base) => {
      if (port !== undefined) return [port];
      if (group === DEFAULT_GROUP) return [base];
      const others = new Set([base, ...[...known].filter(([name]) => name !== group).map(([, taken]) => taken)]);
      const kept = known.get(group);
      const next = Array.from({ length: TRIES }, (_, n) => base + 1 + n);
      return [...(kept === undefined ? [] : [kept]), ...next].filter(
        (one, index, all) => !others.has(one) && one <= 65_535 && all.indexOf(one) === index,
      );
    },
  };
}

/** The first port that is free. @throws what `attempt` throws for the last one, or for another reason than the port */
export async function firstFree<T>(ports: readonly number[], attempt: (port: number) => Promise<T>): Promise<T> {
  let refusal: unknown = fault({ code: "portInUse", port: ports[0] ?? 0 });
  for (const port of ports) {
    try {
      return await attempt(port);
    } catch (error) {
      if (!isFault(error, "portInUse")) throw error;
      refusal = error;
    }
  }
  throw refusal;
}
