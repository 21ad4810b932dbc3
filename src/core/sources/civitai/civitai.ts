import type { HubCache } from "../../metadata/hub-cache.ts";
import { isFault } from "../../util/faults.ts";
import { type Sha256, bytes } from "../../util/ids.ts";
import { type CivitaiAccess, ask } from "./ask.ts";
import { type CivitaiModel, type CivitaiVersion, digestsOf, parseModel, parseVersion, versionsIn } from "./version.ts";

/** What Civitai tells of files by their digests. */
export interface Civitai {
  /** As many as there are, in few requests; digests it does not know are left out. */
  byHash(digests: readonly Sha256[], signal: AbortSignal): Promise<ReadonlyMap<Sha256, CivitaiVersion>>;
  model(id: number, signal: AbortSignal): Promise<CivitaiModel | undefined>;
  version(id: number, signal: AbortSignal): Promise<CivitaiVersion | undefined>;
  /** The bytes of a picture that it named; undefined where they are not to be had. */
  picture(address: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
  page(modelId: number, versionId: number): string;
}

/** Its own limits. */
const IDS_AT_ONCE = 10_000;
const RECORDS_AT_ONCE = 100;
const LARGEST_PICTURE = bytes(16 * 2 ** 20);

const DAY = 86_400_000;
const FRESH = { known: 7 * DAY, unknown: DAY, model: 600_000 };

export function createCivitai(access: CivitaiAccess & { readonly cache: HubCache }): Civitai {
  const { cache, endpoint, web } = access;
  const hashKey = (digest: Sha256): string => `civitai:hash:${digest}`;

  /** Those it knows, where it says so without their records; all of them where it does not. */
  async function known(digests: readonly Sha256[], signal: AbortSignal): Promise<readonly Sha256[]> {
    if (digests.length <= RECORDS_AT_ONCE) return digests;
    const found = new Set<string>();
    for (const some of chunks(digests, IDS_AT_ONCE)) {
      const answer = await ask(access, "/api/v1/model-versions/by-hash/ids", some, signal).catch((error: unknown) => {
        if (isFault(error, "network") && error.fault.reason === "status 400") return undefined;
        throw error;
      });
      const hashes = hashesIn(answer);
      if (!hashes) return digests;
      for (const hash of hashes) found.add(hash.toLowerCase());
    }
    return digests.filter((digest) => found.has(digest));
  }

  return {
    byHash: async (digests, signal) => {
      const wanted = [...new Set(digests)];
      const cached = await cache.read(wanted.map(hashKey), FRESH.known, FRESH.unknown);
      const found = new Map<Sha256, CivitaiVersion>();
      for (const digest of wanted) {
        const version = parseVersion(cached.get(hashKey(digest))?.body);
        if (version) found.set(digest, version);
      }
      const open = wanted.filter((digest) => !cached.has(hashKey(digest)));
      const ours = new Set(open);
      for (const some of chunks(await known(open, signal), RECORDS_AT_ONCE)) {
        const answer = await ask(access, "/api/v1/model-versions/by-hash", some, signal);
        for (const version of versionsIn(answer))
          for (const digest of digestsOf(version)) if (ours.has(digest)) found.set(digest, version);
      }
      await cache.write(
        open.map((digest) => {
          const version = found.get(digest);
          return version ? { key: hashKey(digest), body: version } : { key: hashKey(digest), failure: "notFound" };
        }),
      );
      return found;
    },
    model: async (id, signal) => {
      const key = `civitai:model:${id}`;
      const cached = await cache.read([key], FRESH.model, FRESH.model);
      const had = cached.get(key);
      if (had) return had.body === undefined ? undefined : parseModel(had.body);
      const answer = await ask(access, `/api/v1/models/${id}`, undefined, signal);
      const model = parseModel(answer);
      const body = model && { id, name: model.name, modelVersions: model.versions, ...model.terms };
      await cache.write([body ? { key, body } : { key, failure: "notFound" }]);
      return model;
    },
    version: async (id, signal) => {
      const key = `civitai:version:${id}`;
      const had = (await cache.read([key], FRESH.model, FRESH.model)).get(key);
      if (had) return parseVersion(had.body);
      const version = parseVersion(await ask(access, `/api/v1/model-versions/${id}`, undefined, signal));
      await cache.write([version ? { key, body: version } : { key, failure: "notFound" }]);
      return version;
    },
    picture: async (address, signal) => {
      if (!mayFetch(address, endpoint)) return undefined;
      const answer = await web.ask({ url: address, limit: LARGEST_PICTURE }, signal);
      return answer.status === 200 ? answer.body : undefined;
    },
    page: (modelId, versionId) => `${endpoint}/models/${modelId}?modelVersionId=${versionId}`,
  };
}

/** An address from a stranger: of the web, safe, or of the endpoint itself. */
function mayFetch(address: string, endpoint: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, origin } = new URL(address);
  return protocol === "https:" || origin === new URL(endpoint).origin;
}

/** undefined where the answer names versions without the digests they are of. */
function hashesIn(answer: unknown): readonly string[] | undefined {
  if (!Array.isArray(answer)) return undefined;
  const hashes: string[] = [];
  for (const one of answer) {
    const hash: unknown = typeof one === "object" && one !== null && "hash" in one ? one.hash : undefined;
    if (typeof hash !== "string") return undefined;
    hashes.push(hash);
  }
  return hashes;
}

const chunks = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
