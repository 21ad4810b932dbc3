import assert from "node:assert/strict";
import { nodeOllamaServer } from "../../../../src/core/adapters/ollama-server.ts";
import type { OllamaProgress } from "../../../../src/core/ports/ollama-server.ts";
import { analyzeOllama, searchOllama } from "../../../../src/core/sources/ollama/ollama-source.ts";
import { type OllamaTestServer, startOllamaServer } from "../../../support/ollama-server.ts";
import { faultOf, never } from "../../downloads/support.ts";

suite("Ollama's own server", () => {
  let server: OllamaTestServer;
  let seen: OllamaProgress[] = [];
  setup(async () => {
    seen = [];
    server = await startOllamaServer([
      { name: "llama3:8b", size: 4_000_000_000, quantization: "Q4_0" },
      { name: "me/tiny:latest", size: 7 },
      { name: "qwen3:4b", size: 2_000_000_000 },
    ]);
  });
  teardown(() => server.close());
  const pull = (model: string, signal = never) =>
    nodeOllamaServer.pull(server.url, model, (progress) => void seen.push(progress), signal);
  const source = () => ({
    server: nodeOllamaServer,
    url: server.url,
    here: async () => new Map([["llama3:8b", "llama3-entry"]]),
  });

  test("a pull tells the bytes of all layers, and ends when the server says so", async () => {
    server.pulls.set("new:1b", [
      { status: "pulling manifest" },
      { status: "pulling a", digest: "sha256:a", total: 100 },
      { status: "pulling a", digest: "sha256:a", total: 100, completed: 60 },
      { status: "pulling b", digest: "sha256:b", total: 50, completed: 50 },
      { status: "pulling a", digest: "sha256:a", total: 100, completed: 100 },
      { status: "verifying sha256 digest" },
      { status: "success" },
    ]);
    await pull("new:1b");
    assert.deepEqual(
      seen.map(({ doneBytes, totalBytes }) => [doneBytes, totalBytes]),
      [
        [0, 0],
        [0, 100],
        [60, 100],
        [110, 150],
        [150, 150],
        [150, 150],
        [150, 150],
      ],
    );
    assert.deepEqual(server.asked, ['POST /api/pull {"model":"new:1b","stream":true}']);
  });

  test("a model that its registry lacks is not found, although the answer began well", async () => {
    server.pulls.set("no:such", [
      { status: "pulling manifest" },
      { error: "pull model manifest: file does not exist" },
    ]);
    assert.deepEqual(await faultOf(pull("no:such")), { code: "notFound", what: "repository", name: "no:such" });
  });

  test("what goes wrong is told in the server's words", async () => {
    server.pulls.set("full:1b", [
      { status: "pulling a", digest: "a", total: 9 },
      { error: "write: no space left on device" },
    ]);
    const told = await faultOf(pull("full:1b"));
    assert.ok(told.code === "network" && told.reason === "write: no space left on device");
  });

  for (const [what, script] of [
    ["an end without success", [{ status: "pulling manifest" }]],
    ["garbage", ["<html>"]],
    ["a line without end", ["x".repeat(100_000)]],
    ["a cut connection", [{ status: "pulling manifest" }, "cut"]],
  ] as const) {
    test(`${what} is a fault, not a finished pull`, async () => {
      server.pulls.set("odd:1b", script);
      assert.equal((await faultOf(pull("odd:1b"))).code, "network");
    });
  }

  test("a server that is not there is a fault", async () => {
    await server.close();
    assert.equal((await faultOf(pull("any:1b"))).code, "network");
  });

  test("giving up ends the request, which ends the server's work", async () => {
    server.pulls.set("long:1b", [{ status: "pulling a", digest: "a", total: 100, completed: 1 }, "stay"]);
    const stop = new AbortController();
    const pulled = nodeOllamaServer.pull(
      server.url,
      "long:1b",
      (progress) => {
        seen.push(progress);
        stop.abort();
      },
      stop.signal,
    );
    await assert.rejects(pulled, (error) => error === stop.signal.reason);
    await server.left;
    assert.equal(seen.length, 1);
  });

  test("a tag is one choice; the size is what the server tells of what it has", async () => {
    const known = await analyzeOllama(source(), { name: "llama3", tag: "8b" }, never);
    assert.deepEqual(
      [known.repository, known.revision, known.commit, known.choices],
      [
        "ollama:llama3",
        "8b",
        "digest of llama3:8b",
        [
          {
            label: "Q4_0 · 4.0 GB",
            format: "gguf",
            quantization: "Q4_0",
            files: ["8b"],
            sizeBytes: 4_000_000_000,
            alreadyHere: "llama3-entry",
          },
        ],
      ],
    );
    const other = await analyzeOllama(source(), { name: "mistral", tag: undefined }, never);
    assert.deepEqual([other.revision, other.commit, other.choices[0]?.sizeBytes], ["latest", "latest", 0]);
    assert.deepEqual(server.asked, ["GET /api/tags ", "GET /api/tags "]);
  });

  test("a search is of what the server has, says so, and comes in pages", async () => {
    const query = { provider: "ollama", limit: 2 } as const;
    const first = await searchOllama(source(), query, never);
    assert.deepEqual(
      first.hits.map(({ reference, alreadyHere }) => [reference, alreadyHere]),
      [
        ["ollama:llama3:8b", "llama3-entry"],
        ["ollama:me/tiny:latest", undefined],
      ],
    );
    assert.match(first.note ?? "", /no search/);
    const next = await searchOllama(source(), { ...query, cursor: first.cursor }, never);
    assert.deepEqual([next.hits.map(({ title }) => title), next.cursor], [["qwen3:4b"], undefined]);
    const own = await searchOllama(source(), { ...query, author: "me" }, never);
    assert.deepEqual(
      own.hits.map(({ title }) => title),
      ["me/tiny:latest"],
    );
    assert.equal((await searchOllama(source(), { ...query, text: "QWEN 4b" }, never)).hits.length, 1);
    assert.equal((await faultOf(searchOllama(source(), { ...query, cursor: "x" }, never))).code, "badArguments");
    await server.close();
    assert.equal((await faultOf(searchOllama(source(), query, never))).code, "network");
  });
});
