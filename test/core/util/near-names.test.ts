import assert from "node:assert/strict";
import * as fc from "fast-check";
import { editDistance, nearNames } from "../../../src/core/util/near-names.ts";

suite("names that look alike", () => {
  test("are found by a slip of the finger, a part of the name, or the wrong case, best first, at most three", () => {
    const names = ["qwen2.5-7b-llama.cpp-q4_k_m", "qwen2.5-7b-llama.cpp-q5_k_m", "llama-3-8b", "phi-4", "gemma-3"];
    assert.deepEqual(nearNames("lama-3-8b", names), ["llama-3-8b"]);
    assert.deepEqual(nearNames("PHI-4", names), ["phi-4"]);
    assert.deepEqual(nearNames("qwen2.5-7b-llama.cpp-q4_k_n", names), names.slice(0, 2));
    assert.deepEqual(nearNames("qwen2.5", names), names.slice(0, 2));
    assert.deepEqual(nearNames("something else altogether", names), []);
    assert.deepEqual(nearNames("", names), []);
    assert.equal(nearNames("m", ["m1", "m2", "m3", "m4"]).length, 3);
  });

  test("the distance is none to itself, the same both ways, and at most the longer length", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const far = editDistance(a, b);
        assert.equal(editDistance(a, a), 0);
        assert.equal(far, editDistance(b, a));
        assert.ok(far <= Math.max(a.length, b.length) && far >= Math.abs(a.length - b.length));
      }),
    );
    assert.equal(editDistance("kitten", "sitting"), 3);
  });
});
