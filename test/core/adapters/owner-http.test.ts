import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { DEFAULT_NET, type NetSettings } from "../../../src/core/adapters/choose-proxy.ts";
import { createOwnerHttp } from "../../../src/core/adapters/owner-http.ts";

suite("small questions of the owner", () => {
  test("go by what the settings of the network are when they are asked", async () => {
    const seen: (string | undefined)[] = [];
    const server = http.createServer(({ url }, response) => {
      seen.push(url);
      response.end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      let net: NetSettings = DEFAULT_NET;
      const owner = createOwnerHttp(() => net);
      const ask = async (url: string): Promise<void> =>
        (await owner.request({ url, headers: {} }, new AbortController().signal)).discard();
      await ask(`${address}/direct`);
      net = { ...DEFAULT_NET, proxy: address };
      await ask("http://hub.invalid/x");
      assert.deepEqual(seen, ["/direct", "http://hub.invalid/x"]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
