import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createGotHttp } from "../../../src/core/adapters/got-http.ts";
import type { Http } from "../../../src/core/ports/http.ts";
import { probe } from "../../../src/core/sources/url/probe.ts";
import { isFault } from "../../../src/core/util/faults.ts";

suite("small questions of the owner", () => {
  const http = createGotHttp();
  const { signal: never } = new AbortController();
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.end("hello");
  });
  let port = 0;
  suiteSetup(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    port = typeof address === "object" && address !== null ? address.port : assert.fail();
  });
  setup(() => (asked = 0));
  suiteTeardown(() => new Promise((resolve) => server.close(resolve)));

  for (const host of ["localhost", "127.0.0.1", "[::1]", "localhost."])
    test(`${host} is not asked where only the public may be`, async () => {
      const request = http.request({ url: `http://${host}:${port}/x`, headers: {}, publicOnly: true }, never);
      await assert.rejects(request, (error) => isFault(error, "forbidden"));
      assert.equal(asked, 0);
    });

  test("else it is", async () => {
    const response = await http.request({ url: `http://127.0.0.1:${port}/x`, headers: {} }, never);
    response.discard();
    assert.equal(asked, 1);
  });

  test("an address of a stranger is asked with only the public allowed, the person's own is not", async () => {
    const told: (boolean | undefined)[] = [];
    const telling: Http = {
      request: async ({ publicOnly }) => {
        told.push(publicOnly);
        const header = (name: string): string | undefined => (name === "content-length" ? "5" : undefined);
        return { status: 200, header, async *body() {}, discard: () => undefined };
      },
    };
    const names = { resolve: async () => ["93.184.216.34"] };
    const url = new URL("https://files.example/x");
    await probe({ http: telling, names, allowPrivateHosts: false }, { url }, never);
    await probe({ http: telling, names, allowPrivateHosts: true }, { url }, never);
    await probe({ http: telling, names, allowPrivateHosts: false }, { url, account: "civitai" }, never);
    assert.deepEqual(told, [true, false, false]);
  });
});
