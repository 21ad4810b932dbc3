import { createContentIndex } from "./content/create-content.ts";
import type { Core } from "./core.ts";
import { createInstalledFiles } from "./downloads/installed.ts";
import { createDownloadQueue } from "./downloads/create-queue.ts";
import type { Transfers } from "./downloads/transfers.ts";
import { createFitReader } from "./fit/fit-of-entry.ts";
import { fitOfProfile } from "./fit/fit-of-profile.ts";
import { createFootprints } from "./fit/footprints.ts";
import { createLoadWatch } from "./fit/learn-from-loads.ts";
import { lately } from "./gpu/lately.ts";
import { createDownloadTasks } from "./downloads/task-source.ts";
import { createMaintenance } from "./maintenance/create-maintenance.ts";
import { allOperations } from "./maintenance/operations/all.ts";
import type { StoreRoots } from "./maintenance/operation.ts";
import { createScanTasks } from "./maintenance/scan-tasks.ts";
import { createMetadata } from "./metadata/create-metadata.ts";
import { createHubCache } from "./metadata/hub-cache.ts";
import type { Archives } from "./ports/archives.ts";
import type { Clock } from "./ports/clock.ts";
import type { Database } from "./ports/database.ts";
import type { MakeDigest } from "./ports/digest.ts";
import type { DiskLook } from "./ports/disk-look.ts";
import type { Files } from "./ports/files.ts";
import type { GpuProbe } from "./ports/gpu.ts";
import type { Hasher } from "./ports/hasher.ts";
import type { HubClient } from "./ports/hub-client.ts";
import type { Links } from "./ports/links.ts";
import type { Log } from "./ports/log.ts";
import type { MachineMemory } from "./ports/memory.ts";
import type { Moves } from "./ports/moves.ts";
import type { OllamaServer } from "./ports/ollama-server.ts";
import type { PartialFiles } from "./ports/partial-files.ts";
import type { Pictures } from "./ports/pictures.ts";
import type { Random } from "./ports/random.ts";
import type { RemoteFiles } from "./ports/remote-files.ts";
import type { Runtime } from "./ports/runtime.ts";
import type { Scanner } from "./ports/scanner.ts";
import type { Secrets } from "./ports/secrets.ts";
import type { ServerHttp } from "./ports/server-http.ts";
import type { Thumbprint } from "./ports/thumbprint.ts";
import type { Web } from "./ports/web.ts";
import { operationWords } from "./present/plan-words.ts";
import type { EffectiveSetting } from "./protocol/editing.ts";
import { createEditing } from "./registry/create-editing.ts";
import { createRegistry } from "./registry/create-registry.ts";
import { entryEdits } from "./registry/entry-edits.ts";
import type { ReadRegistry } from "./registry/registry-file.ts";
import { migrations } from "./registry/schema.ts";
import { createProfileBook } from "./serving/create-profile-book.ts";
import { createServingController } from "./serving/create-controller.ts";
import { type Probe, createProbe } from "./serving/probe.ts";
import type { Settings } from "./settings.ts";
import { createCivitai } from "./sources/civitai/civitai.ts";
import { createHuggingFaceHub } from "./sources/huggingface.ts";
import { withInsight } from "./sources/insight.ts";
import { createOllama } from "./stores/create-ollama.ts";
import { storeKinds } from "./stores/found.ts";
import { type StoreWorld, storePlaces } from "./stores/places.ts";
import { createTaskBoard } from "./tasks/create-board.ts";
import { createVerifier } from "./tasks/create-verifier.ts";
import { createUpdates } from "./updates/create-updates.ts";
import { seconds } from "./util/ids.ts";

