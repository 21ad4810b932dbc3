import type { Runtime, ServerSpec } from "../ports/runtime.ts";
import type { SwitchNotice } from "../present/switch-words.ts";
import type { RuntimeAvailability } from "../protocol/serving.ts";
import { fault, isFault } from "../util/faults.ts";
import type { ServerBackend } from "./backend.ts";
import { backendOf } from "./backends.ts";
import { chooseRuntime } from "./choose-runtime.ts";
import type { SwitchOverrides } from "./controller.ts";
import type { ServingDeps } from "./deps.ts";
import { findModelFiles } from "./model-files.ts";
import type { PortBook } from "./ports.ts";
import { findMates } from "./router/find-mates.ts";
import type { ComposeUse, ServerProfile } from "./profile.ts";

/** What a person asked to be served. */
export interface Wanted {
  readonly profile: ServerProfile;
  readonly overrides: SwitchOverrides;
}

/** Ready to be started: nothing was touched yet. */
export interface Prepared extends Wanted {
  readonly runtime: Runtime;
  readonly backend: ServerBackend;
  readonly spec: ServerSpec;
  readonly notices: readonly SwitchNotice[];
  /** The same for a port of one's choice. */
  at(port: number): Pick<Prepared, "spec" | "notices">;
}

/** @throws FaultError what keeps it from being started, as far as that can be known now */
export async function prepare(
  deps: ServingDeps,
  ports: PortBook,
  wanted: Wanted,
  onLooked: (found: RuntimeAvailability) => void,
  signal: AbortSignal,
): Promise<Prepared> {
  const { profile, overrides } = wanted;
  const backend = backendOf(profile.backend);
  const { backends, serving } = deps.settings();
  const named = backends[profile.backend] ?? {};
  const [image, binary] = [profile.image ?? named.image ?? "", profile.binary ?? named.binary ?? ""];
  const extra = [...profile.extraArgs, ...(overrides.args ?? [])];
  const model = await findModelFiles(profile.modelPath, extra, backend.fileFlags, deps.files);
  if (model.size === 0) throw fault({ code: "formatInvalid", what: profile.modelPath, reason: "it is empty" });
  const programs = { image, binary, runtime: profile.runtime };
  const { runtime, availability } = await chooseRuntime(deps, programs, onLooked, signal).catch((error: unknown) => {
    throw isFault(error, "imageMissing") && profile.compose?.built === true ? notBuilt(profile.compose, error) : error;
  });
  if (profile.router !== undefined && availability.available && availability.host !== undefined)
    throw notElsewhere(profile);
  const { generation } = deps.registry.opened;
  const mates = await findMates(profile, backend, deps, signal);
  const launch = { profile, overrides, model, image, binary, generation, mates };
  const at = (port: number) => backend.spec({ ...launch, port }, runtime.kind);
  const [port = serving.port] = ports.candidates(profile, serving.port);
  return { ...wanted, runtime, backend, at, ...at(port) };
}

/** What a router is to load is written here at each switch, where it would not read it. */
const notElsewhere = ({ file }: ServerProfile) =>
  fault({
    code: "configInvalid",
    path: file,
    problem: "A router has no place on another machine: leave out router, or serve it from an engine of this one",
  });

/** Nobody can pull what is built here. */
const notBuilt = ({ file, service }: ComposeUse, cause: unknown) =>
  fault(
    {
      code: "configInvalid",
      path: file,
      problem: `The image of ${service} is not built yet: run “docker compose build ${service}” first`,
    },
    cause,
  );
