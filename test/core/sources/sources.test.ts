import assert from "node:assert/strict";
import { createGotHttp } from "../../../src/core/adapters/got-http.ts";
import { createHuggingFaceClient } from "../../../src/core/adapters/huggingface-client.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeOllamaServer } from "../../../src/core/adapters/ollama-server.ts";
import { nodeWeb } from "../../../src/core/adapters/node-web.ts";
import { createAccounts } from "../../../src/core/accounts/accounts.ts";
import type { HubQuery } from "../../../src/core/protocol/hub.ts";
import { readSettings } from "../../../src/core/settings.ts";
import { createAccess } from "../../../src/core/sources/access.ts";
import { createCachedClient } from "../../../src/core/sources/cached-client.ts";
import { createEntriesHere, createOllamaEntries } from "../../../src/core/sources/entries-here.ts";
import type { Hub } from "../../../src/core/sources/hub.ts";
import { createHuggingFaceHub } from "../../../src/core/sources/huggingface.ts";
import { createSources } from "../../../src/core/sources/sources.ts";
import type { HubServerOptions } from "../../support/hub-server.ts";
import { type OllamaTestServer, startOllamaServer } from "../../support/ollama-server.ts";
import { type TestHub, faultOf, hubWith, never, sha256Of } from "../downloads/support.ts";
import { type MetadataWorld, createMetadataWorld } from "../metadata/world.ts";

const TOKEN = "hf_aSecretOfSomeLength99";
const CONTENTS = {
  "tiny-Q4_K_M.gguf": "weights",
  "README.md": "---\nlicense: mit\n---\n",
  LICENSE: "MIT",
  "photo.png": "p",
  ".hub.json": JSON.stringify({ formerly: ["owner/was"] }),
  "owner/second//b-Q8_0.gguf": "more",
  "other/third//model.safetensors": "x",
};

