import assert from "node:assert/strict";
import { configFacts } from "../../../../src/core/identify/config/config-facts.ts";

const of = (config: object) => configFacts({ "config.json": JSON.stringify({ model_type: "m", ...config }) }, []);
const shapeOf = (config: object) => of(config).shape;
const valueOf = (config: object, name: string): unknown =>
  of(config).characteristics.find((one) => one.name === name)?.value;

const llama = {
  num_hidden_layers: 32,
  hidden_size: 4096,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  max_position_embeddings: 131_072,
  vocab_size: 128_256,
};
const four = { num_hidden_layers: 4, hidden_size: 64, num_attention_heads: 4 };

suite("the shape a configuration tells", () => {
  test("of Llama 3.1 8B: 1 GiB of cache for 8,192 tokens", () => {
    assert.equal(Number(valueOf(llama, "kvBytesPerToken")) * 8192, 2 ** 30);
    assert.deepEqual(shapeOf(llama), {
      architecture: "m",
      context: 131_072,
      layers: 32,
      embedding: 4096,
      vocabulary: 128_256,
      heads: 32,
      kvHeads: 8,
      keyLength: 128,
      valueLength: 128,
    });
  });

  test("of latent attention: keys of the latent's width, and no values", () => {
    const deepseek = {
      num_hidden_layers: 61,
      hidden_size: 7168,
      num_attention_heads: 128,
      num_key_value_heads: 128,
      kv_lora_rank: 512,
      qk_rope_head_dim: 64,
      v_head_dim: 128,
    };
    const shape = shapeOf(deepseek);
    assert.equal(shape?.latent, true);
    assert.equal(shape?.keyLength, 576);
    assert.equal(shape?.kvHeads, 1);
    assert.equal(shape?.valueLength, undefined);
    assert.equal(valueOf(deepseek, "kvBytesPerToken"), 61 * 576 * 2);
  });

  for (const [what, config, kvHeads] of [
    ["none told: as many as heads", {}, 4],
    ["one for all queries", { multi_query: true }, 1],
    ["layer by layer", { num_key_value_heads: [4, 2, 2, 1] }, [4, 2, 2, 1]],
    [
      "by the blocks of a puzzle",
      {
        block_configs: [
          { attention: { n_heads_in_group: 2 } },
          { attention: { no_op: true, n_heads_in_group: null } },
          { attention: { n_heads_in_group: 4 } },
          { attention: { n_heads_in_group: 4 } },
        ],
      },
      [2, 0, 1, 1],
    ],
    ["shared by the last layers", { num_key_value_heads: 2, num_kv_shared_layers: 2 }, [2, 2, 0, 0]],
  ] as const)
    test(`KV heads, ${what}`, () => {
      assert.deepEqual(shapeOf({ ...four, ...config })?.kvHeads, kvHeads);
    });

  for (const [what, config, layers] of [
    [
      "by layer types",
      { layer_types: ["sliding_attention", "full_attention", "sliding_attention", "full_attention"] },
      [true, false, true, false],
    ],
    ["by a pattern", { sliding_window_pattern: 2 }, [true, false, true, false]],
    ["by what the code of an older one has", { model_type: "gemma2" }, [true, false, true, false]],
    ["of all layers", {}, [true, true, true, true]],
    ["of none where it is switched off", { use_sliding_window: false }, undefined],
    ["of the layers above", { max_window_layers: 3 }, [false, false, false, true]],
    ["of none where all are below", { max_window_layers: 4 }, undefined],
    ["of none where it is null", { sliding_window: null }, undefined],
  ] as const)
    test(`a window, ${what}`, () => {
      const shape = shapeOf({ ...four, sliding_window: 512, ...config });
      assert.deepEqual(shape?.slidingWindow, layers && { tokens: 512, layers: [...layers] });
    });

  test("a window whose heads are narrower than those of the others", () => {
    const shape = shapeOf({
      ...four,
      head_dim: 256,
      global_head_dim: 512,
      num_key_value_heads: 8,
      num_global_key_value_heads: 2,
      sliding_window: 1024,
      layer_types: ["sliding_attention", "full_attention", "sliding_attention", "full_attention"],
    });
    assert.deepEqual(shape?.kvHeads, [8, 2, 8, 2]);
    assert.equal(shape.keyLength, 512);
    assert.equal(shape.slidingWindow?.keyLength, 256);
  });

  test("of a hybrid with linear attention: a cache on every fourth layer, a state on the others", () => {
    const shape = shapeOf({
      ...four,
      num_key_value_heads: 2,
      full_attention_interval: 4,
      linear_conv_kernel_dim: 4,
      linear_num_value_heads: 32,
      linear_value_head_dim: 128,
      linear_num_key_heads: 16,
      linear_key_head_dim: 128,
    });
    assert.deepEqual(shape?.kvHeads, [0, 0, 0, 2]);
    assert.deepEqual(shape.recurrent, {
      layers: [true, true, true, false],
      convKernel: 4,
      innerSize: 4096,
      groups: 16,
      stateSize: 128,
    });
  });

  for (const [what, config, recurrent] of [
    ["by letters", { hybrid_override_pattern: "M-M*" }, [true, false, true, false]],
    ["by period and offset", { attn_layer_period: 4, attn_layer_offset: 2 }, [true, true, false, true]],
    ["by layer types", { layer_types: ["mamba", "attention", "mamba", "mamba"] }, [true, false, true, true]],
  ] as const)
    test(`of a hybrid with a state, ${what}`, () => {
      const shape = shapeOf({ ...four, mamba_d_conv: 4, mamba_d_state: 16, mamba_expand: 2, ...config });
      assert.deepEqual(shape?.recurrent?.layers, recurrent);
      assert.equal(shape.recurrent.innerSize, 128);
    });

  test("of a pure state space model: no cache at all", () => {
    const shape = shapeOf({ num_hidden_layers: 2, hidden_size: 64, state_size: 16, conv_kernel: 4 });
    assert.equal(shape?.kvHeads, 0);
    assert.deepEqual(shape.recurrent?.layers, [true, true]);
  });

  test("of experts", () => {
    assert.deepEqual(shapeOf({ ...four, num_local_experts: 32, num_experts_per_tok: 4 })?.experts, {
      count: 32,
      used: 4,
    });
    assert.deepEqual(shapeOf({ ...four, n_routed_experts: 256, num_experts_per_tok: 8 })?.experts, {
      count: 256,
      used: 8,
    });
    assert.equal(shapeOf({ ...four, num_experts: 0 })?.experts, undefined);
  });

  for (const name of ["text_config", "llm_config", "language_config"])
    test(`lies in ${name} where that is there`, () => {
      const shape = shapeOf({ hidden_size: 9, [name]: { ...four, max_position_embeddings: 4096 } });
      assert.equal(shape?.layers, 4);
      assert.equal(shape.embedding, 64);
      assert.equal(shape.context, 4096);
    });

  test("lies in what thinks where several models are one", () => {
    assert.equal(
      shapeOf({ thinker_config: { text_config: four }, talker_config: { num_hidden_layers: 9 } })?.layers,
      4,
    );
  });

  for (const [what, rope_scaling, context] of [
    ["stretched by YaRN", { rope_type: "yarn", factor: 4, original_max_position_embeddings: 32_768 }, 131_072],
    ["stretched evenly", { type: "linear", factor: 2 }, 80_000],
    ["stretched already", { rope_type: "llama3", factor: 8, original_max_position_embeddings: 8192 }, 40_000],
    ["not stretched", null, 40_000],
    ["stretched by nonsense", { type: "linear", factor: -2 }, 40_000],
  ] as const)
    test(`a context ${what}: ${context}`, () => {
      assert.equal(valueOf({ ...four, max_position_embeddings: 40_000, rope_scaling }, "context"), context);
    });

  test("is none of a part of a pipeline, of nonsense, and of a million layers", () => {
    assert.equal(configFacts({ "config.json": '{"_class_name":"X","num_layers":19}' }, []).shape, undefined);
    assert.equal(shapeOf({ num_hidden_layers: "four" }), undefined);
    assert.equal(shapeOf({ num_hidden_layers: 1_000_000 }), undefined);
  });

  test("of Mistral's own configuration", () => {
    const params = {
      dim: 64,
      n_layers: 2,
      n_heads: 4,
      n_kv_heads: 2,
      head_dim: 32,
      vocab_size: 100,
      sliding_window: 8,
    };
    const { shape } = configFacts({ "params.json": JSON.stringify(params) }, []);
    assert.equal(shape?.kvHeads, 2);
    assert.equal(shape.keyLength, 32);
    assert.deepEqual(shape.slidingWindow, { tokens: 8, layers: [true, true] });
  });
});
