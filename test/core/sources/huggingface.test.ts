import assert from "node:assert/strict";
import { inspect } from "node:util";
import { createHuggingFaceClient } from "../../../src/core/adapters/huggingface-client.ts";
import { createHuggingFaceHub } from "../../../src/core/sources/huggingface.ts";
import { createLazyClient } from "../../../src/core/sources/lazy-client.ts";
import type { Hub } from "../../../src/core/sources/hub.ts";
import { parseSha256 } from "../../../src/core/util/ids.ts";
import type { HubServerOptions } from "../../support/hub-server.ts";
import { type TestHub, faultOf, gitSha1Of, hubWith, never, sha256Of } from "../downloads/support.ts";

const TOKEN = "hf_aSecretOfSomeLength99";
const weights = Buffer.from("weights of a model");
const CONTENTS = {
  "tiny-Q4_K_M.gguf": weights,
  "sub/other-Q8_0.gguf": "more weights, and longer",
  "README.md": "---\nlicense: apache-2.0\n---\n# Tiny\n",
  "config.json": "{}",
  ".hub.json": JSON.stringify({ tags: ["text-generation"], task: "text-generation", formerly: ["owner/was"] }),
  "owner/other//x.gguf": "x",
  "owner/scanned//clean.bin": "a pickle of a model",
  "owner/scanned//bad.bin": "a pickle that runs something",
  "owner/scanned//virus.safetensors": "weights with something in them",
  "owner/scanned//fine.safetensors": "weights",
  "owner/scanned//new.bin": "not looked at yet",
  "owner/scanned//.hub.json": JSON.stringify({
    scans: {
      "clean.bin": { status: "safe", avScan: { status: "safe" }, pickleImportScan: { status: "safe" } },
      "bad.bin": {
        status: "unsafe",
        avScan: { status: "safe" },
        pickleImportScan: {
          status: "unsafe",
          pickleImports: [
            { module: "torch", name: "FloatStorage", safety: "innocuous" },
            { module: "builtins", name: "exec", safety: "dangerous" },
          ],
        },
      },
      "virus.safetensors": { status: "unsafe", avScan: { status: "safe" }, protectAiScan: { status: "unsafe" } },
      "new.bin": { status: "queued", avScan: { status: "queued" }, pickleImportScan: { status: "error" } },
    },
  }),
  "owner/model@v2//tiny-Q4_K_M.gguf": "second version",
};

