import type { Runtime, RuntimeKind, ServerSpec } from "../../ports/runtime.ts";
import { backendOf } from "../backends.ts";
import { chooseRuntime } from "../choose-runtime.ts";
import type { SwitchOverrides } from "../controller.ts";
import type { ServingDeps } from "../deps.ts";
import type { ServerProfile } from "../profile.ts";
import { findModelFiles } from "../model-files.ts";
import { findMates } from "../router/find-mates.ts";

/** What a profile would be started as. @param kind the form wanted; undefined: the one that would be used */
export type SpecOf = (
  profile: ServerProfile,
  kind: RuntimeKind | undefined,
  overrides: SwitchOverrides,
  signal: AbortSignal,
) => Promise<{ readonly spec: ServerSpec; readonly runtime: Runtime; readonly program: string }>;

/** Rejects as a switch to it would before anything is touched. */
export const createSpecOf =
  (deps: ServingDeps): SpecOf =>
  async (profile, kind, overrides, signal) => {
    const { files, settings } = deps;
    const backend = backendOf(profile.backend);
    const { backends, serving } = settings();
    const named = backends[profile.backend] ?? {};
    const [image, binary] = [profile.image ?? named.image ?? "", profile.binary ?? named.binary ?? ""];
    const extra = [...profile.extraArgs, ...(overrides.args ?? [])];
    const model = await findModelFiles(profile.modelPath, extra, backend.fileFlags, files);
    const wanted = { image, binary, runtime: kind ?? profile.runtime };
    const runtime = await chooseRuntime(deps, wanted, () => undefined, signal).then(
      (chosen) => chosen.runtime,
      (error: unknown): Runtime => {
        signal.throwIfAborted();
        // The form that was asked for needs no runtime to be told.
        if (kind === undefined) throw error;
        return kind === "container" ? deps.containers : deps.processes;
      },
    );
    const port = profile.port ?? serving.port;
    const { generation } = deps.registry.opened;
    const mates = await findMates(profile, backend, deps, signal);
    const launch = { profile, overrides, model, image, binary, port, generation, mates };
    const { spec: here } = backend.spec(launch, runtime.kind);
    const spec = (await runtime.placed?.(here, signal)) ?? here;
    return { spec, runtime, program: runtime.kind === "container" ? image : binary };
  };
