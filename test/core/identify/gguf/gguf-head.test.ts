import assert from "node:assert/strict";
import { ggufHead } from "../../../../src/core/identify/gguf/gguf-head.ts";
import { joinSplit } from "../../../../src/core/identify/gguf/join-split.ts";
import { readGguf } from "../../../../src/core/identify/gguf/read-gguf.ts";
import type { FileHead } from "../../../../src/core/identify/head.ts";
import { isMalformed, readBuffer } from "../../../../src/core/identify/reader.ts";
import { type GgufInput, type GgufInputFile, type GgufTensorInput, ggufBytes } from "../../../support/gguf-files.ts";
import { llama, mixture } from "./files.ts";

function head(file: GgufInputFile): FileHead {
  const header = readBuffer(readGguf(), ggufBytes(file));
  return isMalformed(header) ? assert.fail(header.malformed) : ggufHead(header);
}

const valueOf = (of: FileHead, name: string): unknown =>
  of.characteristics.find((characteristic) => characteristic.name === name)?.value;

/** A model of that architecture; keys stand below it unless they begin with a dot. */
const model = (
  architecture: string,
  keys: Readonly<Record<string, GgufInput>>,
  tensors: readonly GgufTensorInput[] = [{ name: "blk.0.attn_q.weight", dimensions: [32, 32] }],
): FileHead =>
  head({
    keys: {
      "general.architecture": architecture,
      ...Object.fromEntries(
        Object.entries(keys).map(([key, value]) => [
          key.startsWith(".") ? key.slice(1) : `${architecture}.${key}`,
          value,
        ]),
      ),
    },
    tensors,
  });

const attention = { "attention.head_count": 8, "attention.head_count_kv": 4, embedding_length: 512, block_count: 8 };

