import assert from "node:assert/strict";
import { inspect } from "node:util";
import { createGotHttp } from "../../../../src/core/adapters/got-http.ts";
import { nodeClock } from "../../../../src/core/adapters/node-clock.ts";
import { nodeWeb } from "../../../../src/core/adapters/node-web.ts";
import { analyzeCivitai } from "../../../../src/core/sources/civitai/analyze-civitai.ts";
import { exactSize } from "../../../../src/core/sources/civitai/file-size.ts";
import { searchCivitai } from "../../../../src/core/sources/civitai/search-civitai.ts";
import type { HubQuery } from "../../../../src/core/protocol/hub.ts";
import { faultOf, never, sha256Of } from "../../downloads/support.ts";
import { type MetadataWorld, SECRET, createMetadataWorld } from "../../metadata/world.ts";

const WEIGHTS = Buffer.from("weights of a checkpoint, twenty and more");
const file = (id: number, more: Readonly<Record<string, unknown>> = {}) => ({
  id,
  name: "model.safetensors",
  sizeKB: 0.04,
  type: "Model",
  metadata: { format: "SafeTensor", fp: "fp16", size: "pruned" },
  pickleScanResult: "Success",
  virusScanResult: "Success",
  ...more,
});

suite("a model of Civitai", () => {
  let world: MetadataWorld;
  let token: string | undefined;

  const store = (files: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): void =>
    void world.server.versions.push({
      id: 34,
      modelId: 12,
      name: "v2",
      sha256: sha256Of(WEIGHTS),
      more: { baseModel: "SDXL 1.0", trainedWords: ["a style ", ""], files, ...more },
    });
  setup(async () => {
    token = undefined;
    world = await createMetadataWorld();
    for (const id of [1, 2, 3]) world.server.contents.set(id, WEIGHTS);
    world.server.models.set(12, {
      name: "Fine Model",
      type: "LORA",
      tags: ["style"],
      allowNoCredit: false,
      allowCommercialUse: ["Image"],
      allowDerivatives: true,
    });
  });
  teardown(() => world.close());

  const access = () => ({ web: nodeWeb, clock: nodeClock, endpoint: world.server.url, token: async () => token });
  const analyze = (reference: { model?: number; version?: number; file?: number }, rating = 1) =>
    analyzeCivitai(
      {
        civitai: world.civitai,
        sizes: {
          access: access(),
          cache: world.cache,
          http: createGotHttp(),
          names: { resolve: async () => [] },
          allowPrivateHosts: false,
        },
        installed: async (digests) =>
          new Map(digests.filter((one) => one === sha256Of("here")).map((one) => [one, { entry: "mine" }])),
        wall: () => Date.parse("2026-11-21T00:00:00Z"),
        rating,
      },
      { kind: "civitai", model: reference.model, version: reference.version, file: reference.file },
      never,
    );
  const downloads = (): readonly string[] =>
    world.server.requests.map(({ url }) => url).filter((url) => url.startsWith("/api/download"));

  test("a name that some system refuses becomes one that all take, and stays with its ending", async () => {
    store(["v1: best?.safetensors", "aux.safetensors", "../up.safetensors"].map((name, at) => file(at + 1, { name })));
    const found = await analyze({ model: 12 });
    assert.deepEqual(
      found.files.map(({ path }) => path),
      ["v1_ best_.safetensors", "_aux.safetensors", "_up.safetensors"],
    );
  });

  test("files come by their id, with digest, exact size, warning; the primary one is the first choice", async () => {
    store([
      file(1, { name: "model.ckpt", metadata: { format: "PickleTensor" }, pickleScanResult: "Danger" }),
      file(2, { primary: true, hashes: { SHA256: sha256Of(WEIGHTS).toUpperCase() } }),
      file(3, { name: "model.safetensors", hashes: { SHA256: sha256Of("here") } }),
    ]);
    const found = await analyze({ model: 12 });
    assert.deepEqual(
      found.files.map(({ path, sizeBytes, url, sha256 }) => [path, sizeBytes, url, sha256]),
      [2, 1, 3].map((id, at) => [
        ["model.safetensors", "model.ckpt", "model (2).safetensors"][at],
        WEIGHTS.length,
        `${world.server.url}/api/download/models/34?fileId=${id}`,
        [sha256Of(WEIGHTS), undefined, sha256Of("here")][at],
      ]),
    );
    assert.deepEqual(
      found.choices.map(({ label, alreadyHere }) => [label, alreadyHere]),
      [
        ["safetensors FP16 pruned · 40 B", undefined],
        ["pytorch · 40 B", undefined],
        ["safetensors FP16 pruned · 40 B", "mine"],
      ],
    );
    assert.match(found.files[1]?.warning ?? "", /Danger/);
    assert.equal(found.files[0]?.warning, undefined);
    assert.equal(found.repository, "civitai:12");
    assert.equal(found.title, "Fine Model – v2");
    assert.deepEqual([found.revision, found.commit, found.gated], ["34", "34", false]);
    assert.equal(found.licence, "commercial use: Image; credit required");
    assert.equal(found.page, `${world.server.url}/models/12?modelVersionId=34`);
    assert.deepEqual(
      found.characteristics.map(({ name, value }) => [name, value]),
      [
        ["baseModel", "SDXL 1.0"],
        ["modelType", "LORA"],
        ["lora", true],
        ["triggerWords", "a style"],
      ],
    );
  });

  test("a version, and one file of it, by their ids; what was told is not asked again", async () => {
    store([file(1), file(2)]);
    assert.equal((await analyze({ version: 34 })).repository, "civitai:12");
    const before = world.server.requests.length;
    assert.deepEqual((await analyze({ model: 12, version: 34, file: 2 })).choices.length, 1);
    assert.equal(world.server.requests.length, before);
  });

  test("the versions that have files are told with day and base model, the one that is shown among them", async () => {
    store([file(1)], { publishedAt: "2026-03-01T12:00:00.000Z" });
    const rest = { modelId: 12, sha256: "b".repeat(64) };
    world.server.versions.push(
      { id: 33, name: "", ...rest, more: { baseModel: "SD 1.5", files: [file(2)] } },
      { id: 35, name: "soon", ...rest, more: { files: [] } },
      { id: 40, name: "alone", ...rest, modelId: 13, more: { files: [file(3)] } },
    );
    const versions = [
      { revision: "34", name: "v2", publishedAt: "2026-03-01T12:00:00.000Z", baseModel: "SDXL 1.0" },
      { revision: "33", name: "33", baseModel: "SD 1.5" },
    ];
    const newest = await analyze({ model: 12 });
    assert.deepEqual([newest.revision, newest.versions], ["34", versions]);
    const older = await analyze({ model: 12, version: 33 });
    assert.deepEqual([older.revision, older.versions], ["33", versions]);
    assert.equal((await analyze({ model: 13 })).versions, undefined);
  });

  test("what is not there is named", async () => {
    store([file(1)]);
    assert.deepEqual(await faultOf(analyze({ model: 99 })), {
      code: "notFound",
      what: "repository",
      name: "civitai:99",
    });
    assert.deepEqual(await faultOf(analyze({ version: 99 })), { code: "notFound", what: "revision", name: "99" });
    assert.equal((await faultOf(analyze({ model: 13, version: 34 }))).code, "notFound");
    assert.equal((await faultOf(analyze({ version: 34, file: 77 }))).code, "notFound");
    world.server.models.set(50, { name: "Empty" });
    assert.deepEqual(await faultOf(analyze({ model: 50 })), { code: "notFound", what: "file", name: "Empty" });
  });

  test("a size that was not rounded is believed, others are asked", async () => {
    assert.equal(exactSize(2_132_625_894 / 1024), 2_132_625_894);
    assert.equal(exactSize(12.5), undefined);
    assert.equal(exactSize(100.25), undefined);
    assert.equal(exactSize(1234.57), undefined);
    assert.equal(exactSize(undefined), undefined);
    assert.equal(exactSize(-1), undefined);
    store([file(1), file(2, { sizeKB: (7 * 1024 + 1) / 1024 }), file(3, { sizeKB: 12.3 })]);
    const found = await analyze({ model: 12 });
    assert.deepEqual(
      found.files.map(({ sizeBytes }) => sizeBytes),
      [WEIGHTS.length, 7 * 1024 + 1, WEIGHTS.length],
    );
    assert.deepEqual(downloads(), ["/api/download/models/34?fileId=1", "/api/download/models/34?fileId=3"]);
  });

  test("a file behind a sign-in is shown as such, and open for who has signed in", async () => {
    store([file(1)]);
    world.server.behindLogin.add(1);
    const closed = await analyze({ model: 12 });
    assert.equal(closed.gated, "auto");
    assert.match(closed.gatedBecause ?? "", /token/);
    token = SECRET;
    world.server.accounts.set(SECRET, "ada");
    const open = await analyze({ model: 12 });
    assert.deepEqual([open.gated, open.files[0]?.sizeBytes], [false, WEIGHTS.length]);
  });

  test("a sign-in page in place of a file is a sign-in", async () => {
    store([file(1)]);
    world.server.fail({ status: 302, headers: { location: "/login?reason=download-auth" }, url: "/api/download" });
    assert.equal((await analyze({ model: 12 })).gated, "auto");
  });

  test("a file without any size behind a sign-in asks for the token", async () => {
    store([file(1, { sizeKB: null })]);
    world.server.behindLogin.add(1);
    const told = await faultOf(analyze({ model: 12 }));
    assert.ok(told.code === "unauthorized" && told.provider === "civitai" && !told.tokenGiven);
  });

  test("early access is told with its end, and ends", async () => {
    store([file(1)], { availability: "EarlyAccess", earlyAccessEndsAt: "2026-12-01T00:00:00Z" });
    const found = await analyze({ model: 12 });
    assert.equal(found.gated, "manual");
    assert.match(found.gatedBecause ?? "", /2026-12-01/);
    world.server.versions.splice(0);
    world.server.versions.push({
      id: 35,
      modelId: 12,
      name: "v3",
      sha256: sha256Of(WEIGHTS),
      more: { files: [file(2)], availability: "EarlyAccess", earlyAccessEndsAt: "2026-11-01T00:00:00Z" },
    });
    assert.equal((await analyze({ version: 35 })).gated, false);
  });

  test("pictures above the rating are left out", async () => {
    const picture = (url: string, nsfwLevel: number, type = "image") => ({
      url: `https://example.com/${url}`,
      nsfwLevel,
      type,
    });
    store([file(1)], {
      images: [picture("a", 1), picture("b", 4), picture("c", 1, "video"), { url: "http://x/d", nsfwLevel: 1 }],
    });
    assert.deepEqual((await analyze({ model: 12 })).pictures, ["https://example.com/a"]);
    assert.deepEqual((await analyze({ model: 12 }, 4)).pictures, ["https://example.com/a", "https://example.com/b"]);
  });

  for (const [what, fail, code] of [
    ["garbage", { status: 200, headers: { "content-type": "application/json" }, body: "{" }, "network"],
    ["a page", { status: 200, headers: { "content-type": "text/html" }, body: "<p>" }, "network"],
    ["a refusal of the token", { status: 401 }, "unauthorized"],
    ["a takedown", { status: 451 }, "forbidden"],
    ["a long wait", { status: 429, headers: { "retry-after": "900" } }, "rateLimited"],
    ["an overload", { status: 500 }, "network"],
  ] as const) {
    test(`${what} is a fault that holds no token`, async () => {
      token = SECRET;
      store([file(1)]);
      world.server.fail({ ...fail, times: 9 });
      const told = await faultOf(analyze({ model: 12 }));
      assert.equal(told.code, code);
      assert.doesNotMatch(inspect(told, { depth: 9 }), new RegExp(SECRET));
    });
  }

  test("the token goes to Civitai alone, not to where the bytes lie", async () => {
    token = SECRET;
    store([file(1)]);
    const other = await createMetadataWorld();
    other.server.contents.set(1, WEIGHTS);
    const elsewhere = other.server.url.replace("127.0.0.1", "localhost");
    world.server.fail({
      status: 307,
      headers: { location: `${elsewhere}/api/download/models/34?fileId=1` },
      url: "/download/",
    });
    // An endpoint of this machine may send within it only where the person allows that.
    assert.equal((await analyze({ model: 12 })).gated, "manual");
    assert.equal(other.server.requests.length, 0);
    await other.close();
  });

  const search = (more: Partial<HubQuery> = {}, rating = 1) =>
    searchCivitai(access(), { provider: "civitai", limit: 2, ...more }, rating, never);

  test("a search comes in pages, with formats, sizes, licence", async () => {
    for (const id of [1, 2, 3])
      world.server.versions.push({
        id,
        modelId: 100 + id,
        name: `v${id}`,
        sha256: sha256Of(`${id}`),
        more: { files: [file(id)] },
      });
    world.server.models.set(101, { name: "One", type: "LORA", stats: { downloadCount: 7, thumbsUpCount: 3 } });
    const first = await search();
    assert.deepEqual(
      first.hits.map(({ reference, formats }) => [reference, formats]),
      [
        ["civitai:101", ["safetensors"]],
        ["civitai:102", ["safetensors"]],
      ],
    );
    assert.deepEqual([first.hits[0]?.downloads, first.hits[0]?.likes, first.hits[0]?.sizeBytes], [7, 3, 41]);
    assert.equal(first.cursor, "2");
    const second = await search(first.cursor === undefined ? {} : { cursor: first.cursor });
    assert.deepEqual([second.hits.length, second.cursor], [1, undefined]);
    assert.deepEqual(
      (await search({ text: "one" })).hits.map(({ title }) => title),
      ["One"],
    );
    assert.deepEqual((await search({ format: "gguf" })).hits, []);
  });

  test("a hit is as large as its primary file, not as what is beside it", async () => {
    const vae = file(2, { name: "vae.safetensors", type: "VAE", sizeKB: 0.01 });
    world.server.versions.push({
      id: 1,
      modelId: 101,
      name: "v1",
      sha256: sha256Of("1"),
      more: { files: [vae, file(1, { primary: true })] },
    });
    assert.equal((await search()).hits[0]?.sizeBytes, 41);
  });

  test("a search says what may be shown, in which order, by whom", async () => {
    await search({ author: "ada", sort: "updated", text: "x" }, 1);
    await search({}, 16);
    const [first, second] = world.server.requests.map(({ url }) => new URL(url, world.server.url).searchParams);
    assert.deepEqual(
      ["nsfw", "sort", "username", "query"].map((name) => first?.get(name)),
      ["false", "Newest", "ada", "x"],
    );
    assert.equal(second?.get("nsfw"), "true");
  });

  test("an answer that is no list is a fault", async () => {
    world.server.fail({ status: 200, headers: { "content-type": "application/json" }, body: "[]" });
    assert.equal((await faultOf(search())).code, "network");
  });
});
