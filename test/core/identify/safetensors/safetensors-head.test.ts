import assert from "node:assert/strict";
import { joinShards } from "../../../../src/core/identify/safetensors/join-shards.ts";
import { readHead } from "../../../../src/core/identify/read-head.ts";
import { readBuffer } from "../../../../src/core/identify/reader.ts";
import { type Tensors, headOf, llama, safetensorsFile } from "./build.ts";

const valueOf = (head: ReturnType<typeof headOf>, name: string): unknown =>
  head.characteristics.find((one) => one.name === name)?.value;

suite("what a safetensors header says", () => {
  test("of a language model: parameters, bytes, bits, and where they are loaded", () => {
    const head = headOf(llama(2));
    assert.equal(head.kind, "model");
    assert.equal(head.quantization, "BF16");
    assert.equal(valueOf(head, "parameters"), 2 * 6400 + 2 * (4096 + 64));
    assert.equal(valueOf(head, "weightBytes"), 2 * (2 * 6400 + 2 * (4096 + 64)));
    assert.equal(valueOf(head, "bitsPerWeight"), 16);
    assert.deepEqual(head.tensors?.weights, {
      total: 42_240,
      layers: [8320, 8320],
      experts: [0, 0],
      input: 12_800,
      output: 12_800,
    });
    assert.equal(valueOf(head, "vision"), undefined);
  });

  const packed: readonly (readonly [string, Tensors, string, number])[] = [
    ["FP8 with scales", { "w.weight": ["F8_E4M3", 128, 128], "w.weight_scale_inv": ["F32", 1, 1] }, "FP8", 16_384],
    ["the other FP8", { "w.weight": ["F8_E5M2", 128, 128] }, "FP8", 16_384],
    ["MXFP4", { w_blocks: ["U8", 8, 4, 16], w_scales: ["U8", 8, 4] }, "MXFP4", 1024],
    [
      "NVFP4",
      { "w.weight": ["U8", 128, 64], "w.weight_scale": ["F8_E4M3", 128, 8], "w.weight_scale_2": ["F32"] },
      "NVFP4",
      16_384,
    ],
    [
      "GPTQ in 8 bits",
      { "w.qweight": ["I32", 32, 64], "w.qzeros": ["I32", 1, 16], "w.scales": ["F16", 1, 64], "w.g_idx": ["I32", 128] },
      "GPTQ-Int8",
      8192,
    ],
    [
      "GPTQ in 4 bits",
      { "w.qweight": ["I32", 16, 64], "w.qzeros": ["I32", 1, 8], "w.scales": ["F16", 1, 64] },
      "GPTQ-Int4",
      8192,
    ],
    ["AWQ", { "w.qweight": ["I32", 128, 8], "w.qzeros": ["I32", 1, 8], "w.scales": ["F16", 1, 64] }, "AWQ", 8192],
    [
      "bitsandbytes",
      {
        "w.weight": ["U8", 4096, 1],
        "w.weight.absmax": ["U8", 128],
        "w.weight.quant_map": ["F32", 16],
        "w.weight.quant_state.bitsandbytes__nf4": ["U8", 90],
      },
      "NF4",
      8192,
    ],
    ["MLX", { "w.weight": ["U32", 64, 16], "w.scales": ["BF16", 64, 2], "w.biases": ["BF16", 64, 2] }, "4bit", 8192],
    ["F4", { "w.weight": ["F4", 64, 128] }, "FP4", 8192],
  ];
  for (const [what, tensors, quantization, parameters] of packed)
    test(`counts what ${what} packs: ${parameters} of ${quantization}`, () => {
      const head = headOf(tensors);
      assert.equal(valueOf(head, "parameters"), parameters);
      assert.equal(valueOf(head, "quantization"), quantization);
    });

  test("is found by a file's first bytes, also where its header is long", () => {
    for (const layers of [2, 2000]) {
      const { bytes, size } = safetensorsFile(llama(layers));
      assert.deepEqual(readBuffer(readHead(size, "x.safetensors"), bytes), headOf(llama(layers)));
      assert.match(readBuffer(readHead(bytes.length, "x.safetensors"), bytes).problem ?? "", /ends before its tensors/);
    }
  });

  test("counts experts apart", () => {
    const head = headOf({
      "model.layers.0.mlp.experts.0.up_proj.weight": ["BF16", 10, 10],
      "model.layers.0.mlp.shared_expert.up_proj.weight": ["BF16", 10, 10],
      "model.layers.1.mlp.experts.gate_up_proj": ["BF16", 4, 10, 10],
    });
    assert.deepEqual(head.tensors?.weights?.experts, [200, 800]);
    assert.equal(head.tensors?.expertParameters, 500);
  });

  test("sees and hears by its towers", () => {
    const vision = headOf({ ...llama(1), "visual.blocks.0.attn.qkv.weight": ["BF16", 8, 8] });
    assert.equal(valueOf(vision, "vision"), true);
    assert.equal(valueOf(vision, "audio"), undefined);
    const audio = headOf({ ...llama(1), "audio_tower.layers.0.fc1.weight": ["BF16", 8, 8] });
    assert.equal(valueOf(audio, "audio"), true);
    assert.equal(audio.tensors?.weights?.layers.length, 1);
  });

  const pictures: readonly (readonly [string, Tensors, string, string | undefined, string | undefined])[] = [
    [
      "a whole SDXL checkpoint",
      {
        "model.diffusion_model.input_blocks.0.0.weight": ["F16", 4],
        "conditioner.embedders.1.model.ln_final.weight": ["F16", 4],
        "first_stage_model.decoder.conv_in.weight": ["F16", 4],
      },
      "model",
      "checkpoint",
      "SDXL",
    ],
    [
      "a whole SD 1.5 checkpoint",
      {
        "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": ["F16", 320, 768],
        "cond_stage_model.transformer.text_model.embeddings.position_ids": ["I64", 1, 77],
      },
      "model",
      "checkpoint",
      "SD 1.5",
    ],
    [
      "a bare Flux",
      { "double_blocks.0.img_attn.qkv.weight": ["F8_E4M3", 4], "single_blocks.0.linear1.weight": ["F8_E4M3", 4] },
      "component",
      "diffusion model",
      "Flux.1",
    ],
    [
      "a bare Wan",
      { "blocks.0.cross_attn.k.weight": ["BF16", 4], "patch_embedding.weight": ["BF16", 4] },
      "component",
      "diffusion model",
      "Wan",
    ],
    [
      "a UNet of diffusers",
      {
        "down_blocks.0.resnets.0.conv1.weight": ["F16", 4],
        "up_blocks.0.resnets.0.conv1.weight": ["F16", 4],
        "time_embedding.linear_1.weight": ["F16", 4],
        "add_embedding.linear_1.weight": ["F16", 4],
      },
      "component",
      "diffusion model",
      "SDXL",
    ],
    [
      "a VAE",
      { "decoder.conv_in.weight": ["F16", 4], "encoder.down.0.block.0.conv1.weight": ["F16", 4] },
      "component",
      "vae",
      undefined,
    ],
    [
      "a CLIP text encoder",
      { "text_model.encoder.layers.0.mlp.fc1.weight": ["F16", 4] },
      "component",
      "text encoder",
      undefined,
    ],
    [
      "a T5 encoder",
      { "encoder.block.0.layer.0.SelfAttention.k.weight": ["F16", 4] },
      "component",
      "text encoder",
      undefined,
    ],
    ["a ControlNet", { "control_model.input_hint_block.0.weight": ["F16", 4] }, "component", "controlnet", undefined],
    [
      "a textual inversion",
      { clip_l: ["F16", 4, 768], clip_g: ["F16", 4, 1280] },
      "component",
      "textual inversion",
      undefined,
    ],
    [
      "a LoRA of SDXL",
      {
        "lora_te2_text_model.lora_up.weight": ["F16", 4, 4],
        "lora_te2_text_model.lora_down.weight": ["F16", 4, 4],
        "lora_te2_text_model.alpha": ["F16"],
      },
      "adapter",
      "lora",
      "SDXL",
    ],
    [
      "a LoRA of Flux as diffusers names it",
      { "transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight": ["BF16", 16, 3072] },
      "adapter",
      "lora",
      "Flux.1",
    ],
    ["a LoKr", { "lora_unet_x.lokr_w1": ["F16", 4, 4], "lora_unet_x.alpha": ["F16"] }, "adapter", "lora", undefined],
    [
      "an adapter of a language model",
      { "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight": ["BF16", 16, 4096] },
      "adapter",
      "lora",
      undefined,
    ],
  ];
  for (const [what, tensors, kind, type, base] of pictures)
    test(`knows ${what}`, () => {
      const head = headOf(tensors);
      assert.equal(head.kind, kind);
      assert.equal(valueOf(head, "modelType"), type);
      assert.equal(valueOf(head, "baseModel"), base);
      assert.equal(valueOf(head, "text"), false);
      assert.equal(valueOf(head, "diffusion"), type === "checkpoint" || type === "diffusion model" ? true : undefined);
    });

  test("does not take a model with a few adapters in it for one", () => {
    const head = headOf({ ...llama(4), "model.layers.0.self_attn.q_proj.lora_A.weight": ["BF16", 4, 4] });
    assert.equal(head.kind, "model");
  });

  const lora: Tensors = { "lora_unet_x.lora_up.weight": ["F16", 4, 4], "lora_unet_x.lora_down.weight": ["F16", 4, 4] };

  test("takes title, base and trigger words from what the trainer wrote", () => {
    const head = headOf(lora, {
      "modelspec.title": "Watercolour",
      "modelspec.architecture": "stable-diffusion-xl-v1-base/lora",
      "modelspec.trigger_phrase": "wtrclr, soft paper",
      "modelspec.license": "openrail",
    });
    assert.equal(head.title, "Watercolour");
    assert.deepEqual(head.triggerWords, ["wtrclr", "soft paper"]);
    assert.equal(valueOf(head, "baseModel"), "SDXL");
    assert.equal(valueOf(head, "licence"), "openrail");
  });

  test("takes tags that nearly every picture had for trigger words", () => {
    const head = headOf(lora, {
      ss_base_model_version: "sd_v1",
      ss_output_name: "ohwx",
      ss_tag_frequency: JSON.stringify({
        "10_ohwx": { ohwx: 20, "1girl": 19, smile: 4 },
        "2_b": { " ohwx": 5, "1girl": 5 },
      }),
    });
    assert.equal(head.title, "ohwx");
    assert.deepEqual(head.triggerWords, ["ohwx", "1girl"]);
    assert.equal(valueOf(head, "baseModel"), "SD 1.5");
  });

  for (const text of ["{", "[]", "null", '{"a":1}', '{"a":{"b":"c"}}', '{"a":{"b":null}}'])
    test(`takes no trigger words from ${text}`, () => {
      assert.equal(headOf(lora, { ss_tag_frequency: text }).triggerWords, undefined);
    });
});

suite("the parts of a safetensors model", () => {
  const [one, two] = [
    headOf(llama(2), undefined, "model-00001-of-00002.safetensors"),
    headOf(
      { "model.layers.2.mlp.up_proj.weight": ["BF16", 100, 64], "visual.x.weight": ["BF16", 1] },
      undefined,
      "model-00002-of-00002.safetensors",
    ),
  ];

  test("are summed, whatever order they come in", () => {
    for (const head of [joinShards([one, two]), joinShards([two, one])]) {
      assert.equal(valueOf(head, "parameters"), 2 * 6400 + 2 * 4160 + 6401);
      assert.deepEqual(head.tensors?.weights?.layers, [8320, 8320, 12_800]);
      assert.equal(valueOf(head, "vision"), true);
      assert.equal(head.part, undefined);
      assert.equal(head.problem, undefined);
    }
  });

  test("tell no sums where one is missing, and say so", () => {
    const head = joinShards([one]);
    assert.equal(valueOf(head, "parameters"), undefined);
    assert.equal(head.tensors, undefined);
    assert.equal(head.quantization, "BF16");
    assert.match(head.problem ?? "", /Of its 2 parts one is missing/);
  });
});
