import { createInstalledFiles } from "./downloads/installed.ts";
import type { FitReader } from "./fit/fit-of-entry.ts";
import { type HubCache, createHubCache } from "./metadata/hub-cache.ts";
import type { Registry } from "./registry/registry.ts";
import type { Settings } from "./settings.ts";
import { type Civitai, createCivitai } from "./sources/civitai/civitai.ts";
import type { Hub } from "./sources/hub.ts";
import { createHuggingFaceHub } from "./sources/huggingface.ts";
import { withInsight } from "./sources/insight.ts";
import type { World } from "./world.ts";

/** The hubs and what is remembered of their answers. */
export function wireSources(
  world: World,
  settings: Settings,
  registry: Registry,
  fit: FitReader,
): {
  /** What the hub itself tells. */
  readonly plain: Hub;
  /** With what the files tell, for a person to choose by. */
  readonly hub: Hub;
  readonly cache: HubCache;
  readonly civitai: Civitai;
} {
  const { clock, log } = world;
  const { endpoint } = settings.huggingface;
  const plain = createHuggingFaceHub({ client: world.hubClient, endpoint, installed: createInstalledFiles(registry) });
  const cache = createHubCache(registry, clock);
  return {
    plain,
    hub: withInsight({ hub: plain, remote: world.remoteFiles, fit, clock, log }),
    cache,
    civitai: createCivitai({
      web: world.web,
      clock,
      endpoint: settings.civitai.endpoint,
      token: () => world.secrets.get("civitai"),
      cache,
    }),
  };
}
