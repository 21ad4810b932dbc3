import type { Core } from "./core.ts";
import { targetsOf } from "./downloads/targets-of.ts";
import { createDownloadTasks } from "./downloads/task-source.ts";
import { createFitReader } from "./fit/fit-of-entry.ts";
import { fitOfProfile } from "./fit/fit-of-profile.ts";
import { createFootprints } from "./fit/footprints.ts";
import { createInstalledFiles } from "./downloads/installed.ts";
import { sharedReadings } from "./gpu/shared-readings.ts";
import { createLists } from "./lists/create-lists.ts";
import { createScanTasks } from "./maintenance/scan-tasks.ts";
import { digestsOf } from "./maintenance/survey/digests.ts";
import { createMetadata } from "./metadata/create-metadata.ts";
import { createEditing } from "./registry/create-editing.ts";
import type { ServingController } from "./serving/controller.ts";
import type { ServingMetrics } from "./serving/metrics.ts";
import { createServingMetrics } from "./serving/metrics/create-metrics.ts";
import { createRegistry } from "./registry/create-registry.ts";
import type { Registry } from "./registry/registry.ts";
import { readAheadOf } from "./registry/read-ahead.ts";
import type { Settings } from "./settings.ts";
import { ratingBits } from "./sources/civitai/rating.ts";
import { createImagePulls } from "./serving/image-pulls.ts";
import { judgeSwitch } from "./serving/judge-switch.ts";
import { warnOfFit, warnedRestart } from "./serving/warn-of-fit.ts";
import { createSystem } from "./system/system.ts";
import { createTaskBoard } from "./tasks/create-board.ts";
import { createVerifier } from "./tasks/create-verifier.ts";
import { createUpdates } from "./updates/create-updates.ts";
import { seconds } from "./util/ids.ts";
import { createWatching } from "./watching/create-watching.ts";
import { wireDownloads, wireReuse } from "./wire-downloads.ts";
import { wireMaintenance } from "./wire-maintenance.ts";
import { wireProfiles } from "./wire-profiles.ts";
import { wireBackEnds, wireServing } from "./wire-serving.ts";
import { wireSources } from "./wire-sources.ts";
import type { World } from "./world.ts";

/** Wires the services. Downloads that were under way go on; servers that run are looked up without being waited for. */
export async function createCore(world: World, settings: Settings): Promise<Core> {
  const { files, look, clock, log, digest, scanner, effectiveSettings } = world;
  const { endpoint } = settings.huggingface;
  const { testingPatterns, roles } = settings;
  const token = (): Promise<string | undefined> => world.secrets.get("huggingface");
  const registry = createRegistry(world.database, { files, look, clock, digest, testingPatterns, roots: settings });
  const footprints = createFootprints({ registry, clock });
  const readings = sharedReadings(world.gpu, clock);
  const fit = createFitReader({ ...world, registry, gpu: readings.lately(seconds(2)), footprints });
  const sources = wireSources(world, settings, registry, fit);
  const { plain, hub, cache, civitai, accounts } = sources;
  const { maintenance, scans, content } = wireMaintenance(world, settings, registry);
  const reuse = wireReuse(world, settings, content);
  const downloads = await wireDownloads(world, settings, registry, sources, reuse);
  const { profiles, serving, probe, flags, elsewhere } = wireServing(world, settings, registry, footprints);
  const metrics = wireMetrics(world, serving);
  const verifier = createVerifier({ ...world, registry, hub: plain, roots: settings });
  const metadata = createMetadata({
    ...world,
    registry,
    civitai,
    rating: ratingBits(settings.civitai.rating),
    cards: { web: world.web, endpoint, token, cache },
    computeDigests: (paths, signal) => digestsOf({ ...world, registry }, paths, () => undefined, signal),
  });
  const editing = createEditing({ ...world, registry, maintenance, metadata: metadata.metadata, roles });
  const client = world.hubClient;
  const updates = createUpdates({ registry, files, profiles, hub: plain, downloads, client, civitai, cache });
  const lists = wireLists(world, settings, registry, { hub: plain, reuse, downloads });
  const pulling = createScanTasks(world, "image");
  const { desk, benchmarks } = wireProfiles(world, settings, registry, { profiles, flags, serving });
  const tasks = createTaskBoard([
    createDownloadTasks(downloads),
    verifier,
    scans,
    metadata.tasks,
    pulling,
    benchmarks.tasks,
  ]);
  const watching = createWatching({
    ...world,
    registry,
    roots: settings.locations.map(({ path }) => path),
    underWay: () => targetsOf(downloads.list({})),
  });
  const profileFit = { registry, files, profiles, elsewhere };
  const room = { gpu: readings.lately(seconds(5)), memory: world.memory };
  const switchTo = warnOfFit(serving, judgeSwitch({ ...profileFit, footprints, serving, room }));
  const restart = warnedRestart(serving, switchTo);
  const ahead = readAheadOf(registry, clock);
  // Neither rejects, and whatever changes anything waits for them.
  void serving.recover();
  void maintenance.recover();
  return {
    settings,
    log,
    registry,
    hub,
    accounts,
    downloads,
    profiles,
    desk,
    benchmarks,
    serving: { ...serving, switchTo, restart },
    servingSettled: () => serving.recover(),
    metrics,
    backEnds: wireBackEnds(world, settings, registry, { profiles, serving }),
    imagePulls: createImagePulls({ ...world, tasks: pulling }),
    gpu: readings.gpu,
    system: wireSystem(world, settings, downloads),
    maintenance,
    editing,
    tasks,
    verifier,
    fit,
    fitOfProfile: (id, ask, signal) => fitOfProfile({ ...profileFit, fit }, id, ask, signal),
    probe,
    content,
    metadata: metadata.metadata,
    updates,
    lists,
    watching,
    effectiveSettings,
    close: async () => {
      ahead.dispose();
      watching.dispose();
      metrics.close();
      scans.dispose();
      pulling.dispose();
      await benchmarks.close();
      await Promise.all([metadata.close(), scanner.close()]);
    },
  };
}

const wireLists = (
  { files }: World,
  { huggingface, wan2gp }: Settings,
  registry: Registry,
  parts: Pick<Parameters<typeof createLists>[0], "hub" | "reuse" | "downloads">,
): Core["lists"] =>
  createLists({
    ...parts,
    files,
    endpoint: huggingface.endpoint,
    root: wan2gp.root,
    installed: createInstalledFiles(registry),
  });

const wireSystem = (
  world: World,
  { locations, huggingface, civitai }: Settings,
  downloads: Core["downloads"],
): Core["system"] =>
  createSystem({ ...world, locations, downloads, endpoints: [huggingface.endpoint, civitai.endpoint] });

const wireMetrics = (world: World, serving: Pick<ServingController, "status" | "onLog">): ServingMetrics =>
  createServingMetrics({
    ...world,
    http: world.serverHttp,
    servers: () => serving.status().servers,
    onLog: serving.onLog,
  });
