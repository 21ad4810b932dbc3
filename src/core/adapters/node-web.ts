import type { Web, WebAnswer, WebQuestion } from "../ports/web.ts";
import { connectionReason } from "../sources/hub-faults.ts";
import { fault, isFault } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import { type NetFetch, createNetFetch } from "./net-fetch.ts";

const ANSWER_WITHIN = 30_000;
const MOST_REDIRECTS = 5;

/** A name of our own: to what looks like a browser, some hubs answer with a page to sign in. */
const USER_AGENT = "modeldeck";

export const createNodeWeb = (request: NetFetch): Web => ({
  ask: async (question, signal) => {
    signal.throwIfAborted();
    const home = new URL(question.url);
    const limit = AbortSignal.timeout(ANSWER_WITHIN);
    try {
      return await followed(request, question, home, AbortSignal.any([signal, limit]));
    } catch (error) {
      signal.throwIfAborted();
      if (isFault(error)) throw error;
      if (limit.aborted) throw fault({ code: "timeout", what: home.host, waited: millis(ANSWER_WITHIN) });
      throw fault({ code: "network", host: home.host, reason: connectionReason(error) });
    }
  },
});

/** Where nobody has said how the web is reached. */
export const nodeWeb: Web = createNodeWeb(createNetFetch());

async function followed(request: NetFetch, question: WebQuestion, home: URL, signal: AbortSignal): Promise<WebAnswer> {
  const refuse = (reason: string): Error => fault({ code: "network", host: home.host, reason });
  let url = home;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const response = await send(request, question, url, home, signal);
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || response.status === 304 || location === null) {
      const body = await readAll(response, question.limit, () => refuse("its answer is too long"));
      return { status: response.status, header: (name) => response.headers.get(name) ?? undefined, body };
    }
    await response.body?.cancel();
    url = new URL(location, url);
    const isWeb = url.protocol === "https:" || (url.protocol === "http:" && home.protocol === "http:");
    if (!isWeb) throw refuse(`it sends us to an address that is not safe, at ${url.host}`);
  }
  throw refuse("it redirects in circles");
}

function send(
  request: NetFetch,
  { token, json }: WebQuestion,
  url: URL,
  home: URL,
  signal: AbortSignal,
): Promise<Response> {
  const headers = new Headers({ "user-agent": USER_AGENT });
  if (token !== undefined && url.origin === home.origin) headers.set("authorization", `Bearer ${token}`);
  if (json === undefined) return request(url, { headers, signal });
  headers.set("content-type", "application/json");
  return request(url, { method: "POST", headers, body: JSON.stringify(json), signal });
}

async function readAll(response: Response, limit: number, tooLong: () => Error): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > limit) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
