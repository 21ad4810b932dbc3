import type { HubClient } from "../ports/hub-client.ts";

/** A client that is loaded when it is first asked: its library is heavy. A load that failed is tried again. */
export function createLazyClient(load: () => Promise<HubClient>): HubClient {
  let loaded: Promise<HubClient> | undefined;
  const client = (): Promise<HubClient> => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
  return {
    model: async (repository, revision, signal) => (await client()).model(repository, revision, signal),
    files: async (repository, commit, signal) => (await client()).files(repository, commit, signal),
    scans: async (repository, commit, paths, signal) => (await client()).scans(repository, commit, paths, signal),
    search: async (text, limit, signal) => (await client()).search(text, limit, signal),
    list: async (query, signal) => (await client()).list(query, signal),
  };
}
