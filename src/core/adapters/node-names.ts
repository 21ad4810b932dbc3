import { lookup } from "node:dns/promises";
import type { Names } from "../ports/names.ts";

/** As the system resolves them, `/etc/hosts` included. */
export const nodeNames: Names = {
  resolve: async (host, signal) => {
    const found = await lookup(host, { all: true }).catch(() => []);
    signal.throwIfAborted();
    return found.map(({ address }) => address);
  },
};
