import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Container } from "dockerode";
import type { RunningServer, ServerExit } from "../ports/runtime.ts";
import { bytes } from "../util/ids.ts";
import { reaching, statusOf } from "./docker-fault.ts";
import { followContainer } from "./docker-log.ts";
import { fieldOf as field } from "./field-of.ts";

export interface ContainerFacts {
  readonly id: string;
  readonly port: number;
  readonly url: string;
  /** The machine it runs on; undefined: this one. */
  readonly host: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly startedAt: number;
  readonly running: boolean;
}

/** @param engine its address. @param fence asked right before each deed */
export function dockerServer(
  container: Container,
  facts: ContainerFacts,
  engine: string,
  fence: () => void,
): RunningServer {
  const end = (grace: number, signal: AbortSignal): Promise<void> =>
    reaching(engine, signal, endContainer(container, grace, fence, signal));
  return {
    ...facts,
    kind: "container",
    end,
    stop: async (grace, signal) => {
      await end(grace, signal);
      fence();
      await reaching(engine, signal, unlessGone(container.remove({ force: true, v: true })));
      // A removal may still be under way when another one asked for it.
      for (let delay = 10; (await stateOf(container)) !== undefined; delay = Math.min(delay * 2, 250)) {
        await sleep(delay, undefined, { signal });
      }
    },
    exited: (signal) => exitOf(container, signal),
    follow: (from, onLines, signal) => followContainer(container, from, onLines, signal),
    memory: async (signal) => {
      signal.throwIfAborted();
      const stats: unknown = await container.stats({ stream: false, "one-shot": true }).catch(() => undefined);
      return residentOf(stats);
    },
    releases: async (signal) => {
      signal.throwIfAborted();
      const stats: unknown = await container.stats({ stream: false, "one-shot": true }).catch(() => undefined);
      return ownOf(stats);
    },
    cpuSeconds: async (signal) => {
      signal.throwIfAborted();
      const stats: unknown = await container.stats({ stream: false, "one-shot": true }).catch(() => undefined);
      const used = field(field(field(stats, "cpu_stats"), "cpu_usage"), "total_usage");
      return typeof used === "number" ? used / 1e9 : undefined;
    },
    processes: async (signal) => {
      signal.throwIfAborted();
      // Elsewhere, and in a virtual machine, the same numbers are other processes'.
      if (facts.host !== undefined || process.platform !== "linux") return [];
      const top: unknown = await container.top({ ps_args: "-o pid" }).catch(() => undefined);
      const rows = field(top, "Processes");
      const told = Array.isArray(rows) ? rows.flatMap((row) => pidOf(row)) : [];
      const isOurs = await Promise.all(told.map((pid) => isIn(facts.id, pid)));
      return told.filter((_, index) => isOurs[index] === true);
    },
  };
}

async function endContainer(
  container: Container,
  grace: number,
  fence: () => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  fence();
  // The engine ends it itself after the grace, which it counts in whole seconds.
  await unlessGone(container.stop({ t: Math.ceil(grace / 1000), abortSignal: signal }));
  for (let delay = 10; (await stateOf(container))?.running === true; delay = Math.min(delay * 2, 250))
    await sleep(delay, undefined, { signal });
}

/** An engine in a virtual machine counts otherwise: its numbers are this machine's other processes. */
const isIn = async (id: string, pid: number): Promise<boolean> =>
  (await readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => "")).includes(id);

/** Of a row of `ps -o pid`. */
function pidOf(row: unknown): readonly number[] {
  const pid = Number(Array.isArray(row) ? row[0] : undefined);
  return Number.isInteger(pid) ? [pid] : [];
}

interface ContainerState {
  readonly running: boolean;
  readonly code: number;
  readonly oomKilled: boolean;
}

/** undefined: there is no such container. */
async function stateOf(container: Container): Promise<ContainerState | undefined> {
  try {
    const { State } = await container.inspect();
    return { running: State.Running, code: State.ExitCode, oomKilled: State.OOMKilled };
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function exitOf(container: Container, signal: AbortSignal): Promise<ServerExit> {
  for (;;) {
    signal.throwIfAborted();
    let code: number | null = null;
    try {
      code = exitCode(await waited(container, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (statusOf(error) === 404) return { code: null, oomKilled: undefined };
      // The engine went away in the middle; what became of the container is known when it is back.
      await sleep(1000, undefined, { signal });
    }
    try {
      const state = await stateOf(container);
      if (!state) return { code, oomKilled: undefined };
      if (!state.running) return { code: state.code, oomKilled: state.oomKilled };
    } catch {
      await sleep(1000, undefined, { signal });
    }
  }
}

/** Read here: the library never tells of an answer that has begun, and breaks off with its engine. */
async function waited(container: Container, signal: AbortSignal): Promise<unknown> {
  const answer = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    const asked = {
      path: `/containers/${container.id}/wait`,
      method: "POST",
      isStream: true,
      abortSignal: signal,
      statusCodes: { 200: true },
    };
    container.modem.dial(asked, (error: unknown, stream: NodeJS.ReadableStream) =>
      error ? reject(error) : resolve(stream),
    );
  });
  return JSON.parse(await text(answer));
}

const exitCode = (answer: unknown): number | null =>
  typeof answer === "object" && answer !== null && "StatusCode" in answer && typeof answer.StatusCode === "number"
    ? answer.StatusCode
    : null;

/** 404: it is gone; 304: it is stopped already; 409: its removal is under way. */
async function unlessGone(doing: Promise<unknown>): Promise<void> {
  try {
    await doing;
  } catch (error) {
    if (![304, 404, 409].includes(statusOf(error) ?? 0)) throw error;
  }
}

/** Anonymous and mapped pages by cgroup v1's names, else by v2's. */
function residentOf(stats: unknown): ReturnType<typeof bytes> | undefined {
  const detail = field(field(stats, "memory_stats"), "stats");
  const anonymous = field(detail, "total_rss") ?? field(detail, "rss") ?? field(detail, "anon");
  const mapped = field(detail, "total_mapped_file") ?? field(detail, "mapped_file") ?? field(detail, "file_mapped");
  return typeof anonymous === "number" ? bytes(anonymous + (typeof mapped === "number" ? mapped : 0)) : undefined;
}

/** Without mapped files, but for those that are locked. */
function ownOf(stats: unknown): ReturnType<typeof bytes> | undefined {
  const detail = field(field(stats, "memory_stats"), "stats");
  const of = (...names: readonly string[]): number | undefined =>
    names.map((name) => field(detail, name)).find((value) => typeof value === "number");
  const anonymous = of("total_rss", "rss", "anon");
  if (anonymous === undefined) return undefined;
  const locked = Math.min(of("total_unevictable", "unevictable") ?? 0, of("total_mapped_file", "file_mapped") ?? 0);
  return bytes(anonymous + (of("total_shmem", "shmem") ?? 0) + locked);
}
