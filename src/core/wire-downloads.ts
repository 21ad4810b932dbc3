import type { ContentIndex } from "./content/content.ts";
import { createDownloadQueue } from "./downloads/create-queue.ts";
import { createReuse } from "./downloads/create-reuse.ts";
import { ollamaEntry } from "./downloads/ollama-entry.ts";
import { createPublishSet } from "./downloads/publish-set.ts";
import type { DownloadQueue } from "./downloads/queue.ts";
import type { Reuse } from "./downloads/reuse.ts";
import { identifyFiles } from "./identify/identify-files.ts";
import type { Registry } from "./registry/registry.ts";
import { entryEdits } from "./registry/entry-edits.ts";
import type { Settings } from "./settings.ts";
import { storePlaces } from "./stores/places.ts";
import { isFault } from "./util/faults.ts";
import { bytes } from "./util/ids.ts";
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
  const surroundings = { ...world.surroundings, settings };
  return createDownloadQueue({
    ...world,
    registry,
    entryEdits,
    hub: plain,
    access,
    ollamaPulls,
    endpoints: { huggingface: settings.huggingface.endpoint, civitai: settings.civitai.endpoint },
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
    reachable: (origin, signal) => reachable(world, origin, signal),
    identify: (lying, signal) => identifyFiles({ scanner, files }, lying, signal),
    ollamaEntry: (name, sizeBytes, signal) =>
      ollamaEntry({ scanner, files, surroundings, locations }, name, sizeBytes, signal),
  });
}

/** A small file that is asked of every host; that there is none is an answer too. */
async function reachable({ web }: Pick<World, "web">, origin: string, signal: AbortSignal): Promise<boolean> {
  try {
    await web.ask({ url: `${origin}/robots.txt`, limit: bytes(2 ** 20) }, signal);
    return true;
  } catch (error) {
    if (isFault(error, "network") || isFault(error, "timeout")) return false;
    throw error;
  }
}
