import type { Clock } from "../ports/clock.ts";
import type { LocalTime } from "../ports/local-time.ts";
import { waitsForHost, waitsUntil } from "../present/wait-words.ts";
import type { ScheduleWindow } from "../settings-schedule.ts";
import type { SourceAccess } from "../sources/access.ts";
import { millis } from "../util/ids.ts";
import type { Item } from "./item.ts";
import { createOffline } from "./offline.ts";
import type { QueueHost } from "./queue.ts";
import { type RoomParts, lookForRoom } from "./room-book.ts";
import { type Opening, windowAt } from "./schedule.ts";

export interface AdmissionParts extends RoomParts {
  readonly clock: Clock;
  readonly localTime: LocalTime;
  readonly schedule: readonly ScheduleWindow[];
  readonly access: SourceAccess;
  /** Whether anything answers at the origin, whatever it says. */
  readonly reachable: (origin: string, signal: AbortSignal) => Promise<boolean>;
}

/** What may have changed since the last look, so that it is asked whatever it said then. */
export interface LookAgain {
  /** There may be room where a volume was full. */
  readonly room?: boolean;
  /** Hosts may answer, before it is their time to be asked. */
  readonly hosts?: boolean;
}

/** Who may work: by the schedule, by the room on its volume, by whether its source answers. */
export interface Admission {
  /** Of what the last look found; an item that none has seen is not admitted. */
  admits(item: Item): boolean;
  look(items: readonly Item[], how: LookAgain): Promise<void>;
  opening(): Opening;
  /** The source of the item does not answer at all: it waits, with all others of it, until it does. */
  isOffline(item: Item): Promise<boolean>;
  /** Where the items come from. */
  hosts(items: readonly Item[]): readonly QueueHost[];
  /** Calls back once when it is time to look again, as long as anything waits; a further call takes the place of the last. */
  watch(items: readonly Item[], onTime: () => void): void;
  dispose(): void;
}

/** Milliseconds: room that others made, and clocks that were set, are seen by then. */
const LOOK_EVERY = 60_000;

export function createAdmission(parts: AdmissionParts): Admission {
  const { clock, localTime, schedule } = parts;
  const ended = new AbortController();
  const offline = createOffline(clock, parts.reachable);
  let sleeping = new AbortController();

  const opening = (): Opening => windowAt(schedule, clock.wall(), localTime);
  const closedUntil = ({ plan }: Item): number | undefined => {
    const now = opening();
    return now.open || (plan.regardlessUntil ?? 0) > clock.wall() ? undefined : now.until;
  };
  const originOf = ({ plan }: Item): string => {
    const endpoint = parts.access.endpointFor(plan.provider, plan.files.find(({ url }) => url !== undefined)?.url);
    return URL.canParse(endpoint) ? new URL(endpoint).origin : endpoint;
  };
  const silentHost = (item: Item): string | undefined => {
    const origin = originOf(item);
    return offline.has(origin) ? new URL(origin).host : undefined;
  };

  return {
    opening,
    admits: (item) => item.room === "has" && closedUntil(item) === undefined && silentHost(item) === undefined,
    look: async (items, { room = false, hosts = false }) => {
      await offline.look(hosts, ended.signal);
      await lookForRoom(parts, items, room, ended.signal);
      for (const item of items) {
        const [until, host] = [closedUntil(item), silentHost(item)];
        if (until !== undefined) item.waits = waitsUntil(until, clock.wall());
        else if (host !== undefined) item.waits = waitsForHost(host);
      }
    },
    hosts: (items) =>
      [...new Set(items.map(originOf))]
        .filter((origin) => URL.canParse(origin))
        .map((origin) => {
          const until = offline.until(origin);
          const { host } = new URL(origin);
          if (until === undefined) return { host };
          return { host, askedAgain: new Date(clock.wall() + Math.max(0, until - clock.now())).toISOString() };
        }),
    isOffline: (item) => offline.confirm(originOf(item), ended.signal),
    watch: (items, onTime) => {
      sleeping.abort();
      if (items.length === 0 || ended.signal.aborted) return;
      const { until } = opening();
      const waits = [
        ...(items.some((item) => item.room === "lacks") ? [LOOK_EVERY] : []),
        ...(until === undefined ? [] : [until - clock.wall()]),
        (offline.next() ?? Infinity) - clock.now(),
      ];
      const soonest = Math.min(...waits);
      if (!Number.isFinite(soonest)) return;
      sleeping = new AbortController();
      const signal = AbortSignal.any([sleeping.signal, ended.signal]);
      clock.sleep(millis(Math.max(1, Math.min(soonest, LOOK_EVERY))), signal).then(onTime, () => undefined);
    },
    dispose: () => ended.abort(),
  };
}
