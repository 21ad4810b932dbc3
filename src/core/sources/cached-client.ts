import type { CacheItem, HubCache } from "../metadata/hub-cache.ts";
import type { HubClient } from "../ports/hub-client.ts";
import { type Fault, fault, isFault } from "../util/faults.ts";
import { createFlights } from "../util/one-flight.ts";
import { parseListings, parseModel, parseScans } from "./cached-answers.ts";

export interface CachedClient {
  readonly client: HubClient;
  readonly cache: HubCache;
  /** Of the hub; what one mirror says another need not. */
  readonly endpoint: string;
  /** Who asks sees other things than who does not. */
  readonly token: () => Promise<string | undefined>;
}

/** Milliseconds. Branches move; what a commit holds does not. */
const HOLDS = { branch: 30_000, commit: 7 * 86_400_000, failure: 10_000 };
/** Files of a listing that is kept: each costs a hundred bytes in the registry. */
const LARGEST_LISTING = 3000;

/** What would be answered alike when asked again at once; tokens and terms may be set in between. */
const HELD: ReadonlySet<Fault["code"]> = new Set(["notFound", "forbidden", "rateLimited", "network", "timeout"]);

/** What the hub answered a moment ago is not asked again, that it failed neither; nor twice at the same time. */
export function createCachedClient({ client, cache, endpoint, token }: CachedClient): HubClient {
  const flights = createFlights<unknown>();

  async function remembered<T>(
    key: string,
    holds: number,
    parse: (body: unknown) => T | undefined,
    ask: (signal: AbortSignal) => Promise<T>,
    keep: (answer: T) => boolean,
    signal: AbortSignal,
  ): Promise<T> {
    const whole = `huggingface:${endpoint}:${(await token()) === undefined ? "anyone" : "account"}:${key}`;
    const work = async (flying: AbortSignal): Promise<T> => {
      const had = (await cache.read([whole], holds, HOLDS.failure)).get(whole);
      if (had && isKeptFault(had.fault)) throw fault(had.fault);
      const known = had && parse(had.body);
      if (known !== undefined) return known;
      try {
        const answer = await ask(flying);
        if (keep(answer)) await write({ key: whole, body: answer });
        return answer;
      } catch (error) {
        flying.throwIfAborted();
        if (isFault(error) && HELD.has(error.code))
          await write({ key: whole, failure: error.code, fault: error.fault });
        throw error;
      }
    };
    const found = await flights.run(whole, work, signal);
    const parsed = parse(found);
    if (parsed === undefined) throw new TypeError("an answer that was understood is not understood again");
    return parsed;
  }

  /** A registry that cannot be written to leaves nothing but another question. */
  const write = (item: CacheItem): Promise<void> => cache.write([item]).catch(() => undefined);

  return {
    model: (repository, revision, signal) =>
      remembered(
        `model:${repository}@${revision ?? ""}`,
        HOLDS.branch,
        parseModel,
        (flying) => client.model(repository, revision, flying),
        () => true,
        signal,
      ),
    files: (repository, commit, signal) =>
      remembered(
        `files:${repository}@${commit}`,
        HOLDS.commit,
        parseListings,
        (flying) => client.files(repository, commit, flying),
        (listings) => listings.length <= LARGEST_LISTING,
        signal,
      ),
    // Files are scanned after they came, so that what is said of a commit may change.
    scans: (repository, commit, paths, signal) =>
      remembered(
        `scans:${repository}@${commit} ${paths.join(" ")}`,
        HOLDS.branch,
        parseScans,
        (flying) => client.scans(repository, commit, paths, flying),
        () => true,
        signal,
      ),
    search: (text, limit, signal) => client.search(text, limit, signal),
    list: (query, signal) => client.list(query, signal),
  };
}

/** As we wrote it: the registry is ours. */
const isKeptFault = (value: unknown): value is Fault =>
  typeof value === "object" && value !== null && "code" in value && HELD.has(codeOf(value.code));

const codeOf = (code: unknown): Fault["code"] => [...HELD].find((one) => one === code) ?? "unknownVerb";
