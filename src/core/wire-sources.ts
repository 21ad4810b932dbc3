import { type Accounts, createAccounts } from "./accounts/accounts.ts";
import { createInstalledFiles } from "./downloads/installed.ts";
import type { FitReader } from "./fit/fit-of-entry.ts";
import { type HubCache, createHubCache } from "./metadata/hub-cache.ts";
import type { OllamaPulls } from "./ports/ollama-server.ts";
import type { Registry } from "./registry/registry.ts";
import type { Settings } from "./settings.ts";
import { type SourceAccess, createAccess } from "./sources/access.ts";
import { createCachedClient } from "./sources/cached-client.ts";
import { type Civitai, createCivitai } from "./sources/civitai/civitai.ts";
import { ratingBits } from "./sources/civitai/rating.ts";
import { createEntriesHere, createOllamaEntries } from "./sources/entries-here.ts";
import type { Hub } from "./sources/hub.ts";
import { createHuggingFaceHub } from "./sources/huggingface.ts";
import { withInsight } from "./sources/insight.ts";
import { createSources } from "./sources/sources.ts";
import type { World } from "./world.ts";

export interface WiredSources {
  /** What the sources themselves tell. */
  readonly plain: Hub;
  /** With what the files tell, for a person to choose by. */
  readonly hub: Hub;
  readonly cache: HubCache;
  readonly civitai: Civitai;
  /** Whose token goes where. */
  readonly access: SourceAccess;
  readonly accounts: Accounts;
  readonly ollamaPulls: OllamaPulls;
}

/** The sources and what is remembered of their answers. */
export function wireSources(world: World, settings: Settings, registry: Registry, fit: FitReader): WiredSources {
  const { clock, log, http, names, web, ollama: server } = world;
  const { endpoint } = settings.huggingface;
  const { url: ollamaUrl } = settings.ollama;
  const { allowPrivateHosts } = settings.downloads;
  const access = createAccess(settings, world.secrets);
  const cache = createHubCache(registry, clock);
  const installed = createInstalledFiles(registry);
  const asCivitai = {
    web,
    clock,
    endpoint: settings.civitai.endpoint,
    token: () => access.tokenFor("civitai"),
  };
  const civitai = createCivitai({ ...asCivitai, cache });
  const client = createCachedClient({
    client: world.hubClient,
    cache,
    endpoint,
    token: () => access.tokenFor("huggingface"),
  });
  const plain = createSources({
    endpoints: { huggingface: endpoint, civitai: settings.civitai.endpoint },
    huggingface: createHuggingFaceHub({ client, endpoint, installed }),
    civitai: {
      civitai,
      sizes: { access: asCivitai, cache, http, names, allowPrivateHosts },
      installed,
      wall: () => clock.wall(),
      rating: ratingBits(settings.civitai.rating),
    },
    ollama: { server, url: ollamaUrl, here: createOllamaEntries(registry) },
    url: { http, names, allowPrivateHosts, installed },
    here: createEntriesHere(registry),
    fit,
  });
  return {
    plain,
    hub: withInsight({ hub: plain, remote: world.remoteFiles, fit, clock, log }),
    cache,
    civitai,
    access,
    accounts: createAccounts({ web, access }),
    ollamaPulls: { pull: (name, onProgress, signal) => server.pull(ollamaUrl, name, onProgress, signal) },
  };
}
