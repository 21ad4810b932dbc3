import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { DEFAULT_NET, type NetSettings } from "../../../src/core/adapters/choose-proxy.ts";
import { createNetFetch } from "../../../src/core/adapters/net-fetch.ts";

const never = new AbortController().signal;

suite("requests by the settings of the network", () => {
  let server: http.Server;
  let address: string;
  let answer: http.RequestListener;

  setup(async () => {
    server = http.createServer((request, response) => answer(request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  teardown(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const get = (path: string, signal = never): Promise<Response> =>
    createNetFetch()(new URL(path, address), { headers: new Headers({ "x-one": "1" }), signal });

  test("tell what `fetch` tells: status, headers and the body unpacked", async () => {
    const texts = { plain: Buffer.from("text"), gzip: gzipSync("text"), br: brotliCompressSync("text") };
    answer = ({ url = "", headers }, response) => {
      const [, packing] = url.split("/");
      const body = packing === "gzip" || packing === "br" ? texts[packing] : texts.plain;
      response.writeHead(404, {
        ...(body !== texts.plain && { "content-encoding": packing }),
        "x-one": headers["x-one"],
      });
      response.end(body);
    };
    for (const packing of Object.keys(texts)) {
      const response = await get(`/${packing}`);
      assert.deepEqual([response.status, response.headers.get("x-one"), await response.text()], [404, "1", "text"]);
    }
  });

  test("bring a body there, follow nothing, and take an answer without a body", async () => {
    answer = (request, response) => {
      if (request.method === "GET") return void response.writeHead(304).end();
      response.writeHead(302, { location: "/elsewhere" });
      request.pipe(response);
    };
    const sent = { method: "POST", headers: new Headers(), body: '{"a":1}', signal: never };
    const response = await createNetFetch()(new URL(address), sent);
    assert.deepEqual([response.status, await response.text()], [302, '{"a":1}']);
    const { status, body } = await get("/");
    assert.deepEqual([status, body], [304, null]);
  });

  test("end with their signal, before the head and after it, and where the connection breaks", async () => {
    answer = ({ url, socket }, response) => {
      if (url === "/silent") return;
      response.writeHead(200, { "content-length": 9 });
      response.write("text");
      if (url === "/broken") setImmediate(() => socket.destroy());
    };
    const stop = new AbortController();
    const asked = once(server, "request").then(() => stop.abort());
    await assert.rejects(get("/silent", stop.signal), { name: "AbortError" });
    await asked;
    const later = new AbortController();
    const response = await get("/slow", later.signal);
    later.abort();
    await assert.rejects(response.text());
    await assert.rejects(get("/broken").then((broken) => broken.text()));
  });

  test("go by what the settings are when they are asked", async () => {
    const seen: (string | undefined)[] = [];
    answer = ({ url }, response) => {
      seen.push(url);
      response.end();
    };
    let net: NetSettings = DEFAULT_NET;
    const ask = createNetFetch(() => net);
    await (await ask(new URL("/direct", address), { headers: new Headers(), signal: never })).text();
    net = { ...DEFAULT_NET, proxy: address };
    await (await ask(new URL("http://hub.invalid/x"), { headers: new Headers(), signal: never })).text();
    assert.deepEqual(seen, ["/direct", "http://hub.invalid/x"]);
  });
});
