import { type HubQuestion, connectionReason, faultOfRefusal } from "../sources/hub-faults.ts";
import { fault, isFault } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import type { NetFetch } from "./net-fetch.ts";

export interface HubFetch {
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly asked: HubQuestion;
  readonly request: NetFetch;
  readonly signal: AbortSignal;
}

const ANSWER_WITHIN = 30_000;
const MOST_REDIRECTS = 5;
/** Of an answer that is metadata. */
const MOST_BYTES = 64 * 2 ** 20;
/** Before the second and the third attempt, at most. */
const PAUSES = [400, 1600];

/**
 * What the hub's library fetches with. The token goes to the endpoint's origin alone and never beyond a redirect to
 * another; the answers it refuses, breaks or delays are faults of ours, so that no error carries an address.
 */
export function createHubFetch({ endpoint, token, asked, request, signal }: HubFetch): typeof fetch {
  const home = new URL(endpoint);
  const once = async (url: URL, init: RequestInit | undefined): Promise<Response> => {
    const headers = new Headers(init?.headers);
    headers.delete("authorization");
    if (token !== undefined && url.origin === home.origin) headers.set("authorization", `Bearer ${token}`);
    const limit = AbortSignal.timeout(ANSWER_WITHIN);
    try {
      const response = await request(url, {
        method: init?.method ?? "GET",
        headers,
        body: init?.body ?? null,
        signal: AbortSignal.any([signal, limit]),
      });
      // Read to its end here: the library would not notice that an answer was torn.
      const body = await readAll(response, url.host);
      return Object.defineProperty(new Response(body, response), "url", { value: url.origin + url.pathname });
    } catch (error) {
      signal.throwIfAborted();
      if (isFault(error)) throw error;
      if (limit.aborted) throw fault({ code: "timeout", what: url.host, waited: millis(ANSWER_WITHIN) });
      throw fault({ code: "network", host: url.host, reason: connectionReason(error) });
    }
  };
  return async (input, init) => {
    let url = new URL(input instanceof Request ? input.url : input);
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      if (url.origin !== home.origin) {
        throw fault({ code: "network", host: home.host, reason: `it sends us elsewhere, to ${url.host}` });
      }
      const response = await withPatience(() => once(url, init), signal);
      const location = response.headers.get("location");
      if (response.status < 300 || response.status > 399 || location === null) {
        if (response.ok) return response;
        throw fault(await refusalOf(response, asked));
      }
      url = new URL(location, url);
    }
    throw fault({ code: "network", host: home.host, reason: "it redirects in circles" });
  };
}

async function readAll(response: Response, host: string): Promise<ArrayBuffer | null> {
  if (response.body === null || [101, 204, 205, 304].includes(response.status)) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > MOST_BYTES) throw fault({ code: "network", host, reason: "its answer is too long" });
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole.buffer;
}

/** Breaks and overload are tried twice more; every other answer is the answer. */
async function withPatience(attempt: () => Promise<Response>, signal: AbortSignal): Promise<Response> {
  for (const pause of PAUSES) {
    try {
      const response = await attempt();
      if (![500, 502, 503, 504].includes(response.status)) return response;
    } catch (error) {
      if (!isFault(error, "network")) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * pause));
    signal.throwIfAborted();
  }
  return attempt();
}

async function refusalOf(response: Response, asked: HubQuestion): Promise<ReturnType<typeof faultOfRefusal>> {
  const message = errorText(await response.text());
  return faultOfRefusal(
    {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      ...(message !== undefined && { message }),
    },
    asked,
  );
}

function errorText(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== "object" || parsed === null || !("error" in parsed)) return undefined;
    return typeof parsed.error === "string" ? parsed.error : undefined;
  } catch {
    return undefined;
  }
}
