import assert from "node:assert/strict";
import { filterWords, groupLabel, parseFilter } from "../../../src/core/present/model-filter.ts";

suite("the filter of the models", () => {
  test("is said in words, part by part", () => {
    assert.equal(filterWords({}), "");
    assert.equal(
      filterWords({ text: "qwen", quantization: "q4_k_m", location: "", installed: true, includeTesting: true }),
      "“qwen” · Location: No location · Quantization: Q4_K_M · installed only · with testing",
    );
  });

  test("is taken from outside only as a whole, without what says nothing", () => {
    assert.deepEqual(parseFilter({ text: "", installed: false, role: "", backend: "vllm" }), {
      role: "",
      backend: "vllm",
    });
    assert.deepEqual(parseFilter({ format: undefined }), {});
    for (const odd of [null, "a", [], { text: 1 }, { installed: "yes" }, { colour: "red" }])
      assert.equal(parseFilter(odd), undefined, JSON.stringify(odd));
  });

  test("names groups that have no value", () => {
    assert.equal(groupLabel("backend", "unassigned"), "Unassigned");
    assert.equal(groupLabel("role", ""), "No role");
    assert.equal(groupLabel("quantization", "q8_0"), "Q8_0");
    assert.equal(groupLabel("family", "llama-3"), "llama-3");
  });
});
