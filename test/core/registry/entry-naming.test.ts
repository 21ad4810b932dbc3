import assert from "node:assert/strict";
import { type NameParts, familySlug, nameEntry, typeable } from "../../../src/core/registry/entry-naming.ts";

const cases: readonly (readonly [NameParts, string])[] = [
  [
    { family: "Llama-3.1-8B-Instruct", backend: "llama.cpp", format: "gguf", quantization: "Q4_K_M" },
    "llama-3.1-8b-instruct-llama.cpp-gguf-q4_k_m",
  ],
  // What the family says already is not said again.
  [
    { family: "Qwen2.5-7B-Instruct-GGUF", backend: "llama.cpp", format: "gguf", quantization: "q6_k" },
    "qwen2.5-7b-instruct-gguf-llama.cpp-q6_k",
  ],
  [
    { family: "Foo-Q4_K_M-GGUF", backend: "llama.cpp", format: "gguf", quantization: "Q4_K_M" },
    "foo-q4_k_m-gguf-llama.cpp",
  ],
  [{ family: "ollama-tools", backend: "ollama", format: "gguf" }, "ollama-tools-gguf"],
  // Only as a whole part: `gguf` is not in `ggufy`.
  [{ family: "ggufy", backend: "ollama", format: "gguf" }, "ggufy-ollama-gguf"],
  // What is unknown is left out.
  [{ family: "Foo", backend: "unassigned" }, "foo"],
  [{ family: "Foo", backend: "vllm", quantization: "awq" }, "foo-vllm-awq"],
  [{ family: "Foo", backend: "unassigned", format: "safetensors" }, "foo-safetensors"],
  // A branch is part of the family; separators become one dash.
  [{ family: "Foo_Bar  13B@gptq-4bit/v2", backend: "vllm", format: "gptq" }, "foo-bar-13b-gptq-4bit-v2-vllm"],
  [{ family: "Ink Sketch – v1@5001", backend: "unassigned", format: "safetensors" }, "ink-sketch-v1-5001-safetensors"],
  [{ family: "-_a__b_-", backend: "mlx", format: "mlx" }, "a-b-mlx"],
  [{ family: "llama3.2:3b", backend: "ollama", format: "gguf", quantization: "Q8_0" }, "llama3.2-3b-ollama-gguf-q8_0"],
  [
    { family: "Foo", backend: "llama.cpp", format: "gguf", quantization: "UD-IQ2_XXS" },
    "foo-llama.cpp-gguf-ud-iq2_xxs",
  ],
  [{ family: "///", backend: "vllm" }, "model-vllm"],
];

suite("entry names", () => {
  for (const [parts, name] of cases)
    test(`${parts.family} of ${parts.backend}, ${parts.format ?? "no format"}, ${parts.quantization ?? "no quantization"} is ${name}`, () => {
      assert.equal(nameEntry(parts), name);
    });

  test("a family keeps the underscores of a quantization and of nothing else", () => {
    assert.equal(familySlug("My_Model_iq3_xs_v2"), "my-model-iq3_xs-v2");
    assert.equal(familySlug("a_Q6_K_b"), "a-q6_k-b");
    assert.equal(familySlug("x_Q4_K_M_gguf"), "x-q4_k_m-gguf");
    assert.equal(familySlug("seq4_k"), "seq4-k");
  });

  test("a name of an earlier version loses the dashes that nobody can type, and any other name nothing", () => {
    assert.equal(typeable("ink-sketch-–-v1-safetensors"), "ink-sketch-v1-safetensors");
    assert.equal(typeable("—ink‑sketch—"), "ink-sketch");
    assert.equal(typeable("-a--b-"), "-a--b-");
  });
});
