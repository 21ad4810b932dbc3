import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunningServer, ServerExit } from "../ports/runtime.ts";
import { type Bytes, bytes } from "../util/ids.ts";
import { groupOf, ownMemory, residentMemory, startMark } from "./process-identity.ts";
import { followFile } from "./process-log.ts";
import type { ProcessRecord, ProcessRecords } from "./process-records.ts";

/**
 * A server by its record.
 * @param exit of a child of ours; one that an earlier run started is watched by its number and mark
 * @param fence asked right before each deed
 */
export function processServer(
  record: ProcessRecord,
  running: boolean,
  records: ProcessRecords,
  exit: Promise<ServerExit> | undefined,
  fence: () => void = () => undefined,
): RunningServer {
  const { pid, mark } = record;
  const alive = async (): Promise<boolean> => (await startMark(pid)) === mark;
  const exited = (signal: AbortSignal): Promise<ServerExit> =>
    exit ? unlessAborted(exit, signal) : goneAt(alive, signal);
  const end = async (grace: number, signal: AbortSignal): Promise<void> => {
    if (!(await alive())) return;
    fence();
    tell(pid, "SIGTERM");
    const overdue = AbortSignal.timeout(grace);
    try {
      await exited(AbortSignal.any([signal, overdue]));
    } catch (error) {
      signal.throwIfAborted();
      if (!overdue.aborted) throw error;
    }
    fence();
    // What the server started itself goes with it, so the group is told even where the server is gone.
    tell(pid, "SIGKILL");
    await goneAt(alive, signal);
  };
  return {
    id: record.id,
    kind: "process",
    url: `http://127.0.0.1:${record.port}`,
    port: record.port,
    labels: record.labels,
    startedAt: record.startedAt,
    running,
    exited,
    end,
    stop: async (grace, signal) => {
      await end(grace, signal);
      fence();
      await records.remove(record.id);
      // What it said is in the log of its group; whoever still reads the file reads it to its end.
      if (path.basename(record.log) === `${record.id}.log`) await rm(record.log, { force: true });
    },
    follow: async (from, onLines, signal) => {
      const done = new AbortController();
      try {
        const ended = exited(AbortSignal.any([signal, done.signal]));
        ended.catch(() => undefined);
        await followFile(record.log, from, onLines, ended, signal);
      } finally {
        done.abort();
      }
    },
    memory: async (signal) => {
      signal.throwIfAborted();
      if (!(await alive())) return undefined;
      // A router's models are in processes of its own.
      return record.labels["router"] === undefined ? residentMemory(pid) : sumOf(await groupOf(pid), residentMemory);
    },
    releases: async (signal) => {
      signal.throwIfAborted();
      return (await alive()) ? sumOf(await groupOf(pid), ownMemory) : undefined;
    },
    processes: async (signal) => {
      signal.throwIfAborted();
      return (await alive()) ? groupOf(pid) : [];
    },
  };
}

async function sumOf(
  pids: readonly number[],
  memoryOf: (pid: number) => Promise<Bytes | undefined>,
): Promise<Bytes | undefined> {
  const each = await Promise.all(pids.map(memoryOf));
  const known = each.filter((one) => one !== undefined);
  return known.length === 0 ? undefined : bytes(known.reduce((all, one) => all + one, 0));
}

async function goneAt(alive: () => Promise<boolean>, signal: AbortSignal): Promise<ServerExit> {
  for (let delay = 20; await alive(); delay = Math.min(delay * 2, 500)) await sleep(delay, undefined, { signal });
  return { code: null, oomKilled: undefined };
}

/** The whole group of the process, as it was started at the head of its own. */
function tell(pid: number, name: "SIGTERM" | "SIGKILL"): void {
  if (process.platform === "win32") {
    execFile("taskkill", ["/PID", String(pid), "/T", "/F"], { windowsHide: true }, () => undefined);
    return;
  }
  try {
    process.kill(-pid, name);
  } catch {
    // Gone already.
  }
}

const unlessAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
