import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { pipeline } from "node:stream";
import { createBrotliDecompress, createGunzip } from "node:zlib";
import { DEFAULT_NET, type NetSettings } from "./choose-proxy.ts";
import type { AgentOf, NetAgents } from "./net-agents.ts";

export interface NetRequest {
  readonly method?: string;
  readonly headers: Headers;
  readonly body?: ConstructorParameters<typeof Response>[0];
  readonly signal: AbortSignal;
}

/** As `fetch` with `redirect: "manual"`, but that it rejects with the system's errors; `url` of the answer is empty. */
export type NetFetch = (url: URL, request: NetRequest) => Promise<Response>;

/**
 * `fetch` through the proxy and with the certificates a person has set. Node's own knows of neither: VS Code makes up for
 * that in the extension host's main thread alone, and the deck lives in another one.
 * @param network asked before each request
 */
export function createNetFetch(network: () => NetSettings = () => DEFAULT_NET): NetFetch {
  let held: { readonly words: string; readonly agents: Promise<NetAgents> } | undefined;
  const open = async (net: NetSettings): Promise<NetAgents> => (await import("./net-agents.ts")).createNetAgents(net);
  const agentsNow = (): Promise<NetAgents> => {
    const net = network();
    const words = JSON.stringify(net);
    if (held?.words !== words) held = { words, agents: open(net) };
    return held.agents;
  };
  return async (url, { method = "GET", headers, body, signal }) => {
    signal.throwIfAborted();
    const sent = body === undefined || body === null ? undefined : Buffer.from(await new Response(body).arrayBuffer());
    const agent = (await agentsNow()).for(url, false);
    const options = { method, headers: { ...Object.fromEntries(headers), "accept-encoding": "gzip, br" }, signal };
    try {
      return answerOf(await send(url, options, agent, sent));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof StaleConnection)) throw error;
      return answerOf(await send(url, options, agent, sent));
    }
  };
}

/** A connection that was kept ended just as it was used again: nothing was asked on it. */
class StaleConnection extends Error {}

function send(
  url: URL,
  options: http.RequestOptions,
  agent: AgentOf,
  body: Buffer | undefined,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request =
    "https" in agent
      ? https.request(url, { ...options, agent: agent.https })
      : http.request(url, { ...options, agent: agent.http });
  request.once("response", resolve);
  // Stays for good: what fails after the head is told by the body.
  request.on("error", (error) =>
    reject(request.reusedSocket && options.method === "GET" ? new StaleConnection("", { cause: error }) : error),
  );
  request.end(body);
  return promise;
}

const WITHOUT_BODY = new Set([204, 205, 304]);

function answerOf(response: IncomingMessage): Response {
  const headers = new Headers();
  for (let at = 0; at + 1 < response.rawHeaders.length; at += 2)
    headers.append(response.rawHeaders[at] ?? "", response.rawHeaders[at + 1] ?? "");
  const status = response.statusCode ?? 0;
  if (WITHOUT_BODY.has(status)) {
    response.resume();
    return new Response(null, { status, headers });
  }
  return new Response(unpacked(response), { status, headers });
}

function unpacked(response: IncomingMessage): AsyncIterable<Uint8Array> {
  const packing = response.headers["content-encoding"];
  const unpack = packing === "gzip" ? createGunzip() : packing === "br" ? createBrotliDecompress() : undefined;
  // Whoever reads it hears what breaks.
  return unpack ? pipeline(response, unpack, () => undefined) : response;
}
