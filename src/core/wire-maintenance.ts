import type { ContentIndex } from "./content/content.ts";
import { createContentIndex } from "./content/create-content.ts";
import { createMaintenance } from "./maintenance/create-maintenance.ts";
import type { Maintenance } from "./maintenance/maintenance.ts";
import type { StoreRoots } from "./maintenance/operation.ts";
import { allOperations } from "./maintenance/operations/all.ts";
import { type ScanTasks, createScanTasks } from "./maintenance/scan-tasks.ts";
import { operationWords } from "./present/plan-words.ts";
import type { Registry } from "./registry/registry.ts";
import { migrations } from "./registry/schema.ts";
import type { Settings } from "./settings.ts";
import { createOllama } from "./stores/create-ollama.ts";
import { storeKinds } from "./stores/found.ts";
import { storePlaces } from "./stores/places.ts";
import type { World } from "./world.ts";

/** What looks over the stores of this machine: operations, the tasks they scan in, and where the same bytes lie. */
export function wireMaintenance(
  world: World,
  settings: Settings,
  registry: Registry,
): { readonly maintenance: Maintenance; readonly scans: ScanTasks; readonly content: ContentIndex } {
  const { files, surroundings } = world;
  const ollama = createOllama({
    files,
    server: world.ollama,
    places: () => ({
      setting: settings.ollama.models,
      variable: surroundings.env["OLLAMA_MODELS"],
      home: surroundings.home,
    }),
    url: () => settings.ollama.url,
  });
  const places = async (): Promise<StoreRoots> => {
    const roots = storeKinds.map(async (kind) => [kind, await storePlaces(kind, { ...surroundings, settings }, files)]);
    return Object.fromEntries(await Promise.all(roots));
  };
  const scans = createScanTasks(world);
  const maintenance = createMaintenance({
    ...world,
    registry,
    settings,
    scans,
    places,
    schema: migrations.length,
    operations: allOperations,
    titleOf: operationWords,
    readOllama: (signal) => ollama.read(signal),
    deleteOllama: (model, signal) => ollama.remove(model, signal),
  });
  // What it moves, or takes back, need not be in any row.
  maintenance.onChange(() => registry.doubtPresence());
  const content = createContentIndex({
    ...world,
    registry,
    roots: async () => [
      ...settings.locations.map(({ path }) => path),
      ...(settings.invokeai.models === undefined ? [] : [settings.invokeai.models]),
      ...Object.values(await places()).flat(),
    ],
  });
  return { maintenance, scans, content };
}