suite("what a GGUF header says of a model", () => {
  test("of Llama 3.1 8B: everything", () => {
    const read = head(llama);
    assert.deepEqual(
      [read.format, read.kind, read.quantization, read.title, read.problem],
      ["gguf", "model", "Q4_K_M", "Meta Llama 3.1 8B Instruct", undefined],
    );
    for (const [name, value] of Object.entries({
      architecture: "llama",
      parameters: 8_030_261_248,
      context: 131_072,
      layers: 32,
      heads: 32,
      kvHeads: 8,
      embedding: 4096,
      vocabulary: 128_256,
      // 32 layers × 8 heads × (128 + 128) elements × 2 bytes: 1 GiB for 8192 tokens.
      kvBytesPerToken: 131_072,
      licence: "llama3.1",
      language: "en, de",
      baseModel: "meta-llama/Llama-3.1-8B",
      modelType: "model",
      text: true,
    }))
      assert.equal(valueOf(read, name), value, name);
    assert.equal(valueOf(read, "activeParameters"), undefined);
    const { weights } = read.shape ?? {};
    assert.equal(weights?.total, valueOf(read, "weightBytes"));
    assert.equal(weights?.layers.length, 32);
    assert.equal(weights?.input, (128_256 * 4096 * 144) / 256);
    assert.equal(weights?.output, (128_256 * 4096 * 210) / 256 + 4096 * 4);
    assert.equal(read.shape?.tied, undefined);
  });

  test("of a mixture of experts: what is active, and the routed experts of each layer", () => {
    const read = head(mixture);
    const experts = 2 * 256 * 512 * 8;
    const others = 256 * 20 + 2 * 2 * 256 * 512;
    assert.equal(valueOf(read, "parameters"), experts + others);
    assert.equal(valueOf(read, "activeParameters"), experts / 4 + others);
    assert.equal(valueOf(read, "experts"), 8);
    assert.deepEqual(read.shape?.experts, { count: 8, used: 2 });
    const perLayer = (256 * 512 * 8 * 17) / 32;
    assert.deepEqual(read.shape?.weights?.experts, [perLayer, perLayer]);
    assert.equal(read.title, "Tiny 2x8");
    assert.equal(read.quantization, "MXFP4");
    assert.equal(read.shape?.tied, true);
  });

  test("embeddings per layer stay on the CPU with the token embedding, and are no head", () => {
    const tensors = [
      { name: "token_embd.weight", dimensions: [32, 10] },
      { name: "per_layer_token_embd.weight", dimensions: [64, 10] },
    ];
    const { shape } = model("gemma3n", {}, tensors);
    assert.deepEqual([shape?.weights?.input, shape?.weights?.embedding, shape?.tied], [3840, 1280, true]);
  });

  for (const [fileType, type, quantization] of [
    [15, 12, "Q4_K_M"],
    [17, 13, "Q5_K_M"],
    [14, 6, "Q4_K_S"],
    [1, 12, "Q4_K"],
    [15, 1, "F16"],
    [32, 30, "BF16"],
    [38, 39, "MXFP4_MOE"],
    [39, 40, "NVFP4"],
    [24, 19, "IQ1_S"],
    [99, 12, "Q4_K"],
    [undefined, 20, "IQ4_NL"],
    [undefined, 35, "TQ2_0"],
    [7, 12, "Q4_K"],
    [18, 14, "Q6_K"],
  ] as const)
    test(`file type ${fileType ?? "left out"} over tensors of type ${type}: ${quantization}`, () => {
      const read = model("llama", fileType === undefined ? {} : { ".general.file_type": fileType }, [
        { name: "blk.0.ffn_up.weight", dimensions: [256, 64], type },
        // A large embedding says nothing.
        { name: "token_embd.weight", dimensions: [256, 1000], type: 8 },
      ]);
      assert.equal(read.quantization, quantization);
      assert.equal(valueOf(read, "quantization"), quantization);
    });

  for (const [what, keys, kind] of [
    ["a projector by its architecture", { "general.architecture": "clip" }, "projector"],
    ["a projector by its type", { "general.architecture": "llama", "general.type": "mmproj" }, "projector"],
    ["an adapter", { "general.architecture": "llama", "general.type": "adapter", "adapter.type": "lora" }, "adapter"],
    ["an importance matrix", { "general.type": "imatrix", "imatrix.datasets": ["wiki"] }, "imatrix"],
    ["a draft head", { "general.architecture": "eagle3" }, "draft"],
    ["a control vector", { "general.architecture": "controlvector" }, "component"],
    ["an image model", { "general.architecture": "flux" }, "model"],
    ["tensors of which nothing is said", {}, "unknown"],
  ] as const)
    test(`${what} is ${kind}`, () => {
      assert.equal(head({ keys: keys, tensors: [{ name: "x.weight", dimensions: [4, 4] }] }).kind, kind);
    });

  test("a file without tensors is a vocabulary", () => {
    assert.equal(model("llama", { block_count: 2 }, []).kind, "vocabulary");
  });

  for (const [what, read, said] of [
    [
      "an embedder",
      model("bert", { pooling_type: 1, "attention.causal": false }),
      { embeddings: true, text: false, pooling: "mean" },
    ],
    [
      "an embedder made of a writer",
      model("qwen3", { pooling_type: 3 }),
      { embeddings: true, text: false, pooling: "last" },
    ],
    ["a reranker", model("qwen3", { pooling_type: 4 }), { reranker: true, text: false, embeddings: undefined }],
    ["a writer", model("qwen3", { pooling_type: 0 }), { text: true, embeddings: undefined }],
    [
      "a writer that diffuses",
      model("llada", { "attention.causal": false, ".diffusion.shift_logits": true }),
      { text: true, embeddings: undefined },
    ],
    ["an image model", model("qwen_image", {}), { diffusion: true, text: false }],
    [
      "a projector for pictures and sound",
      model("clip", { has_vision_encoder: true, has_audio_encoder: true }),
      { vision: true, audio: true },
    ],
    ["a projector for sound", model("clip", { has_audio_encoder: true }), { vision: false, audio: true }],
    ["an adapter", model("llama", { ".adapter.type": "lora" }), { lora: true, text: undefined }],
    [
      "a model of Ollama's with its encoder",
      model("gemma3", { "vision.block_count": 3 }),
      { vision: true, text: true },
    ],
    ["a model of which nothing is denied", model("llama", {}), { vision: undefined, audio: undefined }],
  ] as const)
    test(`${what}: ${JSON.stringify(said)}`, () => {
      for (const [name, value] of Object.entries(said)) assert.equal(valueOf(read, name), value, name);
    });

  test("a chat template tells of tools, also one of another name", () => {
    const tools = "{% if tools %}{{ tools | tojson }}{% endif %}";
    assert.equal(valueOf(model("llama", { ".tokenizer.chat_template": tools }), "tools"), true);
    const named = model("llama", { ".tokenizer.chat_template": "plain", ".tokenizer.chat_template.tool_use": tools });
    assert.equal(valueOf(named, "tools"), true);
    assert.equal(valueOf(model("llama", {}), "tools"), undefined);
  });
});

