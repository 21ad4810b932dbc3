import type { Runtime, RuntimeKind } from "../ports/runtime.ts";
import type { BackendStatus, RuntimeAvailability, ServingStatus, SwitchResult } from "../protocol/serving.ts";
import type { Settings } from "../settings.ts";
import { fault } from "../util/faults.ts";
import { backendNames } from "./backends.ts";
import { availabilityOf } from "./choose-runtime.ts";
import type { ServingController } from "./controller.ts";
import { howToGet } from "./how-to-get.ts";
import type { ProfileBook } from "./profile-book.ts";

/** What can serve here, and what is missing for it. */
export interface BackEnds {
  /** Looks anew. @param backend all of them where it is left out */
  list(backend: string | undefined, signal: AbortSignal): Promise<readonly BackendStatus[]>;
  /** Serves the profile of it that was served last. @throws FaultError `notFound` where none ever was */
  start(backend: string, signal: AbortSignal): Promise<SwitchResult>;
  /** Stops all servers of it. */
  stop(backend: string, signal: AbortSignal): Promise<ServingStatus>;
}

interface Deps {
  readonly settings: () => Settings;
  readonly containers: Runtime;
  readonly processes: Runtime;
  readonly profiles: Pick<ProfileBook, "list">;
  readonly serving: Pick<ServingController, "switchTo" | "stop" | "status" | "looked">;
  /** Ids of profiles that were served, the last one first. */
  readonly served: () => Promise<readonly string[]>;
  readonly platform: string;
}

export function createBackEnds(deps: Deps): BackEnds {
  const { profiles, serving } = deps;
  const named = (backend: string | undefined): readonly string[] => {
    if (backend === undefined) return backendNames;
    if (!backendNames.includes(backend))
      throw fault({ code: "notFound", what: "backend", name: backend, near: backendNames });
    return [backend];
  };
  return {
    list: async (backend, signal) => {
      const found = await Promise.all(named(backend).map((one) => statusOf(one, deps, signal)));
      tellNews(found, deps);
      return found;
    },
    start: async (backend, signal) => {
      const [name = backend] = named(backend);
      const all = (await profiles.list(signal)).profiles.filter((profile) => profile.backend === name);
      const last = (await deps.served()).find((id) => all.some((profile) => profile.id === id));
      if (last === undefined) throw fault({ code: "notFound", what: "profile", name, near: all.map(({ id }) => id) });
      return serving.switchTo({ profile: last }, signal);
    },
    stop: async (backend, signal) => {
      const [name] = named(backend);
      const all = (await profiles.list(signal)).profiles.filter((profile) => profile.backend === name);
      for (const { server, state, profile } of serving.status().servers)
        // Where a profile is gone since, its server is of the one back end there is.
        if (state !== "off" && (all.some(({ id }) => id === profile) || backendNames.length === 1))
          await serving.stop(server, signal);
      return serving.status();
    },
  };
}

/** That nothing can serve, or that something can again; what serves already is watched and tells by itself. */
function tellNews(found: readonly BackendStatus[], { serving, settings }: Deps): void {
  const { engine } = settings().serving;
  const wanted = found.flatMap(({ runtimes }) => runtimes).filter(({ kind }) => isWanted(kind, engine));
  const usable = wanted.find(({ available }) => available);
  const isKnownAway = serving.status().runtime?.available === false;
  const [first] = wanted;
  if (usable && isKnownAway) serving.looked(usable);
  else if (!usable && first) serving.looked(first);
}

const isWanted = (kind: RuntimeKind, engine: Settings["serving"]["engine"]): boolean =>
  engine === "auto" || engine === (kind === "container" ? "docker" : "process");

async function statusOf(backend: string, deps: Deps, signal: AbortSignal): Promise<BackendStatus> {
  const { image, binary } = deps.settings().backends[backend] ?? {};
  const { engine } = deps.settings().serving;
  const look = async (runtime: Runtime, program: string | undefined) => {
    if (program === undefined || program === "") return undefined;
    const probe = await runtime.probe(program, signal);
    const build = await runtime.build(program, signal).catch(() => undefined);
    return { probe, build };
  };
  const [container, process] = await Promise.all([look(deps.containers, image), look(deps.processes, binary)]);
  const runtimes: RuntimeAvailability[] = [];
  for (const [kind, found] of [
    ["container", container],
    ["process", process],
  ] as const) {
    if (!found) continue;
    runtimes.push(availabilityOf(kind, found.probe));
  }
  const usable = runtimes.some(({ kind, available }) => available && isWanted(kind, engine));
  const faults = {
    container: container && !container.probe.available ? container.probe.fault : undefined,
    process: process && !process.probe.available ? process.probe.fault : undefined,
  };
  const present = container?.build !== undefined;
  return {
    backend,
    runtimes,
    ...(image === undefined
      ? {}
      : { image: { name: image, present, ...(container?.build === undefined ? {} : { digest: container.build }) } }),
    ...(binary === undefined
      ? {}
      : {
          binary: {
            name: binary,
            ...(process?.probe.available ? { path: process.probe.address, version: process.probe.version } : {}),
          },
        }),
    usable,
    missing: howToGet({ backend, image, binary, faults, platform: deps.platform }),
  };
}
