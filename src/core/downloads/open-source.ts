import type { Http, HttpResponse } from "../ports/http.ts";
import { faultOfRefusal, retryAfter } from "../sources/hub-faults.ts";
import { type Fault, fault } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import { mayCarryToken, mustBePublic, refuseHop } from "./redirects.ts";
import type { TransferJob } from "./transfers.ts";

/** An answer that carries the file or says that there is no such part: 200, 206 or 416. */
export interface Source {
  readonly response: HttpResponse;
  readonly host: string;
  /** Where it came from in the end. It may be signed: never told, never kept. */
  readonly url: URL;
}

/** It did not come to an answer, and may yet. */
export interface Refused {
  readonly fault: Fault;
  /** `rateLimited`, and the host did not say for how long. */
  readonly unsaid?: true;
}

const MOST_HOPS = 5;

/**
 * Follows the hub's redirects one at a time, so that the token stays at home and no address is kept.
 * @throws FaultError where trying again is of no use
 */
export async function openSource(
  http: Http,
  job: TransferJob,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Source | Refused> {
  const home = new URL(job.endpoint);
  let url = new URL(job.url);
  for (let hops = 0; hops <= MOST_HOPS; hops++) {
    const refused = refuseHop(url, home, job);
    if (refused !== undefined) throw fault({ code: "forbidden", host: home.host, reason: refused });
    const carry = job.token !== undefined && mayCarryToken(url, home);
    const response = await http.request(
      {
        url: url.href,
        headers: carry ? { ...headers, authorization: `Bearer ${job.token}` } : headers,
        publicOnly: mustBePublic(url, home, job),
      },
      signal,
    );
    if (url.origin === home.origin) checkPinned(response, job);
    const location = response.header("location");
    if (response.status >= 300 && response.status < 400 && location !== undefined) {
      response.discard();
      if (!URL.canParse(location, url.href))
        throw fault({ code: "network", host: url.host, reason: "it sends us nowhere" });
      url = new URL(location, url);
      continue;
    }
    if ([200, 206, 416].includes(response.status)) return { response, host: url.host, url };
    response.discard();
    return refusalOf(response, url, home, job, carry);
  }
  throw fault({ code: "forbidden", host: home.host, reason: "it redirects in circles" });
}

/** The hub says itself what it is about to send. Another commit, size or digest is another file than the one we chose. */
function checkPinned(response: HttpResponse, job: TransferJob): void {
  if (response.status >= 400) return;
  const digest = /^"?([0-9a-f]{64})"?$/i.exec(response.header("x-linked-etag") ?? "")?.[1]?.toLowerCase();
  const size = response.header("x-linked-size");
  const commit = response.header("x-repo-commit");
  const other =
    (digest !== undefined && job.sha256 !== undefined && digest !== job.sha256) ||
    (size !== undefined && Number(size) !== job.sizeBytes) ||
    (commit !== undefined && commit !== job.commit);
  if (!other) return;
  response.discard();
  throw fault({ code: "stale", what: `${job.repository}/${job.file}` });
}

/** @throws FaultError where trying again is of no use */
export function refusalOf(response: HttpResponse, url: URL, home: URL, job: TransferJob, tokenGiven: boolean): Refused {
  const { status } = response;
  const header = (name: string): string | undefined => response.header(name);
  const said = retryAfter({ header });
  if (status === 429 || (status === 503 && said !== undefined)) {
    return {
      fault: { code: "rateLimited", host: url.host, retryAfter: said ?? millis(30_000) },
      ...(said === undefined && { unsaid: true }),
    };
  }
  if (status === 407)
    throw fault({ code: "forbidden", host: url.host, reason: "the proxy on the way wants a name and a password" });
  if (status >= 500 || status === 408)
    return { fault: { code: "network", host: url.host, reason: `status ${status}` } };
  // A signed address that has expired, or a store that lost it: the hub makes a new one at the next attempt.
  if (url.origin !== home.origin) return { fault: { code: "network", host: url.host, reason: `status ${status}` } };
  const asked = {
    endpoint: job.endpoint,
    repository: job.repository,
    revision: job.commit,
    file: job.file,
    tokenGiven,
  };
  const why = faultOfRefusal({ status, header }, asked);
  // Whoever is asked for a token is asked for that hub's: one typed in the wrong place goes to the wrong host.
  throw fault(why.code === "unauthorized" && job.provider === "civitai" ? { ...why, provider: "civitai" } : why);
}