suite("asking a hub", () => {
  let world: TestHub;
  let hub: Hub;

  const open = async (options: Omit<HubServerOptions, "folder"> = {}, token?: string): Promise<void> => {
    world = await hubWith(CONTENTS, options);
    const endpoint = world.hub.url;
    const client = createLazyClient(async () => createHuggingFaceClient({ endpoint, token: async () => token }));
    const digest = parseSha256(sha256Of(weights));
    hub = createHuggingFaceHub({
      client,
      endpoint,
      installed: async (digests) =>
        new Map(digests.filter((one) => one === digest).map((one) => [one, { entry: "tiny-here" }])),
    });
  };
  teardown(() => world.close());
  const ask = (model: string, revision?: string) => hub.analyze(model, revision, never);

  test("files come with size and digest, over all pages", async () => {
    await open({ pageSize: 2 });
    const analysis = await ask("owner/model");
    assert.deepEqual(
      analysis.files.map((file) => file.path),
      ["README.md", "config.json", "sub/other-Q8_0.gguf", "tiny-Q4_K_M.gguf"],
    );
    const [readme] = analysis.files;
    assert.equal(readme?.gitSha1, gitSha1Of(Buffer.from(CONTENTS["README.md"])));
    assert.equal(readme?.sha256, undefined);
    const tiny = analysis.files.at(-1);
    assert.equal(tiny?.sha256, sha256Of(weights));
    assert.equal(tiny?.gitSha1, undefined);
    assert.equal(tiny?.quantization, "Q4_K_M");
    assert.equal(world.hub.requests.filter((one) => one.url.includes("/tree/")).length, 3);
  });

  test("what the hub's scanners say is told at the files, and what they do not say is not made up", async () => {
    await open();
    const { files } = await ask("owner/scanned");
    assert.deepEqual(Object.fromEntries(files.map(({ path, warning }) => [path, warning])), {
      "bad.bin": "The pickle scan of its source says: unsafe (builtins.exec).",
      "clean.bin": "A pickle: it can run code when it is loaded. Its source has scanned it and found nothing.",
      "fine.safetensors": undefined,
      "new.bin": "A pickle: it can run code when it is loaded, and no scan of it is known.",
      "virus.safetensors": "The virus scan of its source says: unsafe.",
    });
  });

  test("a hub that tells no scans tells all else", async () => {
    await open();
    world.hub.fail({ kind: "status", status: 404 }, { door: "api", url: "/paths-info/" });
    const { files } = await ask("owner/model");
    assert.equal(files.length, 4);
  });

  test("licence, commit, page and what is here already are told", async () => {
    await open();
    const analysis = await ask("owner/model");
    assert.equal(analysis.licence, "apache-2.0");
    assert.equal(analysis.commit, world.hub.commit("owner/model"));
    assert.equal(analysis.page, `${world.hub.url}/owner/model`);
    assert.equal(analysis.gated, false);
    assert.deepEqual(
      analysis.choices.map((one) => [one.label, one.alreadyHere]),
      [
        ["Q4_K_M · 18 B", "tiny-here"],
        ["Q8_0 · 24 B", undefined],
      ],
    );
  });

  test("a revision inside the name, beside it, and by its commit", async () => {
    await open();
    const second = world.hub.commit("owner/model", "v2");
    assert.equal((await ask("owner/model@v2")).commit, second);
    assert.equal((await ask("owner/model@main", "v2")).commit, second);
    assert.equal((await ask("owner/model", second)).files.length, 1);
    assert.notEqual((await ask("owner/model")).commit, second);
  });

  test("a gated repository says so, in its owner's words, before anything is fetched", async () => {
    const words = "You agree to\n  use it for research.";
    await open({ repositories: { "owner/model": { gated: "manual", gatedPrompt: words } } });
    const analysis = await ask("owner/model");
    assert.deepEqual([analysis.gated, analysis.gatedBecause], ["manual", "You agree to use it for research."]);
    assert.equal((await ask("owner/other")).gatedBecause, undefined);
  });

  test("a renamed repository is found under its new name", async () => {
    await open();
    assert.equal((await ask("owner/was")).repository, "owner/model");
  });

  test("what is not there is named, with what looks like it", async () => {
    await open();
    assert.deepEqual(await faultOf(ask("someone/other")), {
      code: "notFound",
      what: "repository",
      name: "someone/other",
      near: ["owner/other"],
    });
    const revision = await faultOf(ask("owner/model@v9"));
    assert.ok(revision.code === "notFound" && revision.what === "revision" && revision.name === "v9");
    const file = await faultOf(ask(`${world.hub.url}/owner/model/blob/main/tiny-q4-k-m.gguf`));
    assert.ok(file.code === "notFound" && file.what === "file" && file.near?.[0] === "tiny-Q4_K_M.gguf");
  });

  test("a private repository is there for who may see it", async () => {
    const repositories = { "owner/model": { private: true } };
    const accounts = { [TOKEN]: { name: "ada", sees: ["owner/model"] } };
    await open({ repositories, accounts });
    assert.equal((await faultOf(ask("owner/model"))).code, "notFound");
    await world.close();
    await open({ repositories, accounts }, TOKEN);
    assert.equal((await ask("owner/model")).private, true);
  });

  test("a token that is refused, a takedown, a limit, an overload, a page: each is its own fault", async () => {
    await open({}, "hf_unknownToken");
    assert.deepEqual(await faultOf(ask("owner/model")), {
      code: "unauthorized",
      host: new URL(world.hub.url).host,
      tokenGiven: true,
    });
    await world.close();
    await open({ repositories: { "owner/model": { disabled: true } } });
    assert.equal((await faultOf(ask("owner/model"))).code, "forbidden");
    world.hub.fail({ kind: "status", status: 429, headers: { "retry-after": "7" } });
    const limited = await faultOf(ask("owner/other"));
    assert.ok(limited.code === "rateLimited" && limited.retryAfter === 7000);
    world.hub.fail({ kind: "status", status: 429, headers: { ratelimit: '"api";r=0;t=12' } });
    const waited = await faultOf(ask("owner/other"));
    assert.ok(waited.code === "rateLimited" && waited.retryAfter === 12_000);
    world.hub.fail({ kind: "html" });
    assert.equal((await faultOf(ask("owner/other"))).code, "network");
    world.hub.fail({ kind: "status", status: 503 }, { times: 2 });
    assert.equal((await ask("owner/other")).repository, "owner/other");
    world.hub.fail({ kind: "status", status: 502 }, { times: 9 });
    assert.equal((await faultOf(ask("owner/other"))).code, "network");
  });

  test("no network is a fault of the host", async () => {
    await open();
    await world.hub.close();
    const fault = await faultOf(ask("owner/model"));
    assert.ok(fault.code === "network" && fault.reason === "nothing listens there");
  });

  test("the token goes to the hub alone, also when a page or a redirect lead elsewhere", async () => {
    await open({ accounts: { [TOKEN]: { name: "ada" } } }, TOKEN);
    await ask("owner/model");
    assert.ok(world.hub.requests.every((one) => one.headers["authorization"] === `Bearer ${TOKEN}`));
    world.hub.fail({ kind: "redirect", to: `${world.hub.cdnUrl}/api/models/owner/model` });
    assert.equal((await faultOf(ask("owner/model"))).code, "network");
    world.hub.fail(
      { kind: "header", name: "link", value: `<${world.hub.cdnUrl}/next>; rel="next"` },
      { url: "/tree/" },
    );
    assert.equal((await faultOf(ask("owner/model"))).code, "network");
    assert.ok(world.hub.requests.every((one) => one.door !== "cdn"));
    world.hub.fail({ kind: "status", status: 500 }, { times: 3 });
    const error: unknown = await ask("owner/model").catch((thrown: unknown) => thrown);
    assert.ok(!inspect(error, { depth: 20, showHidden: true }).includes(TOKEN));
  });

  test("a question that is given up rejects with the reason", async () => {
    await open({ latencyMs: 200 });
    const stop = new AbortController();
    const asked = hub.analyze("owner/model", undefined, stop.signal);
    stop.abort();
    await assert.rejects(asked, (error) => error === stop.signal.reason);
  });
});