suite("the shape in a GGUF header", () => {
  test("KV heads of each layer are kept, and layers without any have no cache", () => {
    const { shape, characteristics } = model("deci", {
      ...attention,
      block_count: 4,
      "attention.head_count": [8, 0, 8, 8],
      "attention.head_count_kv": [4, 0, 2, 4],
    });
    assert.deepEqual(shape?.kvHeads, [4, 0, 2, 4]);
    assert.equal(shape.heads, 8);
    const bytes = characteristics.find(({ name }) => name === "kvBytesPerToken")?.value;
    assert.equal(bytes, 10 * (64 + 64) * 2);
  });

  test("equal KV heads of all layers are one number", () => {
    assert.equal(model("x", { ...attention, "attention.head_count_kv": [4, 4, 4, 4, 4, 4, 4, 4] }).shape?.kvHeads, 4);
  });

  test("KV heads that are not told are as many as heads", () => {
    const { "attention.head_count_kv": _, ...others } = attention;
    assert.equal(model("x", others).shape?.kvHeads, 8);
  });

  test("of latent attention only keys count, of the width of the latent", () => {
    const read = model("deepseek2", {
      ...attention,
      "attention.head_count_kv": 1,
      "attention.key_length": 576,
      "attention.value_length": 512,
      "attention.key_length_mla": 192,
      "attention.value_length_mla": 128,
    });
    assert.equal(read.shape?.latent, true);
    assert.equal(valueOf(read, "kvBytesPerToken"), 8 * 576 * 2);
  });

  const window = { ...attention, "attention.sliding_window": 1024 };
  const [near, far] = [true, false];
  for (const [what, read, layers] of [
    [
      "gemma3: each sixth layer sees everything",
      model("gemma3", window),
      [near, near, near, near, near, far, near, near],
    ],
    ["gpt-oss: every other", model("gpt-oss", window), [near, far, near, far, near, far, near, far]],
    ["gemma2: without a key", model("gemma2", attention), [near, far, near, far, near, far, near, far]],
    ["smallthinker: the first", model("smallthinker", window), [far, near, near, near, far, near, near, near]],
    [
      "a period in the header",
      model("gemma3", { ...window, "attention.sliding_window_pattern": 4 }),
      [near, near, near, far, near, near, near, far],
    ],
    [
      "a list in the header",
      model("new", {
        ...window,
        "attention.sliding_window_pattern": [true, true, false, true, false, false, false, true],
      }),
      [near, near, far, near, far, far, far, near],
    ],
    ["phi3: llama.cpp does not use it", model("phi3", window), undefined],
    ["an architecture of which nothing is known", model("new", window), undefined],
    ["a window of 0", model("gemma3", { ...attention, "attention.sliding_window": 0 }), undefined],
  ] as const)
    test(`sliding windows: ${what}`, () => assert.deepEqual(read.shape?.slidingWindow?.layers, layers));

  test("heads of windowed layers may be of another length", () => {
    const read = model("gemma4", {
      ...window,
      block_count: 2,
      "attention.sliding_window_pattern": [true, false],
      "attention.key_length": 512,
      "attention.value_length": 512,
      "attention.key_length_swa": 256,
      "attention.value_length_swa": 256,
    });
    assert.deepEqual(read.shape?.slidingWindow, {
      tokens: 1024,
      layers: [true, false],
      keyLength: 256,
      valueLength: 256,
    });
    assert.equal(valueOf(read, "kvBytesPerToken"), 4 * (1024 + 512) * 2);
  });

  test("layers that share another's cache have none of their own", () => {
    const read = model("gemma4", { ...attention, block_count: 4, "attention.shared_kv_layers": 2 });
    assert.deepEqual(read.shape?.kvHeads, [4, 4, 0, 0]);
  });

  const ssm = { "ssm.conv_kernel": 4, "ssm.inner_size": 128, "ssm.state_size": 16, "ssm.group_count": 1 };
  for (const [what, read, recurrent, kvHeads] of [
    ["mamba", model("mamba", { ...ssm, block_count: 2, embedding_length: 64 }), [true, true], 0],
    [
      "a hybrid with a list",
      model("granitehybrid", { ...attention, ...ssm, block_count: 3, "attention.head_count_kv": [0, 0, 4] }),
      [true, true, false],
      [0, 0, 4],
    ],
    [
      "a hybrid with a stride",
      model("qwen3next", { ...attention, ...ssm, block_count: 4 }),
      [true, true, true, false],
      [0, 0, 0, 4],
    ],
    [
      "a hybrid with a stride of its own",
      model("qwen35", { ...attention, ...ssm, block_count: 4, full_attention_interval: 2 }),
      [true, false, true, false],
      [0, 4, 0, 4],
    ],
    [
      "a model that does both in each layer",
      model("falcon-h1", { ...attention, ...ssm, block_count: 2 }),
      [true, true],
      4,
    ],
  ] as const)
    test(`recurrent layers: ${what}`, () => {
      assert.deepEqual(read.shape?.recurrent, {
        layers: recurrent,
        convKernel: 4,
        innerSize: 128,
        groups: 1,
        stateSize: 16,
      });
      assert.deepEqual(read.shape?.kvHeads, kvHeads);
    });

  test("a header that claims four billion layers makes no list of them", () => {
    const read = model("llama", { ...attention, block_count: 4_000_000_000 });
    assert.equal(read.shape?.kvHeads, undefined);
    assert.equal(valueOf(read, "kvBytesPerToken"), undefined);
  });
});

