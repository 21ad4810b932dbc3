import type { Server, ServerMetrics } from "../../protocol/serving.ts";
import { isCancelled } from "../../util/faults.ts";
import { seconds } from "../../util/ids.ts";
import type { Log } from "../../ports/log.ts";
import type { Event } from "../../util/events.ts";
import type { ServingMetrics } from "../metrics.ts";
import { type LogBatch, createRequestCounts } from "./count-requests.ts";
import { type MetricsDeps, type WatchedServer, keyOf, watchServer } from "./watched-server.ts";

const EVERY = seconds(2);
/** Who watches says so every few seconds. */
const LEASE = seconds(10);

/** Looks only while somebody does. */
export function createServingMetrics(
  deps: MetricsDeps & {
    readonly servers: () => readonly Server[];
    readonly onLog: Event<LogBatch>;
    readonly log: Pick<Log, "warn">;
  },
): ServingMetrics {
  const { clock, gpu, log } = deps;
  const end = new AbortController();
  const requests = createRequestCounts();
  const hearing = deps.onLog(requests.hear);
  const watched = new Map<string, WatchedServer>();
  let until = -Infinity;
  /** The look that is under way, or the last one. */
  let look: Promise<void> = Promise.resolve();
  let lookedAt = -Infinity;
  let looking = false;

  /** Those that run, as they are now: whatever began anew is watched anew. */
  const sync = (): void => {
    const views = new Map(deps.servers().flatMap((view) => (hasProcess(view) ? [[view.server, view] as const] : [])));
    for (const [server, one] of watched) {
      const view = views.get(server);
      if (!view || keyOf(view) !== one.key) watched.delete(server);
    }
    for (const [server, view] of views) if (!watched.has(server)) watched.set(server, watchServer(view, deps));
  };
  const lookOnce = async (): Promise<void> => {
    lookedAt = clock.now();
    sync();
    if (watched.size === 0) return;
    const gpus = await gpu.read(end.signal).catch(() => []);
    await Promise.all([...watched.values()].map((one) => quietly(one.look(gpus, requests.of(one.server), end.signal))));
  };
  /** What cannot be told now may be told the next time. */
  const quietly = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => {
      if (!isCancelled(error, end.signal)) log.warn(`a server's figures could not be read: ${String(error)}`);
    });
  const goOn = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    while (clock.now() < until && !end.signal.aborted) {
      look = lookOnce();
      await look;
      await clock.sleep(EVERY, end.signal).catch(() => undefined);
    }
    looking = false;
  };
  const isWatched = (): boolean => clock.now() < until;
  return {
    read: () => {
      if (!isWatched()) return new Map();
      const entries = deps.servers().flatMap((view): readonly (readonly [string, ServerMetrics])[] => {
        const one = watched.get(view.server);
        const metrics = one?.key === keyOf(view) ? one.metrics() : undefined;
        return metrics ? [[view.server, metrics]] : [];
      });
      return new Map(entries);
    },
    watch: async (signal) => {
      signal.throwIfAborted();
      until = clock.now() + LEASE;
      void goOn();
      // The first one gets figures of now, whoever comes later those of the last look.
      if (clock.now() - lookedAt < EVERY) await look;
    },
    holders: async (signal) => {
      sync();
      const titles = new Map<number, string>();
      for (const view of deps.servers()) {
        const one = watched.get(view.server);
        if (!one) continue;
        if (one.pids().length === 0) await quietly(one.find(signal));
        for (const pid of one.pids()) titles.set(pid, view.title ?? view.profile ?? view.server);
      }
      return titles;
    },
    close: () => {
      hearing.dispose();
      end.abort();
    },
  };
}

const hasProcess = ({ state, url }: Server): boolean => url !== undefined && (state === "loading" || state === "ready");
