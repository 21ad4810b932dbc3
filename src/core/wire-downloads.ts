import type { ContentIndex } from "./content/content.ts";
import { createDownloadQueue } from "./downloads/create-queue.ts";
import { createReuse } from "./downloads/create-reuse.ts";
import { ollamaEntry } from "./downloads/ollama-entry.ts";
import { createPublishSet } from "./downloads/publish-set.ts";
import type { DownloadQueue } from "./downloads/queue.ts";
import { isReachable } from "./downloads/reachable.ts";
import type { Reuse } from "./downloads/reuse.ts";
import { identifyFiles } from "./identify/identify-files.ts";
import type { Registry } from "./registry/registry.ts";
import { entryEdits } from "./registry/entry-edits.ts";
import type { Settings } from "./settings.ts";
import { storePlaces } from "./stores/places.ts";
import type { WiredSources } from "./wire-sources.ts";
import type { World } from "./world.ts";

/** The bytes that are on this machine already. */
export function wireReuse(world: World, settings: Settings, content: ContentIndex): Reuse {
  const { files } = world;
  const surroundings = { ...world.surroundings, settings };
  const stores = async (): Promise<{ readonly ollama?: string; readonly invoke?: readonly string[] }> => {
    const [ollama] = await storePlaces("ollama", surroundings, files);
    return { ...(ollama !== undefined && { ollama }), invoke: await storePlaces("invokeai", surroundings, files) };
  };
  return createReuse({ ...world, content, reserve: settings.downloads.reserve, stores });
}

/** The queue over this machine and the sources. */
export function wireDownloads(
  world: World,
  settings: Settings,
  registry: Registry,
  { plain, access, ollamaPulls }: Pick<WiredSources, "plain" | "access" | "ollamaPulls">,
  reuse: Reuse,
): Promise<DownloadQueue> {
  const { files, scanner } = world;
  const { locations, downloads } = settings;
  const { reserve } = downloads;
  const endpoints = { huggingface: settings.huggingface.endpoint, civitai: settings.civitai.endpoint };
  const surroundings = { ...world.surroundings, settings };
  return createDownloadQueue({
    ...world,
    registry,
    entryEdits,
    hub: plain,
    access,
    ollamaPulls,
    endpoints,
    places: settings,
    extraPaths: settings.comfyui.extraModelPaths,
    schedule: downloads.schedule,
    parallel: downloads.parallel,
    reserve,
    connections: downloads.connectionsPerFile,
    allowPrivateHosts: downloads.allowPrivateHosts,
    bandwidthLimit: downloads.bandwidthLimit,
    limitFile: `${world.storage}/download-limit.json`,
    reuse,
    publish: createPublishSet(world),
    reachable: (origin, signal) =>
      isReachable(
        { ...world, endpoints: Object.values(endpoints), allowPrivateHosts: downloads.allowPrivateHosts },
        origin,
        signal,
      ),
    identify: (lying, signal) => identifyFiles({ scanner, files }, lying, signal),
    ollamaEntry: (name, sizeBytes, signal) =>
      ollamaEntry({ scanner, files, surroundings, locations }, name, sizeBytes, signal),
  });
}
