import type { Core } from "./core.ts";
import { createInstalledFiles } from "./downloads/installed.ts";
import { createDownloadQueue } from "./downloads/create-queue.ts";
import type { Transfers } from "./downloads/transfers.ts";
import { createDownloadTasks } from "./downloads/task-source.ts";
import { createMaintenance } from "./maintenance/create-maintenance.ts";
import { allOperations } from "./maintenance/operations/all.ts";
import type { Archives } from "./ports/archives.ts";
import type { Clock } from "./ports/clock.ts";
import type { Database } from "./ports/database.ts";
import type { MakeDigest } from "./ports/digest.ts";
import type { DiskLook } from "./ports/disk-look.ts";
import type { Files } from "./ports/files.ts";
import type { GpuProbe } from "./ports/gpu.ts";
import type { Hasher } from "./ports/hasher.ts";
import type { HubClient } from "./ports/hub-client.ts";
import type { Log } from "./ports/log.ts";
import type { Moves } from "./ports/moves.ts";
import type { OllamaServer } from "./ports/ollama-server.ts";
import type { PartialFiles } from "./ports/partial-files.ts";
import type { Random } from "./ports/random.ts";
import type { Runtime } from "./ports/runtime.ts";
import type { Secrets } from "./ports/secrets.ts";
import type { ServerHttp } from "./ports/server-http.ts";
import { operationWords } from "./present/plan-words.ts";
import type { EffectiveSetting } from "./protocol/editing.ts";
import { createEditing } from "./registry/create-editing.ts";
import { createRegistry } from "./registry/create-registry.ts";
import { entryEdits } from "./registry/entry-edits.ts";
import type { ReadRegistry } from "./registry/registry-file.ts";
import { migrations } from "./registry/schema.ts";
import { createProfileBook } from "./serving/create-profile-book.ts";
import { createServingController } from "./serving/create-controller.ts";
import type { Settings } from "./settings.ts";
import { createHuggingFaceHub } from "./sources/huggingface.ts";
import { createOllama } from "./stores/create-ollama.ts";
import type { OllamaPlaces } from "./stores/ollama.ts";
import { createTaskBoard } from "./tasks/create-board.ts";
import { createVerifier } from "./tasks/create-verifier.ts";

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
  readonly look: DiskLook;
  readonly moves: Moves;
  readonly archives: Archives;
  readonly hasher: Hasher;
  readonly readRegistry: ReadRegistry;
  readonly ollama: OllamaServer;
  /** Where Ollama's store may be, but for the setting. */
  readonly ollamaPlaces: Omit<OllamaPlaces, "setting">;
  /** Absolute: the data folder. */
  readonly storage: string;
  readonly effectiveSettings: readonly EffectiveSetting[];
}

/** Wires the services. Downloads that were under way go on; servers that run are looked up without being waited for. */
export async function createCore(world: World, settings: Settings): Promise<Core> {
  const { files, clock, log, gpu } = world;
  const { endpoint } = settings.huggingface;
  const { testingPatterns } = settings;
  const registry = createRegistry(world.database, { files, clock, digest: world.digest, testingPatterns });
  const hub = createHuggingFaceHub({ client: world.hubClient, endpoint, installed: createInstalledFiles(registry) });
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
  });
  const ollama = createOllama({
    files,
    server: world.ollama,
    places: () => ({ ...world.ollamaPlaces, setting: settings.ollama.models }),
    url: () => settings.ollama.url,
  });
  const maintenance = createMaintenance({
    ...world,
    registry,
    settings,
    schema: migrations.length,
    operations: allOperations,
    titleOf: operationWords,
    readOllama: (signal) => ollama.read(signal),
    deleteOllama: (model, signal) => ollama.remove(model, signal),
  });
  // What it moves, or takes back, need not be in any row.
  maintenance.onChange(() => registry.doubtPresence());
  const { digest, readRegistry } = world;
  const editing = createEditing({ registry, maintenance, files, digest, readRegistry, roles: settings.roles });
  const verifier = createVerifier({ ...world, registry, hub, roots: settings });
  const tasks = createTaskBoard([createDownloadTasks(downloads), verifier]);
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
    effectiveSettings,
  };
}
