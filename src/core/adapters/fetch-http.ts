import type { Http, HttpResponse } from "../ports/http.ts";
import { connectionReason } from "../sources/hub-faults.ts";
import { fault } from "../util/faults.ts";

/** Node's own client, for small questions in the owner's process; whole files go through the transfer thread. */
export const fetchHttp: Http = {
  request: async ({ url, headers }, signal) => {
    const { host } = new URL(url);
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
