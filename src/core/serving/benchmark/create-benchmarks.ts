import { type ScanTasks, createScanTasks } from "../../maintenance/scan-tasks.ts";
import type { Random } from "../../ports/random.ts";
import type { RunningServer } from "../../ports/runtime.ts";
import type { BenchmarkResult } from "../../protocol/profiles.ts";
import type { TaskSource } from "../../tasks/board.ts";
import { fault, isCancelled } from "../../util/faults.ts";
import type { ServingController } from "../controller.ts";
import type { ServingDeps } from "../deps.ts";
import type { ProfileDesk } from "../desk/profile-desk.ts";
import type { BenchmarkBook } from "./benchmark-book.ts";
import { measure, speedNote } from "./measure.ts";

export interface Benchmarks {
  /**
   * Serves the profile where it is not served, measures it, and serves again what was served before.
   * @param fillSpeed writes the figures to the profile's SPEED
   * @returns the task's id, once it is under way. @throws FaultError `notFound`, `configInvalid`, `busy`
   */
  start(profile: string, fillSpeed: boolean, signal: AbortSignal): Promise<string>;
  readonly tasks: TaskSource;
  /** What is under way is given up. */
  close(): Promise<void>;
}

interface Deps extends ServingDeps {
  readonly random: Random;
  readonly serving: Pick<ServingController, "switchTo" | "status" | "stop">;
  readonly benchmarks: BenchmarkBook;
  readonly desk: Pick<ProfileDesk, "save">;
}

export function createBenchmarks(deps: Deps): Benchmarks {
  const { serving, profiles, benchmarks, desk, clock } = deps;
  const tasks: ScanTasks = createScanTasks(deps, "benchmark");
  const closing = new AbortController();
  let current: Promise<unknown> = Promise.resolve();
  let isBusy = false;

  const run = async (
    id: string,
    fillSpeed: boolean,
    onDone: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<void> => {
    const profile = await profiles.find(id, signal);
    const before = serving.status().servers.find(({ group, state }) => group === profile.group && state === "ready");
    const isServed = before?.profile === profile.id && before.url !== undefined;
    try {
      const url = isServed ? before.url : await serveIt(serving, profile.id, signal);
      const model = profile.router === undefined ? undefined : profile.id;
      const speeds = await measure({ url, title: profile.name, model }, deps.http, onDone, signal);
      const server = await serverOf(deps, profile.id, signal);
      const memoryBytes = await server?.memory(signal);
      const result: BenchmarkResult = {
        at: new Date(clock.wall()).toISOString(),
        build: (server && (await buildOf(deps, server, profile, signal))) ?? "",
        ...speeds,
        ...(memoryBytes === undefined ? {} : { memoryBytes }),
      };
      await benchmarks.keep(profile.id, result);
      if (fillSpeed) await desk.save(profile.id, { speed: speedNote(speeds) }, signal);
    } finally {
      if (!isServed && !closing.signal.aborted) await putBack(deps, before?.profile, profile.group, closing.signal);
    }
  };

  return {
    start: async (id, fillSpeed, signal) => {
      const profile = await profiles.find(id, signal);
      if (isBusy) throw fault({ code: "busy", what: profile.name, with: "another benchmark" });
      isBusy = true;
      const started = Promise.withResolvers<string>();
      current = tasks
        .run(
          profile.name,
          (tell, given) => run(profile.id, fillSpeed, (done, total) => tell({ done, total, unit: "entries" }), given),
          closing.signal,
          started.resolve,
        )
        .catch((error: unknown) => {
          // The task says why.
          if (!isCancelled(error, closing.signal)) deps.log.warn(`the benchmark of ${profile.id} ended early`);
        })
        .finally(() => (isBusy = false));
      return started.promise;
    },
    tasks,
    close: async () => {
      closing.abort();
      await current;
      tasks.dispose();
    },
  };
}

async function serveIt(serving: Deps["serving"], profile: string, signal: AbortSignal): Promise<string> {
  const { outcome, url, reason } = await serving.switchTo({ profile, onBusy: "fail" }, signal);
  signal.throwIfAborted();
  if (outcome === "ready" && url !== undefined) return url;
  const words = reason?.message ?? outcome;
  throw fault({ code: "serverExited", server: profile, exitCode: null, reason: words, logTail: [] });
}

/** What was served before is served again; where nothing was, nothing is. */
async function putBack(
  { serving, log }: Deps,
  before: string | undefined,
  group: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (before === undefined) await serving.stop(group, signal);
    else await serving.switchTo({ profile: before, onBusy: "fail" }, signal);
  } catch (error) {
    if (!isCancelled(error, signal)) log.error("what was served before the benchmark could not be served again", error);
  }
}

async function serverOf(
  { containers, processes }: Deps,
  profile: string,
  signal: AbortSignal,
): Promise<RunningServer | undefined> {
  const all = [...(await processes.list(signal)), ...(await containers.list(signal))];
  return all.find(({ labels, running }) => running && labels["profile"] === profile);
}

function buildOf(
  { containers, processes, settings }: Deps,
  { kind }: RunningServer,
  profile: { readonly backend: string; readonly image?: string | undefined; readonly binary?: string | undefined },
  signal: AbortSignal,
): Promise<string | undefined> {
  const named = settings().backends[profile.backend];
  return kind === "container"
    ? containers.build(profile.image ?? named?.image ?? "", signal)
    : processes.build(profile.binary ?? named?.binary ?? "", signal);
}
