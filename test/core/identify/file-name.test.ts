import assert from "node:assert/strict";
import { readFileName, stemOf } from "../../../src/core/identify/file-name.ts";
import { namedQuantization } from "../../../src/core/identify/quantization.ts";

suite("what a file's name tells", () => {
  for (const [name, quantization] of [
    ["Llama-3.1-8B-Instruct-Q4_K_M.gguf", "Q4_K_M"],
    ["llama-3.1-8b-instruct.q4_k_m.gguf", "Q4_K_M"],
    ["Qwen3-30B-A3B-UD-Q4_K_XL.gguf", "UD-Q4_K_XL"],
    ["Qwen3-30B-A3B-UD-IQ1_S.gguf", "UD-IQ1_S"],
    ["model-IQ2_XXS.gguf", "IQ2_XXS"],
    ["model-IQ4_NL.gguf", "IQ4_NL"],
    ["model.i1-IQ3_M.gguf", "IQ3_M"],
    ["model-IQ4_KSS.gguf", "IQ4_KSS"],
    ["gpt-oss-20b-MXFP4.gguf", "MXFP4"],
    ["gpt-oss-20b-mxfp4_moe.gguf", "MXFP4_MOE"],
    ["bitnet-TQ2_0.gguf", "TQ2_0"],
    ["model-Q4_0_4_8.gguf", "Q4_0_4_8"],
    ["model-Q8_0.gguf", "Q8_0"],
    ["model-BF16.gguf", "BF16"],
    ["model-fp16.gguf", "F16"],
    ["BF16/model-00001-of-00003.gguf", "BF16"],
    ["Q2_K/model-Q3_K_S.gguf", "Q3_K_S"],
    ["model.gguf", undefined],
    ["Q4-notes-model.gguf", undefined],
  ] as const) {
    test(`${name}: ${quantization ?? "no quantization"}`, () => {
      const facts = readFileName(name);
      assert.equal(facts.format, "gguf");
      assert.equal(facts.quantization, quantization);
    });
  }

  for (const [name, format, stem] of [
    ["flux1-dev-fp8.sft", "safetensors", "flux1-dev"],
    ["vae.SFT", "safetensors", "vae"],
    ["old/style.pkl", "pytorch", "style"],
    ["exported-FP8.pt2", "pytorch", "exported"],
    ["model.ckpt", "pytorch", "model"],
    ["model.v2", undefined, "model.v2"],
    ["file.constructor", undefined, "file"],
    ["bin", undefined, "bin"],
  ] as const) {
    test(`${name} is of ${format ?? "no format"}, and is called ${stem}`, () => {
      const facts = readFileName(name);
      assert.equal(facts.format, format);
      assert.equal(facts.role, format === undefined ? "other" : "weights");
      assert.equal(stemOf(facts.group, facts.quantization), stem);
    });
  }

  test("parts of one model share a group", () => {
    const first = readFileName("Q4_K_M/Big-Q4_K_M-00001-of-00003.gguf");
    assert.deepEqual(first.part, { index: 1, count: 3 });
    assert.equal(first.group, "Q4_K_M/Big-Q4_K_M.gguf");
    assert.equal(readFileName("Q4_K_M/Big-Q4_K_M-00003-of-00003.gguf").group, first.group);
    assert.equal(readFileName("model-00001-of-00002.safetensors").group, "model.safetensors");
  });

  for (const [name, role] of [
    ["mmproj-F16.gguf", "projector"],
    ["Qwen2-VL-mmproj-f16.gguf", "projector"],
    ["mmproj-model-f16.gguf", "projector"],
    ["mtp-Q8_0.gguf", "draft"],
    ["model.imatrix", "imatrix"],
    ["imatrix_unsloth.gguf", "imatrix"],
    ["model.safetensors", "weights"],
    ["pytorch_model.bin", "weights"],
    ["training_args.bin", "other"],
    ["optimizer.pt", "other"],
    ["config.json", "support"],
    ["tokenizer.model", "support"],
    ["merges.txt", "support"],
    ["chat_template.jinja", "support"],
    ["README.md", "document"],
    ["LICENSE", "document"],
    ["LICENSE.txt", "document"],
    [".gitattributes", "document"],
    ["preview.png", "document"],
    ["modeling_custom.py", "other"],
  ] as const) {
    test(`${name} is ${role}`, () => assert.equal(readFileName(name).role, role));
  }

  for (const [name, quantization] of [
    ["Qwen2.5-7B-Instruct-AWQ", "AWQ"],
    ["Qwen2.5-7B-Instruct-GPTQ-Int4", "GPTQ-Int4"],
    ["Llama-3.1-8B-4bit", "4bit"],
    ["Llama-3.1-8B-FP8", "FP8"],
    ["flux1-dev-fp8_e4m3fn", "FP8"],
    ["model-w4a16", "W4A16"],
    ["DeepSeek-R1-NVFP4", "NVFP4"],
    ["Llama-3.1-8B", undefined],
  ] as const) {
    test(`weights named ${name}: ${quantization ?? "no quantization"}`, () => {
      assert.equal(namedQuantization(name), quantization);
    });
  }

  test("a stem is the name without what is known of it", () => {
    assert.equal(stemOf("Q4_K_M/Big-7B-Q4_K_M.gguf", "Q4_K_M"), "Big-7B");
    assert.equal(stemOf("model.safetensors", undefined), "model");
  });
});
