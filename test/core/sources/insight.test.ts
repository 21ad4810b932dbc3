import assert from "node:assert/strict";
import { createGotHttp } from "../../../src/core/adapters/got-http.ts";
import { createHuggingFaceClient } from "../../../src/core/adapters/huggingface-client.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { createFitReader } from "../../../src/core/fit/fit-of-entry.ts";
import type { Hub } from "../../../src/core/sources/hub.ts";
import { createHuggingFaceHub } from "../../../src/core/sources/huggingface.ts";
import { withInsight } from "../../../src/core/sources/insight.ts";
import { createRemoteFiles } from "../../../src/core/sources/remote-range.ts";
import { bytes, seconds } from "../../../src/core/util/ids.ts";
import { ggufBytes } from "../../support/gguf-files.ts";
import type { HubServerOptions } from "../../support/hub-server.ts";
import { type TestHub, hubWith, never } from "../downloads/support.ts";

const TOKEN = "hf_aSecretOfSomeLength99";
/** Its vocabulary alone is longer than what is asked for of a file that lies far away. */
const tokens = Array.from({ length: 400_000 }, (_, index) => `token-${index}`);
const model = Buffer.from(
  ggufBytes({
    keys: {
      "general.architecture": "llama",
      "llama.context_length": 32_768,
      "llama.block_count": 4,
      "llama.embedding_length": 256,
      "llama.attention.head_count": 8,
      "llama.attention.head_count_kv": 2,
      "tokenizer.ggml.tokens": tokens,
    },
    tensors: [{ name: "token_embd.weight", dimensions: [256, 16] }],
  }),
);
const config = JSON.stringify({
  architectures: ["Qwen2VLForConditionalGeneration"],
  model_type: "qwen2_vl",
  vision_config: { depth: 2 },
  text_config: { max_position_embeddings: 16_384, num_hidden_layers: 4 },
});

suite("looking into a hub's files before a download", () => {
  let world: TestHub;
  let hub: Hub;
  const said: string[] = [];

  const open = async (options: Omit<HubServerOptions, "folder"> = {}, token?: string): Promise<void> => {
    said.length = 0;
    world = await hubWith(
      {
        "tiny-Q4_K_M.gguf": model,
        "owner/tensors//config.json": config,
        "owner/tensors//model.safetensors": "no header",
      },
      options,
    );
    const endpoint = world.hub.url;
    const secret = async (): Promise<string | undefined> => token;
    hub = withInsight({
      hub: createHuggingFaceHub({
        client: createHuggingFaceClient({ endpoint, token: secret }),
        endpoint,
        installed: async () => new Map(),
      }),
      remote: createRemoteFiles({ http: createGotHttp(), endpoint, token: secret }),
      fit: createFitReader({
        registry: { query: async () => [] },
        files: { stat: async () => undefined },
        gpu: { read: async () => [] },
        memory: { read: () => ({ total: bytes(2 ** 34), free: bytes(2 ** 33) }) },
        footprints: { of: async () => [] },
      }),
      // A person's patience; none of these tests is about it, and a busy machine takes its time.
      clock: { sleep: (_, signal) => nodeClock.sleep(seconds(3600), signal) },
      log: { info: (line) => said.push(line) },
    });
  };
  teardown(() => world.close());
  const facts = async (repository: string) =>
    (await hub.analyze(repository, undefined, never)).characteristics.filter(({ source }) => source !== "hub");

  test("a header is read by ranges, not the file", async () => {
    await open();
    const found = await facts("owner/model");
    assert.equal(found.find(({ name }) => name === "context")?.value, 32_768);
    assert.equal(found.find(({ name }) => name === "context")?.source, "gguf");
    const fetched = world.hub.requests.reduce((sum, one) => sum + one.bytes, 0);
    assert.ok(fetched <= 1024 * 1024, `${fetched} bytes of ${model.length} came`);
  });

  test("the texts beside weights tell what the weights do not", async () => {
    await open();
    const found = await facts("owner/tensors");
    assert.deepEqual(
      found.filter(({ name }) => name === "vision" || name === "context").map(({ name, value }) => [name, value]),
      [
        ["context", 16_384],
        ["vision", true],
      ],
    );
  });

  test("each choice says whether it would fit", async () => {
    await open();
    const { choices } = await hub.analyze("owner/model", undefined, never);
    assert.deepEqual(
      choices.map(({ fit }) => fit?.map(({ device, verdict }) => [device, verdict.kind])),
      [[["cpu", "fits"]]],
    );
  });

  test("the choices are told although no file answers", async () => {
    await open();
    world.hub.fail({ kind: "status", status: 500 }, { door: "resolve" });
    const analysis = await hub.analyze("owner/model", undefined, never);
    assert.deepEqual(
      analysis.choices.map(({ quantization }) => quantization),
      ["Q4_K_M"],
    );
    assert.equal(said.length, 1);
  });

  test("what was looked at is remembered by its commit", async () => {
    await open();
    await facts("owner/model");
    world.hub.forget();
    await facts("owner/model");
    assert.equal(world.hub.requests.filter(({ door }) => door !== "api").length, 0);
  });

  test("a hub that sends the whole is heard no longer than it must be", async () => {
    await open();
    world.hub.fail({ kind: "ignoreRange" }, { door: "cdn" });
    assert.equal((await facts("owner/model")).find(({ name }) => name === "layers")?.value, 4);
  });

  test("the token goes to the hub alone", async () => {
    await open({ accounts: { [TOKEN]: { name: "me" } } }, TOKEN);
    await facts("owner/model");
    const carried = world.hub.requests.filter(({ headers }) => headers["authorization"] !== undefined);
    assert.ok(carried.some(({ door }) => door === "resolve"));
    assert.ok(carried.every(({ door }) => door !== "cdn"));
    assert.ok(!said.join("\n").includes(TOKEN));
  });
});