/** Everything the core asks of the world. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly files: Files;
  readonly digest: MakeDigest;
  readonly partials: PartialFiles;
  readonly log: Log;
  readonly redact: (text: string) => string;
  readonly secrets: Pick<Secrets, "get">;
  readonly database: Database;
  readonly transfers: Transfers;
  readonly hubClient: HubClient;
  readonly serverHttp: ServerHttp;
  readonly containers: Runtime;
  readonly processes: Runtime;
  readonly gpu: GpuProbe;
  readonly memory: MachineMemory;
  readonly look: DiskLook;
  readonly moves: Moves;
  readonly links: Links;
  readonly archives: Archives;
  readonly hasher: Hasher;
  readonly scanner: Scanner;
  readonly thumbprint: Thumbprint;
  readonly remoteFiles: RemoteFiles;
  readonly web: Web;
  readonly pictures: Pictures;
  readonly readRegistry: ReadRegistry;
  readonly ollama: OllamaServer;
  /** What says where other programs keep their models. */
  readonly surroundings: Omit<StoreWorld, "settings">;
  /** Absolute: the data folder. */
  readonly storage: string;
  readonly effectiveSettings: readonly EffectiveSetting[];
}

/** Wires the services. Downloads that were under way go on; servers that run are looked up without being waited for. */
export async function createCore(world: World, settings: Settings): Promise<Core> {
  const { files, clock, log, gpu } = world;
  const { endpoint } = settings.huggingface;
  const { testingPatterns } = settings;
  const { surroundings, scanner, hasher, memory, digest, readRegistry } = world;
  const registry = createRegistry(world.database, { files, clock, digest, testingPatterns });
  const footprints = createFootprints({ registry, clock });
  const fit = createFitReader({ registry, files, gpu: lately(gpu, clock, seconds(2)), memory, footprints });
  const installed = createInstalledFiles(registry);
  const hub = withInsight({
    hub: createHuggingFaceHub({ client: world.hubClient, endpoint, installed }),
    remote: world.remoteFiles,
    fit,
    clock,
    log,
  });
  const downloads = await createDownloadQueue({
    registry,
    entryEdits,
    hub,
    endpoint,
    files,
    clock,
    places: settings,
    transfers: world.transfers,
    partials: world.partials,
    random: world.random,
    parallel: settings.downloads.parallel,
    reserve: settings.downloads.reserve,
    token: () => world.secrets.get("huggingface"),
  });
  const profiles = createProfileBook({ files, settings: () => settings });
  const loads = createLoadWatch({
    footprints,
    registry,
    files,
    gpu,
    clock,
    andThen: (loaded, signal) => probe.learn(loaded, signal),
  });
  const serving = createServingController({
    clock,
    files,
    log,
    registry,
    profiles,
    http: world.serverHttp,
    settings: () => settings,
    containers: world.containers,
    processes: world.processes,
    redact: world.redact,
    loads,
  });
  const probe: Probe = createProbe({ registry, files, http: world.serverHttp, serving, profiles, digest, clock });
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
  const editing = createEditing({ registry, maintenance, files, digest, readRegistry, roles: settings.roles });
  const verifier = createVerifier({ ...world, registry, hub, roots: settings });
  const content = createContentIndex({
    registry,
    files,
    hasher,
    scanner,
    clock,
    log,
    roots: async () => [...settings.locations.map(({ path }) => path), ...Object.values(await places()).flat()],
  });
  const cache = createHubCache(registry, clock);
  const civitai = createCivitai({
    web: world.web,
    clock,
    endpoint: settings.civitai.endpoint,
    token: () => world.secrets.get("civitai"),
    cache,
  });
  const metadata = createMetadata({
    ...world,
    registry,
    civitai,
    cards: { web: world.web, endpoint, token: () => world.secrets.get("huggingface"), cache },
  });
  const updates = createUpdates({ registry, files, profiles, hub, downloads, client: world.hubClient, civitai, cache });
  const tasks = createTaskBoard([createDownloadTasks(downloads), verifier, scans, metadata.tasks]);
  // Neither rejects, and whatever changes anything waits for them.
  void serving.recover();
  void maintenance.recover();
  const { effectiveSettings } = world;
  return {
    settings,
    log,
    registry,
    hub,
    downloads,
    profiles,
    serving,
    gpu,
    maintenance,
    editing,
    tasks,
    verifier,
    fit,
    fitOfProfile: (id, ask, signal) => fitOfProfile({ registry, files, profiles, fit }, id, ask, signal),
    probe,
    content,
    metadata: metadata.metadata,
    updates,
    effectiveSettings,
    close: async () => {
      scans.dispose();
      await Promise.all([metadata.close(), scanner.close()]);
    },
  };
}
