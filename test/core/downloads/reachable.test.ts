import assert from "node:assert/strict";
import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createGotHttp } from "../../../src/core/adapters/got-http.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { isReachable } from "../../../src/core/downloads/reachable.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { never } from "./support.ts";

suite("whether a host answers", () => {
  const servers: Server[] = [];
  const http = createGotHttp();
  const asked: string[] = [];

  async function serve(name: string, location?: string): Promise<string> {
    const server = createServer((request, response) => {
      asked.push(`${name} ${request.url}`);
      if (location !== undefined) response.writeHead(302, { location });
      response.end("hello");
    });
    servers.push(server.listen(0, "127.0.0.1"));
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const parts = { http, clock: nodeClock, endpoints: [] as readonly string[], allowPrivateHosts: true };

  setup(() => {
    asked.length = 0;
  });
  teardown(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });
  suiteTeardown(() => http.close());

  test("any answer is one, and where it would send us is not asked", async () => {
    const inner = await serve("inner");
    const outer = await serve("outer", `${inner}/robots.txt`);
    assert.equal(await isReachable(parts, outer, never), true);
    assert.deepEqual(asked, ["outer /robots.txt"]);
  });

  test("an address of this machine is asked only where a person allowed or set it", async () => {
    const origin = await serve("inner");
    const guarded = { ...parts, allowPrivateHosts: false };
    await isReachable(guarded, origin, never);
    assert.deepEqual(asked, []);
    assert.equal(await isReachable({ ...guarded, endpoints: [`${origin}/hub`] }, origin, never), true);
    assert.deepEqual(asked, ["inner /robots.txt"]);
  });

  test("nobody there, and one who says nothing, are not", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    servers.push(silent);
    await once(silent, "listening");
    const clock = { sleep: (_: number, signal: AbortSignal) => nodeClock.sleep(millis(30), signal) };
    const { port } = silent.address() as AddressInfo;
    assert.equal(await isReachable({ ...parts, clock }, `http://127.0.0.1:${port}`, never), false);
    assert.equal(await isReachable(parts, "http://127.0.0.1:9", never), false);
  });
});
