import { Agent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import got from "got";
import type { Http, HttpResponse } from "../ports/http.ts";
import { connectionReason } from "../sources/hub-faults.ts";
import { fault } from "../util/faults.ts";

/** A body no one wants is read to its end where that keeps the connection for the next request. */
const WORTH_DRAINING = 16 * 1024;

/** got as a transport and nothing more: what it would do by itself, we do where it can be checked. */
export function createGotHttp(): Http & { close(): void } {
  const agent = { http: new Agent({ keepAlive: true }), https: new SecureAgent({ keepAlive: true }) };
  const send = got.extend({
    agent,
    retry: { limit: 0 },
    followRedirect: false,
    decompress: false,
    http2: false,
    throwHttpErrors: false,
    timeout: { lookup: 20_000, connect: 20_000, secureConnect: 20_000 },
    headers: { "user-agent": "modeldeck" },
  });
  return {
    request: async ({ url, headers }, signal) => {
      signal.throwIfAborted();
      const { host } = new URL(url);
      /** Never the error itself: got's carry the address, the headers and the token with them. */
      const broken = (error: unknown): Error => fault({ code: "network", host, reason: connectionReason(error) });
      const stream = send.stream(url, { headers, signal });
      const opened = Promise.withResolvers<HttpResponse>();
      // Stays for good: what fails after the head is told by the body.
      stream.on("error", (error: unknown) => opened.reject(broken(error)));
      stream.once(
        "response",
        (head: { statusCode: number; headers: Record<string, string | string[] | undefined> }) => {
          opened.resolve({
            status: head.statusCode,
            header: (name) => {
              const value = head.headers[name];
              return Array.isArray(value) ? value.join(", ") : value;
            },
            async *body() {
              try {
                for await (const chunk of stream) yield asBytes(chunk);
              } catch (error) {
                signal.throwIfAborted();
                throw broken(error);
              } finally {
                stream.destroy();
              }
            },
            discard: () => {
              if (Number(head.headers["content-length"] ?? WORTH_DRAINING + 1) <= WORTH_DRAINING) stream.resume();
              else stream.destroy();
            },
          });
        },
      );
      try {
        return await opened.promise;
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      }
    },
    close: () => {
      agent.http.destroy();
      agent.https.destroy();
    },
  };
}

function asBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError("a body that is no bytes");
}
