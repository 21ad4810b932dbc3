import assert from "node:assert/strict";
import * as fc from "fast-check";
import { capabilitiesOf } from "../../../src/core/identify/capabilities-of.ts";
import { configFacts } from "../../../src/core/identify/config/config-facts.ts";
import { effective } from "../../../src/core/identify/effective.ts";
import { modelTexts } from "../../../src/core/identify/head.ts";
import { identifyModel } from "../../../src/core/identify/identify-model.ts";
import { type Fixture, fact, fixtures, gguf } from "./fixtures.ts";
import { headOf, llama } from "./safetensors/build.ts";

const identify = ({
  path = "x/model.safetensors",
  heads = [],
  projector,
  config,
  texts = {},
  beside = [],
  hub,
}: Omit<Fixture, "is" | "badges">) =>
  identifyModel({
    path,
    heads,
    ...(projector && { projector }),
    texts: { ...(config && { "config.json": JSON.stringify(config) }), ...texts },
    beside,
    sizeBytes: 0,
    ...(hub && { hub }),
  });

const valueOf = (given: Omit<Fixture, "is" | "badges">, name: string): unknown =>
  effective(identify(given).characteristics).find((one) => one.name === name)?.value;

suite("what a model is, all sources weighed", () => {
  test("is told of at least sixty fixtures", () => {
    assert.ok(fixtures.length >= 60, `${fixtures.length}`);
  });

  for (const fixture of fixtures)
    test(`${fixture.is}: ${fixture.badges || "no badge"}${fixture.quantization ? `, ${fixture.quantization}` : ""}`, () => {
      const found = identify(fixture);
      const best = effective(found.characteristics);
      const marks = ["lora", "unsafe", "mlx"].filter((name) =>
        best.some((one) => one.name === name && one.value === true),
      );
      assert.equal([...capabilitiesOf(best), ...marks].join(" "), fixture.badges);
      if (fixture.quantization !== undefined) assert.equal(found.quantization, fixture.quantization);
      if (fixture.format !== undefined) assert.equal(found.format, fixture.format);
    });

  test("keeps one value of each name and source", () => {
    for (const fixture of fixtures) {
      const keys = identify(fixture).characteristics.map(({ name, source }) => `${name}|${source}`);
      assert.equal(new Set(keys).size, keys.length, fixture.is);
    }
  });

  test("counts what the configuration says of the packing", () => {
    const heads = [headOf({ "model.layers.0.w.weight": ["U32", 64, 16], "model.layers.0.w.scales": ["BF16", 64, 4] })];
    const config = { model_type: "llama", quantization: { bits: 4, group_size: 32 } };
    assert.equal(valueOf({ heads, config }, "parameters"), 8192);
  });

  test("tells active parameters of experts", () => {
    const heads = [
      headOf({
        "model.layers.0.mlp.experts.up": ["BF16", 8, 10, 10],
        "model.layers.0.self_attn.q.weight": ["BF16", 10, 10],
      }),
    ];
    const config = { model_type: "moe", num_hidden_layers: 1, num_experts: 8, num_experts_per_tok: 2 };
    assert.equal(valueOf({ heads, config }, "activeParameters"), 300);
    assert.equal(valueOf({ heads, config }, "parameters"), 900);
  });

  test("tells sizes by name, last of all and marked", () => {
    const of = (path: string) => identify({ path }).characteristics;
    assert.deepEqual(of("x/Qwen3-30B-A3B-Q4_K_M.gguf").slice(0, 2), [
      fact("parameters", 30e9, "name", 0.4),
      fact("activeParameters", 3e9, "name", 0.4),
    ]);
    assert.equal(of("x/Mixtral-8x7B.gguf").find(({ name }) => name === "experts")?.value, 8);
    assert.equal(
      of("x/Phi-3-mini-128k.gguf").find(({ name }) => name === "parameters"),
      undefined,
    );
  });

  test("takes shape from the configuration, and bytes from the headers", () => {
    const config = { model_type: "llama", num_hidden_layers: 2, num_attention_heads: 4, hidden_size: 64 };
    const { shape } = identify({ heads: [headOf(llama(2))], config });
    assert.equal(shape?.layers, 2);
    assert.deepEqual(shape?.weights?.layers, [8320, 8320]);
    assert.equal(shape?.tied, undefined);
  });

  test("takes the shape of a GGUF file from the file", () => {
    const heads = [gguf({ shape: { architecture: "llama", layers: 3 } })];
    assert.equal(identify({ heads, config: { model_type: "llama", num_hidden_layers: 9 } }).shape?.layers, 3);
  });

  test("says which texts are broken, and goes on", () => {
    const found = identify({
      texts: { "config.json": "{", "tokenizer_config.json": "[]", "model_index.json": '{"_class_name":"X"}' },
    });
    assert.deepEqual(found.problems, ["“config.json” is broken.", "“tokenizer_config.json” is broken."]);
    assert.equal(effective(found.characteristics).find(({ name }) => name === "diffusion")?.value, true);
  });

  test("survives whatever stands in the texts", () => {
    const words = [
      "text_config",
      "vision_config",
      "num_hidden_layers",
      "num_key_value_heads",
      "num_attention_heads",
      "layer_types",
      "sliding_window",
      "rope_scaling",
      "quantization_config",
      "quantization",
      "architectures",
      "chat_template",
      "block_configs",
      "model_type",
      "hidden_size",
      "conv_kernel",
      "state_size",
      "id2label",
      "kv_lora_rank",
      "n_layers",
      "dim",
    ];
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(1, 4, -1, 1e9, 1e300, 0, "yarn", "gptq"),
      fc.array(fc.constantFrom("sliding_attention", "linear_attention", 2)),
    );
    const object = fc.dictionary(
      fc.constantFrom(...words),
      fc.oneof(value, fc.dictionary(fc.constantFrom(...words), value)),
    );
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      object.map((one) => JSON.stringify(one)),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...modelTexts), text), (texts) => {
        const { characteristics } = configFacts(texts, []);
        for (const one of characteristics)
          if (typeof one.value === "number")
            assert.ok(Number.isFinite(one.value) && one.value >= 0, JSON.stringify(one));
      }),
      { numRuns: 1500 },
    );
  });

  test("builds no tree of a text that is far too long", () => {
    assert.deepEqual(configFacts({ "config.json": "[".repeat(5_000_000) }, []).problems, ["“config.json” is broken."]);
  });
});
