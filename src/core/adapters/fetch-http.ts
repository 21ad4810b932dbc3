import { lookup } from "node:dns/promises";
import type { Http, HttpResponse } from "../ports/http.ts";
import { connectionReason } from "../sources/hub-faults.ts";
import { isPrivateAddress, isPrivateHost } from "../sources/url/private-address.ts";
import { fault } from "../util/faults.ts";

/** Node's own client, for small questions in the owner's process; whole files go through the transfer thread. */
export const fetchHttp: Http = {
  request: async ({ url, headers, publicOnly = false }, signal) => {
    const { host, hostname } = new URL(url);
    // Looked up twice, as this client takes no lookup of ours: a name may still say one thing to us and another to it.
    if (publicOnly && (await leadsInside(hostname))) throw fault({ code: "forbidden", host, reason: PRIVATE });
    /** Never the error itself: it may carry the address. */
    const broken = (error: unknown): Error => fault({ code: "network", host, reason: connectionReason(error) });
    const response = await fetch(url, {
      headers: { ...headers, "user-agent": "modeldeck" },
      redirect: "manual",
      signal,
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw broken(error);
    });
    return {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      async *body() {
        try {
          yield* response.body ?? [];
        } catch (error) {
          signal.throwIfAborted();
          throw broken(error);
        }
      },
      discard: () => void response.body?.cancel().catch(() => undefined),
    } satisfies HttpResponse;
  },
};

const PRIVATE = "its name stands for an address of the local network";

/** A name that nothing is known of is for the connection to fail at, or for a proxy to know. */
async function leadsInside(hostname: string): Promise<boolean> {
  if (isPrivateHost(hostname)) return true;
  const found = await lookup(hostname.replace(/^\[|\]$/g, ""), { all: true }).catch(() => []);
  return found.some(({ address }) => isPrivateAddress(address));
}