suite("one hub over all sources", () => {
  let world: MetadataWorld;
  let served: TestHub;
  let ollama: OllamaTestServer;
  let hub: Hub;
  let tokens: Record<string, string> = {};

  const open = async (options: Omit<HubServerOptions, "folder"> = {}): Promise<void> => {
    tokens = {};
    world = await createMetadataWorld({ versions: [{ id: 34, modelId: 12, name: "v1", sha256: sha256Of("w") }] });
    world.server.contents.set(340, Buffer.from("w"));
    ollama = await startOllamaServer([{ name: "llama3:8b", size: 4 }]);
    served = await hubWith(CONTENTS, options);
    const endpoint = served.hub.url;
    const token = async () => tokens["huggingface"];
    const client = createCachedClient({
      client: createHuggingFaceClient({ endpoint, token }),
      cache: world.cache,
      endpoint,
      token,
    });
    const deps = { http: createGotHttp(), names: { resolve: async () => [] }, allowPrivateHosts: true };
    const installed = async () => new Map();
    hub = createSources({
      endpoints: { huggingface: endpoint, civitai: world.server.url },
      huggingface: createHuggingFaceHub({ client, endpoint, installed }),
      civitai: {
        civitai: world.civitai,
        sizes: {
          ...deps,
          access: { web: nodeWeb, clock: nodeClock, endpoint: world.server.url, token: async () => undefined },
          cache: world.cache,
        },
        installed,
        wall: () => nodeClock.wall(),
        rating: 1,
      },
      ollama: { server: nodeOllamaServer, url: ollama.url, here: createOllamaEntries(world.registry) },
      url: { ...deps, installed },
      here: createEntriesHere(world.registry),
      fit: { fitOfShape: async (_shape, _ask, size = 0) => [fitOf(size)] },
    });
  };
  teardown(async () => {
    await ollama.close();
    await served.close();
    await world.close();
  });

  /** A device that holds ten bytes. */
  const fitOf = (size: number) => ({
    device: "gpu",
    name: "GPU",
    memoryTotal: 10,
    memoryFree: 10,
    verdict: { kind: size > 10 ? ("no" as const) : ("fits" as const) },
    need: {
      context: 1,
      weights: size,
      kvCache: 0,
      compute: 0,
      other: 0,
      total: size,
      basis: "estimated" as const,
      uncertainty: 0,
      unknown: [],
    },
  });
  const analyze = (model: string, revision?: string) => hub.analyze(model, revision, never);
  const search = (more: Partial<HubQuery>) => hub.search({ provider: "huggingface", limit: 10, ...more }, never);

  test("the reference decides; what an analysis is called leads to it again", async () => {
    await open();
    const cdn = `${world.server.url.replace("127.0.0.1", "localhost")}/api/download/models/34`;
    for (const [given, provider] of [
      ["owner/model", "huggingface"],
      [`hf://owner/model@main/tiny-Q4_K_M.gguf`, "huggingface"],
      ["owner/was", "huggingface"],
      ["civitai:12", "civitai"],
      [`${world.server.url}/models/12?modelVersionId=34`, "civitai"],
      ["urn:air:sdxl:model:civitai:12@34", "civitai"],
      ["ollama:llama3:8b", "ollama"],
    ] as const) {
      const found = await analyze(given);
      assert.equal(found.provider, provider, given);
      const again = await analyze(found.repository, found.revision);
      assert.deepEqual([again.commit, again.files], [found.commit, found.files], given);
    }
    const direct = await analyze(cdn);
    assert.deepEqual([direct.provider, direct.choices[0]?.label], ["url", "34 · 1 B"]);
    assert.equal((await analyze(direct.repository, direct.commit)).commit, direct.commit);
    assert.equal((await faultOf(analyze("civitai:12", "v1"))).code, "badArguments");
  });

  test("a hub's README, licence and pictures are told apart", async () => {
    await open();
    const found = await analyze("owner/model");
    assert.deepEqual(found.documents, ["LICENSE", "README.md"]);
    assert.deepEqual(
      found.files.flatMap(({ path, optional }) => (optional === true ? [path] : [])),
      ["photo.png"],
    );
  });

  test("a page that asks thrice at once, and then again, makes one question", async () => {
    await open();
    await Promise.all([analyze("owner/model"), analyze("owner/model"), analyze("owner/model")]);
    const asked = served.hub.requests.length;
    assert.equal(asked, 3);
    await analyze("owner/model");
    assert.equal(served.hub.requests.length, asked);
    assert.equal(served.hub.requests.filter(({ url }) => url.includes("/tree/")).length, 1);
  });

  test("one of several who gives up leaves the others their answer", async () => {
    await open({ latencyMs: 60 });
    const stop = new AbortController();
    const [first, second] = [hub.analyze("owner/model", undefined, stop.signal), analyze("owner/model")];
    stop.abort();
    await assert.rejects(first, (error) => error === stop.signal.reason);
    assert.equal((await second).repository, "owner/model");
  });

  test("that there is no such model, and that the hub is down, is not asked again at once", async () => {
    await open();
    for (const name of ["owner/none", "owner/none"]) assert.equal((await faultOf(analyze(name))).code, "notFound");
    assert.equal(served.hub.requests.filter(({ url }) => url.startsWith("/api/models/owner")).length, 1);
    served.hub.fail({ kind: "status", status: 429, headers: { "retry-after": "7" } });
    const limited = await faultOf(analyze("owner/second"));
    const asked = served.hub.requests.length;
    assert.deepEqual(await faultOf(analyze("owner/second")), limited);
    assert.equal(served.hub.requests.length, asked);
  });

  test("a token that is set is not answered by what strangers were told", async () => {
    await open({
      repositories: { "owner/model": { private: true } },
      accounts: { [TOKEN]: { name: "ada", sees: ["owner/model"] } },
    });
    assert.equal((await faultOf(analyze("owner/model"))).code, "notFound");
    tokens = { huggingface: TOKEN };
    assert.equal((await analyze("owner/model")).private, true);
    tokens = { huggingface: "hf_wrong" };
    assert.equal((await analyze("owner/model")).private, true);
    assert.equal((await faultOf(analyze("owner/second"))).code, "unauthorized");
    tokens = { huggingface: TOKEN };
    assert.equal((await analyze("owner/second")).repository, "owner/second");
  });

  test("a search of the hub comes in pages, filtered, with what is here already", async () => {
    await open();
    await world.add("mine", "x.gguf", "x", { source: { provider: "huggingface", reference: "owner/second" } });
    const first = await search({ limit: 1, author: "owner" });
    assert.deepEqual(
      first.hits.map(({ reference, formats, licence, gated }) => [reference, formats, licence, gated]),
      [["owner/model", ["gguf"], "mit", false]],
    );
    assert.ok(first.cursor !== undefined);
    const second = await search({ limit: 1, author: "owner", cursor: first.cursor });
    assert.deepEqual(
      second.hits.map(({ reference, alreadyHere }) => [reference, alreadyHere]),
      [["owner/second", "mine"]],
    );
    assert.equal(second.cursor, undefined);
    assert.deepEqual(
      (await search({ format: "safetensors" })).hits.map(({ title }) => title),
      ["other/third"],
    );
    assert.deepEqual(
      (await search({ text: "THIRD" })).hits.map(({ title }) => title),
      ["other/third"],
    );
    const asked = new URL(served.hub.requests.at(-1)?.url ?? "", served.hub.url).searchParams;
    assert.equal(asked.get("sort"), "trendingScore");
  });

  test("only what fits is shown where sizes are told", async () => {
    await open();
    world.server.versions.push({
      id: 35,
      modelId: 13,
      name: "big",
      sha256: sha256Of("b"),
      more: { files: [{ id: 1, name: "b.gguf", sizeKB: 9 }] },
    });
    world.server.versions.push({
      id: 36,
      modelId: 14,
      name: "small",
      sha256: sha256Of("s"),
      more: { files: [{ id: 2, name: "s.gguf", sizeKB: 0.001 }] },
    });
    const hits = (await search({ provider: "civitai", format: "gguf", fits: true })).hits;
    assert.deepEqual(
      hits.map(({ reference }) => reference),
      ["civitai:14"],
    );
    assert.equal((await search({ provider: "ollama" })).hits[0]?.reference, "ollama:llama3:8b");
    assert.equal((await faultOf(search({ provider: "url" }))).code, "badArguments");
  });

  test("whose a token is, is asked of its hub alone, and never told", async () => {
    await open({ accounts: { [TOKEN]: { name: "ada" } } });
    const { settings } = readSettings(
      { "huggingface.endpoint": served.hub.url, "civitai.endpoint": world.server.url },
      "/storage",
    );
    const access = createAccess(settings, { get: async (name) => tokens[name] });
    const accounts = createAccounts({ web: nodeWeb, access });
    assert.deepEqual(await accounts.check("civitai", never), { provider: "civitai", state: "none" });
    tokens = { huggingface: ` ${TOKEN}\n`, civitai: "c_wrong" };
    assert.deepEqual(await accounts.status(), { huggingface: true, civitai: true });
    assert.deepEqual(await accounts.check("huggingface", never), {
      provider: "huggingface",
      state: "valid",
      name: "ada",
    });
    assert.deepEqual(await accounts.check("civitai", never), { provider: "civitai", state: "refused" });
    world.server.accounts.set("c_wrong", "grace");
    assert.deepEqual(await accounts.check("civitai", never), { provider: "civitai", state: "valid", name: "grace" });
    world.server.fail({ status: 200, body: "[1]" });
    assert.equal((await faultOf(accounts.check("civitai", never))).code, "network");
    world.server.fail({ status: 200, body: JSON.stringify({ username: "x".repeat(2 ** 20) }) });
    const long = await faultOf(accounts.check("civitai", never));
    assert.ok(long.code === "network" && long.reason === "its answer is too long");
    world.server.fail({ status: 429 });
    assert.equal((await faultOf(accounts.check("civitai", never))).code, "rateLimited");
    assert.equal(served.hub.requests.at(-1)?.headers["authorization"], `Bearer ${TOKEN}`);
    assert.equal(await access.tokenFor("url"), undefined);
    assert.equal(await access.tokenFor("ollama"), undefined);
    assert.equal(access.endpointFor("url", "https://example.com/a/b?c"), "https://example.com");
  });
});