suite("a GGUF model in parts", () => {
  const keys = mixture.keys ?? {};
  const tensors = mixture.tensors ?? [];
  const part = (no: number, some: readonly GgufTensorInput[], own: typeof keys = {}): FileHead =>
    head({
      keys: { ...own, "split.no": { type: "u16", value: no }, "split.count": { type: "u16", value: 3 } },
      tensors: some,
    });
  const first = part(0, [], keys);
  const second = part(1, tensors.slice(0, 3));
  const third = part(2, tensors.slice(3));

  test("says which part it is", () => {
    assert.deepEqual(
      [first, second, third].map((head) => head.part?.index),
      [1, 2, 3],
    );
    assert.deepEqual(third.part, { index: 3, count: 3 });
    assert.deepEqual(
      [first, second, third].map(({ kind }) => kind),
      ["model", "model", "model"],
    );
  });

  test("is together what it would be in one file", () => {
    const joined = joinSplit([third, first, second]);
    const whole = head(mixture);
    const sorted = (of: FileHead) => of.characteristics.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    assert.deepEqual(sorted(joined), sorted(whole));
    assert.deepEqual(joined.shape, whole.shape);
    assert.equal(joined.quantization, whole.quantization);
    assert.equal(joined.part, undefined);
    assert.equal(joined.problem, undefined);
  });

  test("without one of its parts tells no sums, and what is missing", () => {
    const joined = joinSplit([first, third]);
    assert.equal(valueOf(joined, "parameters"), undefined);
    assert.equal(joined.shape?.weights, undefined);
    assert.equal(joined.shape?.layers, 2);
    assert.match(joined.problem ?? "", /one is missing/);
  });

  test("a model in one file stays what it is", () => {
    const whole = head(mixture);
    assert.equal(joinSplit([whole]), whole);
  });
});
