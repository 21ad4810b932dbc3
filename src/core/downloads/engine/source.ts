import type { Http, HttpResponse } from "../../ports/http.ts";
import { type Fault, fault } from "../../util/faults.ts";
import { millis } from "../../util/ids.ts";
import { type Refused, type Source, openSource, refusalOf } from "../open-source.ts";
import { mayCarryToken, mustBePublic } from "../redirects.ts";
import type { Patience, TransferJob } from "../transfers.ts";

export interface SourcePorts {
  /** Finds the way: redirects and refusals. */
  readonly http: Http;
  /** Brings bytes from where the way ended. */
  readonly carrier: Http;
}

/** Where a file comes from. The way there is asked for once, and again when its end has expired. */
export interface FileSource {
  /**
   * An answer of 200, 206 or 416, or why there is none and may be yet.
   * @throws FaultError where trying again is of no use
   */
  ask(headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Source | Refused>;
  /** Who would be asked now. */
  host(): string;
  /** The way is asked for anew. */
  forget(): void;
}

/** Answers of an address that was good, and is no more. */
const EXPIRED = new Set([400, 401, 403, 404, 410]);

export function createFileSource({ http, carrier }: SourcePorts, job: TransferJob, patience: Patience): FileSource {
  const home = new URL(job.endpoint);
  /** Memory only: its query may be a key. */
  let address: URL | undefined;
  /** One asks for the way, the others wait for what it finds. */
  let finding: Promise<void> | undefined;

  async function find(headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Source | Refused> {
    const found = Promise.withResolvers<void>();
    finding = found.promise;
    try {
      const source = await openSource(http, job, headers, signal);
      if ("response" in source && source.response.status !== 416) address = source.url;
      return source;
    } finally {
      finding = undefined;
      found.resolve();
    }
  }

  async function direct(
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Source | Refused> {
    const carry = job.token !== undefined && mayCarryToken(url, home);
    const response = await carrier.request(
      {
        url: url.href,
        headers: carry ? { ...headers, authorization: `Bearer ${job.token}` } : headers,
        publicOnly: mustBePublic(url, home, job),
      },
      signal,
    );
    if ([200, 206, 416].includes(response.status)) return { response, host: url.host, url };
    response.discard();
    const moved = response.status >= 300 && response.status < 400;
    if (moved || EXPIRED.has(response.status)) {
      if (address === url) address = undefined;
      return refusedBy(response, url);
    }
    return refusalOf(response, url, home, job, carry);
  }

  return {
    ask: async (headers, signal) => {
      for (let busy = finding; busy; busy = finding) {
        await busy;
        signal.throwIfAborted();
      }
      const asked = address === undefined ? find(headers, signal) : direct(address, headers, signal);
      const answer = await asked;
      if (!("fault" in answer) || answer.unsaid !== true || answer.fault.code !== "rateLimited") return answer;
      return { fault: { ...answer.fault, retryAfter: millis(patience.unsaidWait) } };
    },
    host: () => (address ?? new URL(job.url)).host,
    forget: () => void (address = undefined),
  };
}

const refusedBy = (response: Pick<HttpResponse, "status">, url: URL): { readonly fault: Fault } => ({
  fault: fault({ code: "network", host: url.host, reason: `status ${response.status}` }).fault,
});
