import { createFitReader } from "./fit/fit-of-entry.ts";
import { fitOfProfile } from "./fit/fit-of-profile.ts";
import { settledGpus } from "./fit/settled-gpus.ts";
import { createRoomyContexts } from "./fit/roomy-contexts.ts";
import type { Footprints } from "./fit/footprints.ts";
import { createLoadWatch } from "./fit/learn-from-loads.ts";
import type { Registry } from "./registry/registry.ts";
import { type BackEnds, createBackEnds } from "./serving/back-ends.ts";
import { servesElsewhere } from "./serving/serves-elsewhere.ts";
import type { ServerProfile } from "./serving/profile.ts";
import type { ServingController } from "./serving/controller.ts";
import { createServingController } from "./serving/create-controller.ts";
import { createProfileBook } from "./serving/create-profile-book.ts";
import { type FlagCheck, createFlagCheck } from "./serving/flags/check-flags.ts";
import { type Probe, createProbe } from "./serving/probe.ts";
import type { ProfileBook } from "./serving/profile-book.ts";
import type { Settings } from "./settings.ts";
import type { World } from "./world.ts";

/** Profiles, the controller, and what is learned from each load. */
export function wireServing(
  world: World,
  settings: Settings,
  registry: Registry,
  footprints: Footprints,
): {
  readonly profiles: ProfileBook;
  readonly serving: ReturnType<typeof createServingController>;
  readonly probe: Probe;
  readonly flags: FlagCheck;
  /** Of what a profile takes there nothing can be told here. */
  readonly elsewhere: (profile: ServerProfile) => boolean;
} {
  const { clock, files, gpu, digest, log, redact, containers, processes, serverHttp: http } = world;
  const contexts = createRoomyContexts({ ...world, registry });
  const profiles = createProfileBook({
    files,
    settings: () => settings,
    storage: world.storage,
    registry,
    contexts,
    environment: world.surroundings.env,
  });
  const elsewhere = (profile: ServerProfile): boolean => servesElsewhere(profile, settings.serving.engine, containers);
  const fit = createFitReader({ ...world, registry, gpu: settledGpus(gpu, clock), footprints });
  const flags = createFlagCheck({ registry, clock, log });
  const serving = createServingController({
    clock,
    files,
    log,
    registry,
    profiles,
    http,
    settings: () => settings,
    containers,
    processes,
    redact,
    gpu,
    fits: (id, ask, signal) => fitOfProfile({ registry, files, profiles, fit, elsewhere }, id, ask, signal),
    checkFlags: ({ runtime, program, args }, signal) => flags.check(args, program, runtime, signal),
    loads: createLoadWatch({
      footprints,
      registry,
      files,
      gpu,
      clock,
      andThen: (loaded, signal) => probe.learn(loaded, signal),
    }),
  });
  const probe: Probe = createProbe({ registry, files, http, serving, profiles, digest, clock });
  return { profiles, serving, probe, flags, elsewhere };
}

/** What can serve here. */
export function wireBackEnds(
  { containers, processes, platform }: World,
  settings: Settings,
  registry: Pick<Registry, "query">,
  { profiles, serving }: { readonly profiles: ProfileBook; readonly serving: ServingController },
): BackEnds {
  return createBackEnds({
    settings: () => settings,
    containers,
    processes,
    profiles,
    serving,
    platform,
    served: async () =>
      (await registry.query("SELECT profile FROM loads ORDER BY at DESC")).map((row) => String(row["profile"])),
  });
}
