import type { DownloadQueue, QueueHost } from "../downloads/queue.ts";
import type { Clock } from "../ports/clock.ts";
import type { MachineMemory } from "../ports/memory.ts";
import type { Processors } from "../ports/processors.ts";
import { waitsForHost } from "../present/wait-words.ts";
import type { HostStatus, SystemStatus } from "../protocol/system.ts";
import type { Location } from "../settings.ts";
import { millis } from "../util/ids.ts";
import type { HostBook } from "./host-book.ts";

/** The machine and its connections as a whole. */
export interface System {
  /** Takes a moment, over which the load is told; disks are waited for as the queue does. */
  status(signal: AbortSignal): Promise<SystemStatus>;
}

export interface SystemParts {
  readonly clock: Pick<Clock, "sleep">;
  readonly processors: Processors;
  readonly memory: MachineMemory;
  readonly locations: readonly Location[];
  readonly downloads: Pick<DownloadQueue, "freeSpace" | "hosts">;
  readonly hosts: Pick<HostBook, "list">;
  /** Of the hubs, as a person has set them: they are named though nothing was asked of them yet. */
  readonly endpoints: readonly string[];
}

/** Shorter ones tell of single ticks of the system's own clock. */
const MOMENT = millis(250);

export const createSystem = (parts: SystemParts): System => ({
  status: async (signal) => {
    const { memory, locations, downloads } = parts;
    const [cpu, space] = await Promise.all([
      loadNow(parts, signal),
      downloads.freeSpace(locations.map(({ path }) => path)),
    ]);
    signal.throwIfAborted();
    const { total, free } = memory.read();
    return {
      cpu,
      memory: { totalBytes: total, freeBytes: free },
      locations: locations.map(({ name, path }, at) => ({
        location: name,
        path,
        ...(space[at] ?? { freeBytes: null }),
      })),
      hosts: hostsOf(parts),
    };
  },
});

async function loadNow({ clock, processors }: SystemParts, signal: AbortSignal): Promise<SystemStatus["cpu"]> {
  const before = processors.read();
  await clock.sleep(MOMENT, signal);
  const { cores, ...after } = processors.read();
  return { cores, load: loadBetween(before, after) };
}

type Times = Pick<ReturnType<Processors["read"]>, "busy" | "whole">;

/** Share of the time between, 0 to 1; null where none is told. A core that was taken away takes its times with it. */
export function loadBetween(before: Times, after: Times): number | null {
  const whole = after.whole - before.whole;
  return whole > 0 ? Math.min(1, Math.max(0, (after.busy - before.busy) / whole)) : null;
}

/** The hubs first. What the queue waits for is told as it acts by it. */
function hostsOf({ endpoints, hosts, downloads }: SystemParts): readonly HostStatus[] {
  const found = new Map<string, HostStatus>();
  const put = (host: string): HostStatus => found.get(host) ?? { host, state: null, askedAt: null };
  for (const endpoint of endpoints.filter((one) => URL.canParse(one))) {
    const { host } = new URL(endpoint);
    found.set(host, put(host));
  }
  for (const known of hosts.list()) found.set(known.host, known);
  for (const queued of downloads.hosts()) found.set(queued.host, withQueue(put(queued.host), queued));
  return [...found.values()];
}

const withQueue = (known: HostStatus, { host, askedAgain }: QueueHost): HostStatus =>
  askedAgain === undefined || known.state === "waiting"
    ? known
    : { reason: waitsForHost(host), ...known, state: "offline", until: askedAgain };
