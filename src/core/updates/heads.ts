import * as v from "valibot";
import type { HubCache } from "../metadata/hub-cache.ts";
import type { HubClient, HubListing } from "../ports/hub-client.ts";
import { parseGitSha1, parseSha256 } from "../util/ids.ts";

/** A repository at one commit. */
export interface Head {
  readonly commit: string;
  readonly files: readonly HubListing[];
}

export interface Heads {
  /** Where a branch is now; rejects with the hub's faults. */
  head(repository: string, branch: string, signal: AbortSignal): Promise<Head>;
  at(repository: string, commit: string, signal: AbortSignal): Promise<readonly HubListing[]>;
}

/** Milliseconds a branch is taken to stay where it is. */
const FRESH = 300_000;
/** A commit is what it is. */
const LASTING = 30 * 86_400_000;

const listing = v.object({
  path: v.string(),
  sizeBytes: v.number(),
  sha256: v.optional(v.string()),
  gitSha1: v.optional(v.string()),
});
const head = v.object({ commit: v.string(), files: v.array(listing) });

/** Each repository is asked once, however many entries came from it. */
export function createHeads(client: HubClient, cache: HubCache): Heads {
  async function kept(key: string, fresh: number, ask: () => Promise<Head>): Promise<Head> {
    const had = v.safeParse(head, (await cache.read([key], fresh, 0)).get(key)?.body);
    if (had.success) return { commit: had.output.commit, files: had.output.files.map(branded) };
    const body = await ask();
    await cache.write([{ key, body }]);
    return body;
  }
  const under = new Map<string, Promise<Head>>();
  /** Questions that are under way are shared. */
  const once = (key: string, fresh: number, ask: () => Promise<Head>): Promise<Head> => {
    const asked = under.get(key) ?? kept(key, fresh, ask).finally(() => under.delete(key));
    under.set(key, asked);
    return asked;
  };
  const at = async (repository: string, commit: string, signal: AbortSignal): Promise<readonly HubListing[]> => {
    const ask = async (): Promise<Head> => ({ commit, files: await client.files(repository, commit, signal) });
    return (await once(`huggingface:files:${repository}@${commit}`, LASTING, ask)).files;
  };
  return {
    at,
    head: (repository, branch, signal) =>
      once(`huggingface:head:${repository}@${branch}`, FRESH, async () => {
        const model = await client.model(repository, branch, signal);
        return { commit: model.commit, files: await client.files(model.repository, model.commit, signal) };
      }),
  };
}

function branded({ path, sizeBytes, sha256, gitSha1 }: v.InferOutput<typeof listing>): HubListing {
  const [large, small] = [parseSha256(sha256 ?? ""), parseGitSha1(gitSha1 ?? "")];
  return { path, sizeBytes, ...(large && { sha256: large }), ...(small && { gitSha1: small }) };
}
