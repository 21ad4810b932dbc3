import type { Http } from "../ports/http.ts";
import type { NetSettings } from "./choose-proxy.ts";

/**
 * Small questions in the owner's process, by the settings as they are at each; by got, which is loaded with the first.
 * Whole files go through the transfer thread.
 */
export function createOwnerHttp(network: () => NetSettings): Http {
  let held: { readonly words: string; readonly client: Promise<Http> } | undefined;
  const load = async (net: NetSettings): Promise<Http> => {
    const [{ createGotHttp }, { createNetAgents }] = await Promise.all([
      import("./got-http.ts"),
      import("./net-agents.ts"),
    ]);
    return createGotHttp(createNetAgents(net));
  };
  return {
    request: async (request, signal) => {
      const net = network();
      const words = JSON.stringify(net);
      if (held?.words !== words) held = { words, client: load(net) };
      return (await held.client).request(request, signal);
    },
  };
}
