import type { CreatedServer } from "../ports/runtime.ts";
import type { Difference, LoadProgress, ReadBack, SwitchParts } from "../protocol/serving.ts";
import { fault, reasonOf } from "../util/faults.ts";
import { type Millis, millis } from "../util/ids.ts";
import { awaitReady } from "./await-ready.ts";
import type { ServingDeps } from "./deps.ts";
import type { Group } from "./group.ts";
import { type LoadWatch, pathHere } from "./loaded.ts";
import type { Beside } from "./offers.ts";
import type { PortBook } from "./ports.ts";
import type { Prepared, Wanted } from "./prepare.ts";
import { readBack } from "./read-back.ts";
import type { Run } from "./run.ts";
import type { SwitchJournal } from "./switch-journal.ts";

/** What the acts share. */
export interface Acts {
  readonly deps: ServingDeps;
  readonly journal: SwitchJournal;
  /** The controller lets go: nothing is put in order any more, the next start does it from the journal. */
  readonly closing: AbortSignal;
  readonly ports: PortBook;
  /** What a server left that has ended is taken away, once the group's turn is over. Does not reject. */
  readonly clear: (group: Group, run: Run) => void;
  /** What runs beside a group. */
  readonly beside: (group: string) => readonly Beside[];
  /** Starts a server again that crashed, in a turn of its own. */
  readonly again: (group: Group, wanted: Wanted) => Promise<void>;
  /** Ends a server that nobody used for so long. */
  readonly unload: (group: Group) => Promise<void>;
}

export type Up =
  | {
      readonly kind: "ready";
      readonly run: Run;
      readonly got: ReadBack | undefined;
      readonly differences: readonly Difference[];
      readonly took: Millis;
    }
  | { readonly kind: "failed"; readonly error: unknown; readonly logTail: readonly string[] };

export type Parts = { -readonly [Part in keyof SwitchParts]: SwitchParts[Part] };

/**
 * Starts a server and waits until it is healthy. @param made where it was made already. Nothing of it is left where it fails or the signal is aborted, unless
 * the controller itself closes. Rejects with the signal's reason alone.
 */
export async function bringUp(
  acts: Acts,
  group: Group,
  prepared: Prepared,
  made: CreatedServer | undefined,
  parts: Parts,
  signal: AbortSignal,
): Promise<Up> {
  const { clock } = acts.deps;
  const { profile, runtime, spec } = prepared;
  group.say(`--- Switching to ${profile.name} ---`);
  const { id, name: title, router } = profile;
  group.move({ kind: "starting", subject: { profile: id, title, runtime: runtime.kind, router } });
  const began = clock.now();
  const onLoaded = acts.deps.loads?.starting(acts.closing);
  let run: Run | undefined;
  try {
    const created = made ?? (await runtime.create(spec, signal));
    parts.create = Math.round(created.create);
    const { server, start } = await created.start(signal);
    parts.start = Math.round(start);
    run = group.attach(server, "start");
    acts.ports.keep(group.name, server.port);
    signal.throwIfAborted();
    const up = await untilReady(acts, group, run, began, parts, signal);
    if (onLoaded) void tellLoaded(acts, prepared, up, onLoaded);
    return up;
  } catch (error) {
    if (run && !acts.closing.aborted) await endRun(acts, group, run);
    signal.throwIfAborted();
    return { kind: "failed", error, logTail: run?.logTail().slice(-40) ?? [] };
  }
}

/** Nobody waits for it, and it does not reject. */
async function tellLoaded(
  { deps, closing }: Acts,
  { profile, overrides }: Prepared,
  { run, got }: Extract<Up, { kind: "ready" }>,
  onLoaded: ReturnType<LoadWatch["starting"]>,
): Promise<void> {
  const { server, asked } = run;
  const modelPath = pathHere(profile.modelPath, asked.modelPath);
  const model = asked.router === undefined ? undefined : asked.profile;
  const loadLines = (): readonly string[] => run.loadLines();
  try {
    const { url, host } = server;
    await onLoaded({ profile, overrides, modelPath, url, host, model, got, loadLines }, closing);
  } catch (error) {
    if (!closing.aborted) deps.log.warn(`nothing is learned from the load of ${profile.id}: ${reasonOf(error)}`);
  }
}

/** The same for a server that runs already. Rejects with why it will not be ready, or the signal's reason. */
export async function untilReady(
  acts: Acts,
  group: Group,
  run: Run,
  began: Millis,
  parts: Parts,
  signal: AbortSignal,
): Promise<Extract<Up, { kind: "ready" }>> {
  const { clock } = acts.deps;
  const { subject } = run;
  group.move({ kind: "loading", subject });
  const loading = clock.now();
  const lastLoad = await acts.journal.lastLoad(subject.profile).catch(() => undefined);
  const onProgress = (progress: LoadProgress): void => {
    if (group.state().kind === "loading") group.move({ kind: "loading", subject, progress });
  };
  const problem = await awaitReady(run, acts.deps, lastLoad, onProgress, signal);
  if (problem) throw fault(problem);
  parts.ready = Math.round(clock.now() - loading);
  const took = millis(clock.now() - began);
  const reading = clock.now();
  const { got, differences } = await readBack(run, acts.deps, signal);
  parts.readBack = Math.round(clock.now() - reading);
  return { kind: "ready", run, got, differences, took };
}

/** Ends it, verifiably; what is left of it goes meanwhile. One that does not stop stays the group's, so that the next act tries again. */
export async function endRun(acts: Acts, group: Group, run: Run): Promise<void> {
  const { clock, log, settings } = acts.deps;
  const { kind } = group.state();
  if (kind === "loading" || kind === "ready" || kind === "failed")
    group.move({ kind: "stopping", subject: run.subject });
  await acts.deps.beforeStop?.(group.name).catch((error: unknown) => log.warn(reasonOf(error)));
  await run.server.end(settings().serving.stopGrace, acts.closing);
  // The last words belong above the next separator; whoever has none left is not waited for.
  await Promise.race([run.logComplete(), clock.sleep(millis(150), acts.closing).catch(() => undefined)]);
  run.close();
  acts.clear(group, run);
  if (group.run === run) group.run = undefined;
  log.info(`${run.subject.profile} has stopped`);
}
