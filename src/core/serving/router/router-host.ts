import type { Files } from "../../ports/files.ts";
import type { RunningServer, ServerExit } from "../../ports/runtime.ts";
import { type Fault, fault } from "../../util/faults.ts";
import { type Millis, millis, seconds } from "../../util/ids.ts";
import { askedOf } from "../backend.ts";
import { backendOf } from "../backends.ts";
import { PRESETS_FILE, type RoutedSpec, placeOf } from "./host-spec.ts";
import { STOP_TIMEOUT_KEY, presetsText } from "./preset.ts";
import { type RouterDeps, routedModel } from "./routed-model.ts";
import { isUp, readModels, refusalOf } from "./router-answers.ts";

export interface HostDeps extends RouterDeps {
  readonly files: Pick<Files, "replace">;
  /** Absolute: of all routers of this data folder. */
  readonly folder: string;
}

const ANSWER = millis(5000);
const UP_WITHIN = seconds(120);
/** The router itself ends one that does not end after two seconds; on a machine that does much else that takes longer. */
const UNLOADED = seconds(20);
const LOOK = millis(25);
/** Of what must not be given up half-way. */
const never = new AbortController().signal;

/** What the router is to know of, for its start or for `loadInto`. */
export const writePresets = ({ files, folder }: HostDeps, { group, router, labels }: RoutedSpec): Promise<void> =>
  files.replace(
    `${placeOf(folder, group, router.name)}/${PRESETS_FILE}`,
    presetsText(router.model, router.preset, labels),
  );

/** Resolves once the router answers. @throws FaultError why it will not */
export async function untilUp(
  host: RunningServer,
  spec: RoutedSpec,
  deps: HostDeps,
  signal: AbortSignal,
): Promise<void> {
  const { http, clock } = deps;
  const until = clock.now() + UP_WITHIN;
  const over = new AbortController();
  const inner = AbortSignal.any([signal, over.signal]);
  let exit: ServerExit | undefined;
  host.exited(inner).then(
    (ended) => (exit = ended),
    () => undefined,
  );
  try {
    for (;;) {
      const answer = await http.get(`${host.url}/models`, ANSWER, signal);
      if (exit) throw fault(await exitOf(host, exit, spec, signal));
      if (readModels(answer)) return;
      // A build from before routers takes the flags for nothing, and waits for a model.
      if (clock.now() > until)
        throw fault({ code: "unhealthy", server: spec.router.name, waited: UP_WITHIN, logTail: [] });
      await clock.sleep(LOOK, signal);
    }
  } finally {
    over.abort();
  }
}

async function exitOf(host: RunningServer, exit: ServerExit, spec: RoutedSpec, signal: AbortSignal): Promise<Fault> {
  const log: string[] = [];
  await host.follow("start", (lines) => void log.push(...lines), signal);
  const asked = askedOf(spec.labels);
  return presetFault(log.join("\n"), asked.title) ?? backendOf(asked.backend).explainExit(exit, log, asked);
}

function presetFault(said: string, server: string): Fault | undefined {
  const key = /option '([^']+)' not recognized in preset/.exec(said)?.[1];
  if (key === undefined) return undefined;
  if (key !== STOP_TIMEOUT_KEY) return { code: "flagUnknown", flag: `${key.length > 3 ? "--" : "-"}${key}` };
  const reason = "this llama-server is too old to be a router: a newer one, or a profile without router, will do";
  return { code: "serverExited", server, exitCode: null, reason, logTail: [] };
}

/**
 * Has the router read its presets again, and load the one model of them; what it had is unloaded before.
 * @param fresh it has read them just now
 * @returns undefined where it does not know the model even so: a build that reads presets only at its start
 * @throws FaultError why it does not take it; nothing of the model is left then
 */
export async function loadInto(
  host: RunningServer,
  spec: RoutedSpec,
  fresh: boolean,
  deps: HostDeps,
  signal: AbortSignal,
): Promise<RunningServer | undefined> {
  const { http } = deps;
  const { model } = spec.router;
  const title = askedOf(spec.labels).title;
  const before = new Set(await host.processes(signal).catch(() => []));
  await unloadAll(host, deps, signal);
  if (!fresh) {
    await writePresets(deps, spec);
    const read = await http.get(`${host.url}/models?reload=1`, ANSWER, signal);
    const problem = presetFault(refusalOf(read), title);
    if (problem) throw fault(problem);
    if (!readModels(read)?.some((one) => one.model === model)) return undefined;
  }
  signal.throwIfAborted();
  const loaded = await http.post(`${host.url}/models/load`, { model }, ANSWER, never);
  if (loaded.kind === "silent" || loaded.status !== 200) {
    // It may load all the same; one that cannot be told to let go of it is ended.
    if (loaded.kind === "silent")
      await routedModel(host, { model, port: 0, labels: spec.labels, before }, deps).end(ANSWER, never);
    const reason = refusalOf(loaded);
    throw fault({ code: "serverExited", server: title, exitCode: null, reason, logTail: [] });
  }
  const port = readModels(await http.get(`${host.url}/models`, ANSWER, never))?.find(
    (one) => one.model === model,
  )?.port;
  const server = routedModel(host, { model, port: port ?? 0, labels: spec.labels, before }, deps);
  if (!signal.aborted) return server;
  await server.end(ANSWER, never);
  throw signal.reason;
}

/** With `--models-max 1` it would do so by itself, and refuse where the other one is loading still. */
async function unloadAll(host: RunningServer, { http, clock }: HostDeps, signal: AbortSignal): Promise<void> {
  const until: Millis = millis(clock.now() + UNLOADED);
  for (const asked = new Set<string>(); ; await clock.sleep(LOOK, signal)) {
    const up = readModels(await http.get(`${host.url}/models`, ANSWER, signal))?.filter(isUp) ?? [];
    if (up.length === 0) return;
    for (const { model } of up) {
      if (!asked.has(model)) await http.post(`${host.url}/models/unload`, { model }, ANSWER, signal);
      asked.add(model);
    }
    if (clock.now() > until)
      throw fault({ code: "busy", what: askedOf(host.labels).router ?? "", with: up.map(({ model }) => model).join() });
  }
}
