import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { nodeOllamaServer } from "../../../src/core/adapters/ollama-server.ts";
import { createOllama } from "../../../src/core/stores/create-ollama.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { freePort } from "../../support/free-port.ts";

const never = new AbortController().signal;
const weights = `sha256:${"a".repeat(64)}`;

suite("Ollama, by its store and its server", () => {
  let home = "";
  let server: http.Server;
  let url = "";
  let served: string[] = [];
  let asked: string[] = [];
  setup(async () => {
    home = await mkdtemp(path.join(tmpdir(), "modeldeck-ollama-"));
    served = ["llama3:8b"];
    asked = [];
    server = http.createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        asked.push(`${request.method} ${request.url} ${body}`);
        if (request.url === "/api/tags")
          response.end(JSON.stringify({ models: served.map((name) => ({ name, size: 7 })) }));
        else if (body.includes("stuck")) response.writeHead(500).end();
        else response.writeHead(body.includes("llama3:8b") ? 200 : 404).end();
      });
    });
    url = await listen(server);
  });
  teardown(async () => {
    await stop(server);
    await rm(home, { recursive: true, force: true });
  });

  const open = (at = url) =>
    createOllama({
      files: nodeFiles,
      server: nodeOllamaServer,
      places: () => ({ setting: `${home}/models`, variable: undefined, home }),
      url: () => at,
    });
  const put = async (): Promise<void> => {
    const folder = `${home}/models/manifests/registry.ollama.ai/library/llama3`;
    await mkdir(folder, { recursive: true });
    const layers = [{ mediaType: "application/vnd.ollama.image.model", digest: weights, size: 1 }];
    await writeFile(`${folder}/8b`, JSON.stringify({ layers }));
  };
  /** Where nobody listens. */
  const silent = async (): Promise<string> => `http://127.0.0.1:${await freePort()}`;

  test("is both where the server serves what the store has", async () => {
    await put();
    const found = await open().read(never);
    assert.equal(found?.root, `${home}/models`);
    assert.equal(found.serverRuns, true);
    assert.equal(found.models.get("llama3:8b")?.modelBlob, `${home}/models/blobs/sha256-${"a".repeat(64)}`);
  });

  test("is the store alone where the server is silent, or serves another store", async () => {
    await put();
    assert.equal((await open(await silent()).read(never))?.serverRuns, false);
    served = ["other:1"];
    assert.equal((await open().read(never))?.serverRuns, false);
  });

  test("is the server alone where there is no store", async () => {
    assert.deepEqual(await open().read(never), {
      root: undefined,
      serverRuns: true,
      models: new Map([["llama3:8b", { blobs: [], manifest: "", sizeBytes: 7 }]]),
    });
  });

  test("is nothing where there is neither", async () => {
    assert.equal(await open(await silent()).read(never), undefined);
  });

  test("deletes through the server; a model that is not there counts as deleted", async () => {
    await open().remove("llama3:8b", never);
    await open().remove("gone:1", never);
    assert.deepEqual(
      asked.map((line) => line.split(" ").slice(0, 2).join(" ")),
      ["DELETE /api/delete", "DELETE /api/delete"],
    );
    assert.match(asked[0] ?? "", /"model":"llama3:8b"/);
  });

  test("says so where the server refuses, or does not answer", async () => {
    await assert.rejects(open().remove("stuck:1", never), (error) => isFault(error, "network"));
    await assert.rejects(open(await silent()).remove("a:1", never), (error) => isFault(error, "network"));
  });

  test("gives up when told to", async () => {
    await assert.rejects(open().read(AbortSignal.abort(new Error("enough"))), /enough/);
  });
});

async function listen(server: http.Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
}

async function stop(server: http.Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
}
