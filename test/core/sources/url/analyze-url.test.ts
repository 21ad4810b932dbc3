import assert from "node:assert/strict";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { createGotHttp } from "../../../../src/core/adapters/got-http.ts";
import { analyzeUrl } from "../../../../src/core/sources/url/analyze-url.ts";
import { refusePath } from "../../../../src/core/downloads/safe-path.ts";
import { fileNameOf } from "../../../../src/core/sources/url/file-name.ts";
import { type Sha256, parseSha256 } from "../../../../src/core/util/ids.ts";
import { faultOf, never } from "../../downloads/support.ts";

const CONTENT = Buffer.from("weights at an address");
const digest = parseSha256("cd".repeat(32));

suite("a file at an address", () => {
  let server: Server;
  let base = "";
  let asked: IncomingMessage[] = [];
  let respond: (request: IncomingMessage, response: ServerResponse) => void;
  let resolved: string[] = [];
  const part = (response: ServerResponse, headers: Record<string, string> = {}): void =>
    void response
      .writeHead(206, { "content-range": `bytes 0-0/${CONTENT.length}`, etag: '"v1"', ...headers })
      .end(CONTENT.subarray(0, 1));

  setup(async () => {
    asked = [];
    resolved = [];
    respond = (_, response) => part(response);
    server = createServer((request, response) => {
      asked.push(request);
      respond(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address !== "string");
    base = `http://127.0.0.1:${address.port}`;
  });
  teardown(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });

  interface Asking {
    readonly allowPrivateHosts?: boolean;
    readonly revision?: string;
    readonly sha256?: Sha256 | undefined;
  }
  const analyze = (address: string, { allowPrivateHosts = true, revision, sha256 }: Asking = {}) =>
    analyzeUrl(
      {
        http: createGotHttp(),
        names: {
          resolve: async (host) => {
            resolved.push(host);
            return host === "sneaky.example" ? ["8.8.8.8", "10.0.0.7"] : [];
          },
        },
        allowPrivateHosts,
        installed: async () => new Map(digest ? [[digest, { entry: "here" }]] : []),
      },
      { url: new URL(address, base), sha256 },
      revision,
      never,
    );

  test("its first byte tells size, ETag and name, and no password is sent", async () => {
    respond = (_, response) => part(response, { "content-disposition": 'attachment; filename="tiny-Q4_K_M.gguf"' });
    const found = await analyze("/download?id=7");
    assert.deepEqual(found.files, [
      {
        path: "tiny-Q4_K_M.gguf",
        sizeBytes: CONTENT.length,
        url: `${base}/download?id=7`,
        format: "gguf",
        quantization: "Q4_K_M",
      },
    ]);
    assert.deepEqual([found.commit, found.title, found.revision], ['"v1"', "tiny-Q4_K_M.gguf", "main"]);
    assert.equal(found.choices[0]?.label, "Q4_K_M · 21 B");
    assert.equal(asked[0]?.headers.range, "bytes=0-0");
    assert.match(asked[0].headers["accept-encoding"] ?? "", /^identity\b/);
    assert.equal(asked[0].headers.authorization, undefined);
  });

  test("a digest that the person says is the file's, and finds the entry that holds it", async () => {
    const found = await analyze("/x.safetensors", { sha256: digest });
    assert.equal(found.files[0]?.sha256, digest);
    assert.equal(found.commit, digest);
    assert.equal(found.choices[0]?.alreadyHere, "here");
    assert.equal(found.repository, `${base}/x.safetensors#sha256=${digest}`);
  });

  test("without an ETag its date pins it, without both its size; a whole answer tells the size, too", async () => {
    const date = "Sat, 21 Nov 2026 08:00:00 GMT";
    respond = (_, response) =>
      void response.writeHead(200, { "content-length": String(CONTENT.length), "last-modified": date }).end(CONTENT);
    assert.equal((await analyze("/x.gguf")).commit, date);
    respond = (_, response) => void response.writeHead(200, { "content-length": "21", etag: 'W/"weak"' }).end(CONTENT);
    assert.equal((await analyze("/x.gguf")).commit, "size:21");
  });

  test("what changed since it was pinned is told", async () => {
    assert.equal((await analyze("/x.gguf", { revision: '"v1"' })).commit, '"v1"');
    assert.equal((await faultOf(analyze("/x.gguf", { revision: '"v0"' }))).code, "stale");
  });

  test("a pickle is warned of before it is fetched", async () => {
    const found = await analyze("/x.ckpt");
    assert.match(found.files[0]?.warning ?? "", /run code/);
  });

  for (const [what, answer, code, words] of [
    [
      "a web page",
      { status: 200, headers: { "content-type": "text/html", "content-length": "9" } },
      "network",
      /web page/,
    ],
    ["no size", { status: 200, headers: { "transfer-encoding": "chunked" } }, "network", /how large/],
    ["a part of unknown size", { status: 206, headers: { "content-range": "bytes 0-0/*" } }, "network", /how large/],
    ["nothing", { status: 200, headers: { "content-length": "0" } }, "network", /empty/],
    [
      "a packed file",
      { status: 200, headers: { "content-encoding": "gzip", "content-length": "9" } },
      "network",
      /packs/,
    ],
    ["401", { status: 401, headers: {} }, "forbidden", /401/],
    ["403", { status: 403, headers: {} }, "forbidden", /403/],
    ["404", { status: 404, headers: {} }, "notFound", /x\.gguf/],
    ["410", { status: 410, headers: {} }, "notFound", /x\.gguf/],
    ["429", { status: 429, headers: { "retry-after": "7" } }, "rateLimited", /7000/],
    ["500", { status: 500, headers: {} }, "network", /500/],
    ["a redirect to nowhere", { status: 302, headers: { location: "http://[" } }, "network", /nowhere/],
    ["a redirect in circles", { status: 302, headers: { location: "/x.gguf" } }, "forbidden", /circles/],
    ["a redirect to a file", { status: 302, headers: { location: "file:///etc/passwd" } }, "forbidden", /file:/],
    ["a redirect to http", { status: 302, headers: { location: "http://203.0.113.9/x" } }, "forbidden", /encryption/],
  ] as const) {
    test(`${what} is a fault that says so`, async () => {
      respond = (_, response) => void response.writeHead(answer.status, answer.headers).end();
      const told = await faultOf(analyze("/x.gguf"));
      assert.equal(told.code, code);
      assert.match(JSON.stringify(told), words);
    });
  }

  test("this machine and its networks are not asked unless the person allows it", async () => {
    for (const address of [
      `${base}/x.gguf`,
      "http://localhost/x.gguf",
      "https://printer.local/x.gguf",
      "https://192.168.1.1/x.gguf",
      "https://[::ffff:10.0.0.1]/x.gguf",
      "https://sneaky.example/x.gguf",
    ]) {
      const told = await faultOf(analyze(address, { allowPrivateHosts: false }));
      assert.ok(told.code === "badArguments" && told.path === "model", JSON.stringify(told));
      assert.match(told.problem, /allowPrivateHosts/);
    }
    assert.equal(asked.length, 0);
    assert.deepEqual(resolved, ["sneaky.example"]);
  });

  test("an address that is not encrypted is not asked", async () => {
    const told = await faultOf(analyze("http://203.0.113.9/x.gguf"));
    assert.match(JSON.stringify(told), /https/);
  });

  test("a name is never a path", () => {
    const url = new URL("https://example.com/a/b%2Fc.gguf?x=1");
    assert.equal(fileNameOf(url, undefined), "c.gguf");
    assert.equal(fileNameOf(url, 'attachment; filename="../../etc/passwd"'), "passwd");
    assert.equal(fileNameOf(url, "attachment; filename=C:\\x\\y.gguf"), "y.gguf");
    assert.equal(fileNameOf(url, "attachment; filename*=UTF-8''d%C3%A9j%C3%A0.gguf; filename=x"), "déjà.gguf");
    assert.equal(fileNameOf(url, 'attachment; filename="a\u0000b:c|d.gguf"'), "ab_c_d.gguf");
    assert.equal(fileNameOf(url, 'attachment; filename=".."'), "download");
    assert.equal(fileNameOf(url, 'attachment; filename="con.gguf"'), "_con.gguf");
    assert.equal(fileNameOf(url, "attachment; filename*=UTF-8''safe%E2%80%AEfugg.gguf"), "safefugg.gguf");
    assert.equal(fileNameOf(url, "attachment; filename*=UTF-8''e%CC%81.gguf"), "é.gguf");
    const long = fileNameOf(url, `attachment; filename*=UTF-8''${encodeURIComponent("模".repeat(150))}.gguf`);
    assert.match(long, /^模+\.gguf$/u);
    assert.equal(refusePath(long), undefined);
    assert.equal(fileNameOf(new URL("https://example.com/%zz"), undefined), "%zz");
    assert.equal(fileNameOf(new URL("https://example.com/"), undefined), "download");
  });
});
