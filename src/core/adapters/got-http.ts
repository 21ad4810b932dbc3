import got from "got";
import type { Http, HttpResponse } from "../ports/http.ts";
import { isPrivateHost } from "../sources/url/private-address.ts";
import { DEFAULT_NET } from "./choose-proxy.ts";
import { connectionFault, privateFault } from "./connection-fault.ts";
import { type NetAgents, createNetAgents } from "./net-agents.ts";

/** A body no one wants is read to its end where that keeps the connection for the next request. */
const WORTH_DRAINING = 16 * 1024;

/** got as a transport and nothing more: what it would do by itself, we do where it can be checked. */
export function createGotHttp(agents: NetAgents = createNetAgents(DEFAULT_NET)): Http & { close(): void } {
  const send = got.extend({
    retry: { limit: 0 },
    followRedirect: false,
    decompress: false,
    http2: false,
    throwHttpErrors: false,
    timeout: { lookup: 20_000, connect: 20_000, secureConnect: 20_000 },
    headers: { "user-agent": "modeldeck" },
  });
  return {
    request: async ({ url, headers, publicOnly = false }, signal) => {
      signal.throwIfAborted();
      const address = new URL(url);
      // A literal address is never looked up.
      if (publicOnly && isPrivateHost(address.hostname)) throw privateFault(address.host);
      const broken = (error: unknown): Error => connectionFault(address.host, error);
      const stream = send.stream(url, { headers, signal, agent: agents.for(address, publicOnly) });
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
    close: () => agents.close(),
  };
}

function asBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError("a body that is no bytes");
}
