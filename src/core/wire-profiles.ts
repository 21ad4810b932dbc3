import { createBenchmarkBook } from "./serving/benchmark/benchmark-book.ts";
import { type Benchmarks, createBenchmarks } from "./serving/benchmark/create-benchmarks.ts";
import type { ServingController } from "./serving/controller.ts";
import { createProfileDesk } from "./serving/desk/create-profile-desk.ts";
import type { ProfileDesk } from "./serving/desk/profile-desk.ts";
import type { FlagCheck } from "./serving/flags/check-flags.ts";
import type { ProfileBook } from "./serving/profile-book.ts";
import type { Registry } from "./registry/registry.ts";
import type { Settings } from "./settings.ts";
import type { World } from "./world.ts";

/** What is done with profiles beside serving them. */
export function wireProfiles(
  world: World,
  settings: Settings,
  registry: Registry,
  parts: {
    readonly profiles: ProfileBook;
    readonly flags: FlagCheck;
    readonly serving: Pick<ServingController, "switchTo" | "status" | "stop">;
  },
): { readonly desk: ProfileDesk; readonly benchmarks: Benchmarks } {
  const book = createBenchmarkBook(registry);
  const windows = world.platform === "win32";
  const deps = {
    ...world,
    http: world.serverHttp,
    registry,
    settings: () => settings,
    ...parts,
    benchmarks: book,
    windows,
  };
  const desk = createProfileDesk(deps);
  return { desk, benchmarks: createBenchmarks({ ...deps, desk }) };
}
