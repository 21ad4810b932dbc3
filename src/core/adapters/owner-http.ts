import type { Http } from "../ports/http.ts";
import type { NetSettings } from "./choose-proxy.ts";

/** Small questions in the owner's process, by got, which is loaded with the first; whole files go through the transfer thread. */
export function createOwnerHttp(network: () => NetSettings): Http {
  let client: Promise<Http> | undefined;
  const load = async (): Promise<Http> => {
    const [{ createGotHttp }, { createNetAgents }] = await Promise.all([
      import("./got-http.ts"),
      import("./net-agents.ts"),
    ]);
    return createGotHttp(createNetAgents(network()));
  };
  return {
    request: async (request, signal) => {
      client ??= load();
      return (await client).request(request, signal);
    },
  };
}
