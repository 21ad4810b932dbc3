import type { Clock } from "../../ports/clock.ts";
import type { RunningServer, ServerExit } from "../../ports/runtime.ts";
import type { ServerHttp } from "../../ports/server-http.ts";
import { type Millis, millis } from "../../util/ids.ts";
import { STOP_TIMEOUT } from "./preset.ts";
import { type RoutedState, isUp, readEvent, readModels } from "./router-answers.ts";

export interface RouterDeps {
  readonly http: Pick<ServerHttp, "get" | "post" | "lines">;
  readonly clock: Pick<Clock, "now" | "sleep">;
  /** How many processes this machine's system has ended for want of memory; undefined where it does not tell. */
  readonly oomKills?: (() => number | undefined) | undefined;
}

/** One load of one model of a router. */
export interface Load {
  readonly model: string;
  /** Of the process the router started for it: another load has another one. 0: nobody could tell, and any is it. */
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Processes the router had before it, which are not the model's. */
  readonly before: ReadonlySet<number>;
}

const ANSWER = millis(2000);
const LOOK = millis(25);
/** The router needs a moment more than it gives the model. */
const PATIENCE = millis(STOP_TIMEOUT * 1000 + 2000);
const SELDOM = millis(1000);

/** A model in a router as a server: to end it is to unload it, and the router stays up. */
export function routedModel(
  host: RunningServer,
  { model, port, labels, before }: Load,
  deps: RouterDeps,
): RunningServer {
  const { http, clock } = deps;
  let share: number | undefined;
  /** `model`: it is unloaded; `host`: the router went with it, or before it. */
  let ended: "model" | "host" | undefined;

  /** `gone` too where the router has loaded it anew since; undefined where it does not answer. */
  const look = async (signal: AbortSignal): Promise<"up" | { readonly gone: RoutedState | undefined } | undefined> => {
    const models = readModels(await http.get(`${host.url}/models`, ANSWER, signal));
    if (!models) return undefined;
    const own = models.find((one) => one.model === model);
    return own && isUp(own) && (port === 0 || own.port === port) ? "up" : { gone: own };
  };
  /** Told by the router, and asked whenever it has nothing to tell. */
  const unloaded = async (signal: AbortSignal): Promise<ServerExit> => {
    const kills = deps.oomKills?.();
    for (;;) {
      signal.throwIfAborted();
      const told = new AbortController();
      let found: Awaited<ReturnType<typeof look>>;
      const ask = async (): Promise<void> => {
        found = (await look(signal)) ?? found;
        if (typeof found === "object") told.abort();
      };
      const asking: Promise<void>[] = [];
      // Given up on the way, it is told by the signal.
      const askBeside = (): void => void asking.push(ask().catch(() => undefined));
      const onLine = (line: string): void => {
        const event = readEvent(line);
        if (event?.model !== model) return;
        share = event.share ?? share;
        if (!isUp(event)) askBeside();
      };
      // When it opens too: what happened before nobody tells of.
      await http
        .lines(`${host.url}/models/sse`, askBeside, onLine, AbortSignal.any([signal, told.signal]))
        .catch(() => {
          signal.throwIfAborted();
        });
      await Promise.all(asking);
      if (typeof found !== "object") await ask();
      if (typeof found === "object")
        return { code: found.gone?.exitCode ?? null, oomKilled: await oomKilled(host, kills, deps, signal) };
      await clock.sleep(SELDOM, signal);
    }
  };
  const end = async (grace: Millis, signal: AbortSignal): Promise<void> => {
    if (ended) return;
    const until = clock.now() + Math.max(grace, PATIENCE);
    let state = await look(signal);
    if (state === "up") await http.post(`${host.url}/models/unload`, { model }, ANSWER, signal);
    while (state === "up" && clock.now() < until) {
      await clock.sleep(LOOK, signal);
      state = await look(signal);
    }
    // One that does not let go of it, or says nothing any more, goes with it.
    if (typeof state !== "object") await host.end(state === "up" ? millis(0) : grace, signal);
    ended = typeof state === "object" ? "model" : "host";
  };
  /** Whoever takes away later what it left asks nobody: by then the router may have another, or be another. */
  const by =
    (which: "model" | "host") =>
    (exit: ServerExit): ServerExit => {
      ended ??= which;
      return exit;
    };
  return {
    ...host,
    id: `${host.id}/${model}:${port}`,
    labels,
    loaded: () => share,
    end,
    stop: async (grace, signal) => {
      const state = ended === undefined ? await look(signal) : undefined;
      // What ended by itself, or was ended, has left nothing; whatever is left of the router goes.
      if (ended === "model" || typeof state === "object") return;
      if (state === "up") await end(grace, signal);
      await host.stop(grace, signal);
    },
    exited: async (signal) => {
      const over = new AbortController();
      const inner = AbortSignal.any([signal, over.signal]);
      try {
        return await Promise.race([host.exited(inner).then(by("host")), unloaded(inner).then(by("model"))]);
      } finally {
        over.abort();
      }
    },
    follow: async (from, onLines, signal) => {
      const done = new AbortController();
      const lines = linesOf(model, port, () => done.abort());
      const tell = (all: readonly string[]): void => {
        const own = all.flatMap((line) => lines(line) ?? []);
        if (own.length > 0) onLines(own);
      };
      await host.follow(from, tell, AbortSignal.any([signal, done.signal])).catch((error: unknown) => {
        if (!done.signal.aborted) throw error;
      });
    },
    processes: async (signal) => (await host.processes(signal)).filter((pid) => !before.has(pid)),
  };
}

/**
 * The router tells no signal. Where the system has ended nobody since, it was not for want of memory; where it has, it may
 * have been another. Of another kernel's processes, as on another machine, it says nothing.
 */
async function oomKilled(
  host: Pick<RunningServer, "processes">,
  before: number | undefined,
  { oomKills }: RouterDeps,
  signal: AbortSignal,
): Promise<false | undefined> {
  if (before === undefined || oomKills?.() !== before) return undefined;
  return (await host.processes(signal)).length > 0 ? false : undefined;
}

/** The router puts a process's port before each of its lines, and says when it has ended. */
function linesOf(model: string, port: number, onEnd: () => void): (line: string) => string | undefined {
  const prefix = `[${port}] `;
  let begun = false;
  return (line) => {
    if (line.startsWith(prefix) || line === prefix.trimEnd()) {
      begun = true;
      return line.slice(prefix.length);
    }
    // Of an earlier load of it, as long as nothing of this one was seen.
    if (begun && line.includes(`instance name=${model} exited`)) onEnd();
    return undefined;
  };
}
