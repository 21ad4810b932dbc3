import type { Runtime, RunningServer } from "../../ports/runtime.ts";
import type { Clock } from "../../ports/clock.ts";
import type { GpuFacts } from "../../ports/gpu.ts";
import type { ProcessTimes } from "../../ports/process-times.ts";
import type { ServerHttp } from "../../ports/server-http.ts";
import type { Server, ServerMetrics } from "../../protocol/serving.ts";
import { millis } from "../../util/ids.ts";
import { pathFor } from "../backend.ts";
import { createHistory } from "./history.ts";
import { parsePrometheus } from "./prometheus.ts";
import { type Rates, ratesBetween, ratesSoFar } from "./rates.ts";
import { type ServerFigures, readFigures } from "./server-figures.ts";

export interface MetricsDeps {
  readonly clock: Pick<Clock, "now" | "wall" | "sleep">;
  readonly http: Pick<ServerHttp, "get" | "text">;
  readonly times: ProcessTimes;
  readonly gpu: { read(signal: AbortSignal): Promise<readonly GpuFacts[]> };
  readonly containers: Pick<Runtime, "list">;
  readonly processes: Pick<Runtime, "list">;
}

/** One start of one server, looked at again and again. */
export interface WatchedServer {
  readonly server: string;
  readonly key: string;
  readonly pids: () => readonly number[];
  /** Who it is, without asking what it does. */
  find(signal: AbortSignal): Promise<void>;
  /** @param counted requests so far by its log, where it does not tell itself */
  look(gpus: readonly GpuFacts[], counted: number | undefined, signal: AbortSignal): Promise<void>;
  /** undefined before it was looked at. */
  metrics(): ServerMetrics | undefined;
}

const PATIENCE = millis(1500);
/** A start that was seen before its processes were there is looked up again after so many looks. */
const FIND_EVERY = 5;

/** Names one start: another one has another address or began at another time. */
export const keyOf = ({ server, url, profile, state, since }: Server): string =>
  JSON.stringify([server, url, profile, state, since]);

export function watchServer(view: Server, deps: MetricsDeps): WatchedServer {
  const { clock, http, times } = deps;
  const history = createHistory();
  let running: RunningServer | undefined;
  let pids: readonly number[] = [];
  let looks = 0;
  let last: { readonly at: number; readonly figures: ServerFigures; readonly cpu: number | undefined } | undefined;
  let shown: Rates = {};
  let metrics: ServerMetrics | undefined;

  const find = async (signal: AbortSignal): Promise<void> => {
    const runtime = view.runtime === "container" ? deps.containers : deps.processes;
    running ??= (await runtime.list(signal)).find((one) => one.running && one.url === view.url);
    pids = (await running?.processes(signal)) ?? [];
  };
  const ask = async (signal: AbortSignal): Promise<ServerFigures> => {
    // One that loads answers nothing of this; one without an address is not there yet.
    if (view.state !== "ready" || view.url === undefined) return readFigures(new Map(), undefined);
    const [text, slots] = await Promise.all([
      http.text(view.url + pathFor("/metrics", view), PATIENCE, signal),
      http.get(view.url + pathFor("/slots", view), PATIENCE, signal),
    ]);
    return readFigures(parsePrometheus(text ?? ""), slots.kind === "answer" ? slots.body : undefined);
  };
  return {
    server: view.server,
    key: keyOf(view),
    pids: () => pids,
    find,
    metrics: () => metrics && { ...metrics, history: history.read(clock.now()) },
    look: async (gpus, counted, signal) => {
      if (looks % FIND_EVERY === 0) await find(signal);
      looks += 1;
      const [figures, memory, cpu] = await Promise.all([
        ask(signal),
        running?.memory(signal),
        pids.length > 0 ? times.cpuSeconds(pids, signal) : running?.cpuSeconds?.(signal),
      ]);
      const at = clock.now();
      const passed = last ? (at - last.at) / 1000 : 0;
      const rates = last ? ratesBetween(last.figures, figures, passed) : {};
      shown = last ? { ...shown, ...moved(rates) } : ratesSoFar(figures);
      const cores = last?.cpu === undefined || cpu === undefined ? undefined : (cpu - last.cpu) / passed;
      const { requests = counted, running: busy, waiting, contextUsed, contextSize } = figures;
      history.note(at, rates.generated, memory);
      metrics = {
        at: new Date(clock.wall()).toISOString(),
        ...(memory !== undefined && { memoryBytes: memory }),
        ...(cores !== undefined && cores >= 0 && { cpu: cores }),
        gpus: gpus.flatMap((gpu) => shareOf(gpu, pids)),
        ...(shown.prompt !== undefined && { promptPerSecond: shown.prompt }),
        ...(shown.generated !== undefined && { generatedPerSecond: shown.generated }),
        ...(requests !== undefined && { requests }),
        ...(busy !== undefined && { running: busy }),
        ...(waiting !== undefined && { waiting }),
        ...(contextUsed !== undefined && { contextUsed }),
        ...(contextSize !== undefined && { contextSize }),
        history: history.read(at),
      };
      last = { at, figures, cpu };
    },
  };
}

/** Only rates of requests replace those of the ones before. */
const moved = ({ prompt, generated }: Rates): Rates => ({
  ...(prompt !== undefined && prompt > 0 && { prompt }),
  ...(generated !== undefined && generated > 0 && { generated }),
});

/** A card tells one load for all who use it: it is a server's where nobody else is on it. */
function shareOf({ uuid, load, processes }: GpuFacts, pids: readonly number[]): ServerMetrics["gpus"] {
  const own = processes.filter(({ pid }) => pids.includes(pid));
  if (own.length === 0) return [];
  const memoryBytes = own.reduce((sum, { memory }) => sum + (memory ?? 0), 0);
  return [{ uuid, memoryBytes, ...(load !== undefined && own.length === processes.length && { load }) }];
}
