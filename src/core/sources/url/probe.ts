import type { Http, HttpResponse } from "../../ports/http.ts";
import { type Fault, fault } from "../../util/faults.ts";
import { millis } from "../../util/ids.ts";
import { retryAfter } from "../hub-faults.ts";
import { type AddressRules, refuseAddress } from "./allow-address.ts";

export interface ProbeDeps extends AddressRules {
  readonly http: Http;
}

export interface ProbeAsk {
  readonly url: URL;
  /** For the origin of the address alone. */
  readonly token?: string | undefined;
  /** Whose origin it is: an address that the person has set, wherever it leads, and where there are accounts. */
  readonly account?: "civitai";
}

/** What a file's address tells of it, at the first byte. */
export interface Probed {
  readonly sizeBytes: number;
  readonly etag?: string;
  readonly modified?: string;
  readonly disposition?: string;
}

const MOST_HOPS = 5;

/**
 * Asks for the first byte, as an address that answers to HEAD is rarer than one that sends a part. Hops are taken one at a
 * time; the token stays at its origin.
 * @throws FaultError what is wrong with the address, or with what it sends
 */
export async function probe(deps: ProbeDeps, ask: ProbeAsk, signal: AbortSignal): Promise<Probed> {
  let url = ask.url;
  for (let hops = 0; hops <= MOST_HOPS; hops++) {
    const isHome = url.origin === ask.url.origin;
    const isTrusted = ask.account !== undefined && isHome;
    const refused = isTrusted ? undefined : await refuseAddress(url, deps, signal);
    if (refused !== undefined) throw fault({ code: "forbidden", host: ask.url.host, reason: refused });
    const token = isHome ? ask.token : undefined;
    const headers = { range: "bytes=0-0", "accept-encoding": "identity" };
    const response = await deps.http.request(
      {
        url: url.href,
        headers: token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` },
        publicOnly: !isTrusted && !deps.allowPrivateHosts,
      },
      signal,
    );
    response.discard();
    const location = response.header("location");
    if (response.status >= 300 && response.status < 400 && location !== undefined) {
      if (!URL.canParse(location, url.href))
        throw fault({ code: "network", host: url.host, reason: "it sends us nowhere" });
      url = new URL(location, url);
      if (ask.account !== undefined && /^\/login\b/.test(url.pathname)) throw fault(signIn(ask));
      continue;
    }
    if (response.status === 200 || response.status === 206) return read(response, url);
    throw fault(response.status === 401 && isHome ? signIn(ask) : refusalOf(response, url));
  }
  throw fault({ code: "forbidden", host: ask.url.host, reason: "it redirects in circles" });
}

function read(response: HttpResponse, url: URL): Probed {
  const broken = (reason: string): Error => fault({ code: "network", host: url.host, reason });
  const type = response.header("content-type") ?? "";
  if (/^text\/html\b|^application\/xhtml/i.test(type)) throw broken("it sends a web page in place of a file");
  const packed = response.header("content-encoding");
  if (packed !== undefined && packed !== "identity") throw broken(`it packs the file (${packed})`);
  const told =
    response.status === 206
      ? /^bytes 0-\d+\/(\d+)$/.exec(response.header("content-range") ?? "")?.[1]
      : response.header("content-length");
  const sizeBytes = told !== undefined && /^\d{1,15}$/.test(told) ? Number(told) : undefined;
  if (sizeBytes === undefined) throw broken("it does not say how large the file is");
  if (sizeBytes === 0) throw broken("the file is empty");
  const etag = response.header("etag");
  const modified = response.header("last-modified");
  const disposition = response.header("content-disposition");
  return {
    sizeBytes,
    ...(etag !== undefined && /^"[^"]{1,300}"$/.test(etag) && { etag }),
    ...(modified !== undefined && Number.isFinite(Date.parse(modified)) && { modified }),
    ...(disposition !== undefined && { disposition }),
  };
}

function signIn({ url: { host }, token, account }: ProbeAsk): Fault {
  return account === undefined
    ? { code: "forbidden", host, reason: "it wants a sign-in (status 401)" }
    : { code: "unauthorized", host, tokenGiven: token !== undefined, provider: account };
}

function refusalOf(response: HttpResponse, url: URL): Fault {
  const { status } = response;
  const { host } = url;
  if (status === 401 || status === 403 || status === 451)
    return { code: "forbidden", host, reason: `status ${status}` };
  if (status === 404 || status === 410) return { code: "notFound", what: "file", name: `${url.origin}${url.pathname}` };
  const header = (name: string): string | undefined => response.header(name);
  if (status === 429) return { code: "rateLimited", host, retryAfter: retryAfter({ header }) ?? millis(30_000) };
  return { code: "network", host, reason: status === 416 ? "the file is empty" : `status ${status}` };
}
