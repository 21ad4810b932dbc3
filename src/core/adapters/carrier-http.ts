import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { Http, HttpResponse } from "../ports/http.ts";
import type { NetAgents } from "./net-agents.ts";
import { connectionFault } from "./connection-fault.ts";

/** A body no one wants is read to its end where that keeps the connection for the next request. */
const WORTH_DRAINING = 16 * 1024;
/** Bytes that may wait here before the socket is paused. */
const MOST_WAITING = 2 ** 20;

/** Node's own requests: what a library puts around them costs a fifth and more where gigabytes come. */
export function createCarrierHttp(agents: NetAgents): Http {
  return {
    request: async ({ url, headers, publicOnly = false }, signal) => {
      signal.throwIfAborted();
      const address = new URL(url);
      const agent = agents.for(address, publicOnly);
      const opened = Promise.withResolvers<IncomingMessage>();
      const head = { headers: { ...headers, "user-agent": "modeldeck" } };
      const request =
        "https" in agent
          ? https.request(address, { ...head, agent: agent.https })
          : http.request(address, { ...head, agent: agent.http });
      const abort = (): void => void request.destroy();
      signal.addEventListener("abort", abort, { once: true });
      // Stays for good: what fails after the head is told by the body.
      request.on("error", (error) => opened.reject(connectionFault(address.host, error)));
      request.once("response", opened.resolve);
      request.once("close", () => signal.removeEventListener("abort", abort));
      request.end();
      try {
        return answerOf(await opened.promise, address.host, signal);
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      }
    },
  };
}

function answerOf(response: IncomingMessage, host: string, signal: AbortSignal): HttpResponse {
  return {
    status: response.statusCode ?? 0,
    header: (name) => {
      const value = response.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    async *body() {
      try {
        yield* chunksOf(response);
      } catch (error) {
        signal.throwIfAborted();
        throw connectionFault(host, error);
      } finally {
        if (!response.complete) response.destroy();
      }
    },
    discard: () => {
      if (Number(response.headers["content-length"] ?? WORTH_DRAINING + 1) <= WORTH_DRAINING) response.resume();
      else response.destroy();
    },
  };
}

/** As they come, without the stream's own iterator, which costs more than reading them. */
async function* chunksOf(response: IncomingMessage): AsyncGenerator<Uint8Array> {
  let waiting: Buffer[] = [];
  let length = 0;
  let ended = false;
  let failure: Error | undefined;
  let news = Promise.withResolvers<void>();
  response.on("data", (chunk: Buffer) => {
    waiting.push(chunk);
    length += chunk.length;
    if (length >= MOST_WAITING) response.pause();
    news.resolve();
  });
  response.on("end", () => {
    ended = true;
    news.resolve();
  });
  const fail = (error?: Error): void => {
    if (ended) return;
    failure ??= error ?? new Error("the connection was reset");
    news.resolve();
  };
  response.on("error", fail);
  response.on("close", () => fail());
  // It broke off before anybody read it: nothing more is ever told.
  if (response.destroyed) fail(response.errored ?? undefined);
  for (;;) {
    const chunks = waiting;
    waiting = [];
    length = 0;
    if (response.isPaused()) response.resume();
    for (const chunk of chunks) yield chunk;
    if (waiting.length > 0) continue;
    if (failure) throw failure;
    if (ended) return;
    news = Promise.withResolvers();
    await news.promise;
  }
}
