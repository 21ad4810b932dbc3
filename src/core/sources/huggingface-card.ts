import type { HubCache } from "../metadata/hub-cache.ts";
import type { Web } from "../ports/web.ts";
import { fault, isFault } from "../util/faults.ts";
import { bytes } from "../util/ids.ts";
import { faultOfRefusal, fileAddress } from "./hub-faults.ts";

export interface HubCards {
  readonly web: Web;
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly token: () => Promise<string | undefined>;
  readonly cache: HubCache;
}

/** A longer card is no card. */
export const LARGEST_CARD = bytes(2 ** 20);

const DAY = 86_400_000;

/** The README of a repository at a commit, or where it is now; undefined where it has none. Rejects with the hub's faults. */
export async function fetchCard(
  { web, endpoint, token, cache }: HubCards,
  repository: string,
  revision: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const key = `huggingface:card:${repository}@${revision}`;
  const had = (await cache.read([key], 7 * DAY, DAY)).get(key);
  if (had) return typeof had.body === "string" ? had.body : undefined;
  const given = (await token())?.trim();
  const answer = await web.ask(
    { url: fileAddress(endpoint, repository, revision, "README.md"), token: given, limit: LARGEST_CARD },
    signal,
  );
  if (answer.status === 200) {
    const body = new TextDecoder().decode(answer.body);
    await cache.write([{ key, body, etag: answer.header("etag") }]);
    return body;
  }
  const tokenGiven = given !== undefined;
  const refused = fault(faultOfRefusal(answer, { endpoint, repository, revision, file: "README.md", tokenGiven }));
  if (!isFault(refused, "notFound")) throw refused;
  await cache.write([{ key, failure: "notFound" }]);
  return undefined;
}
