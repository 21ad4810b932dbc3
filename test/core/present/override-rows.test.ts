import assert from "node:assert/strict";
import { type Overrides, overrideRows } from "../../../src/core/present/override-rows.ts";

const shown = (set: Overrides, context?: number): readonly string[] =>
  overrideRows(context === undefined ? {} : { context }, set).map(
    ({ label, description }) => `${label} ${description}`,
  );

suite("what a load may be asked for beside its profile", () => {
  test("nothing yet: all as the profile has it, and to load is the last", () => {
    const kept = "as the profile has it";
    assert.deepEqual(shown({}, 32_768), [
      `Context… 32k, ${kept}`,
      `GPU Layers… ${kept}`,
      `Cache Type… ${kept}`,
      "Load Now ",
    ]);
    assert.equal(shown({})[0], `Context… ${kept}`);
  });

  test("what is set so far is shown, and to load is the first; no layer at all is a value, too", () => {
    assert.deepEqual(shown({ gpuLayers: 0, context: 1024 }, 32_768).slice(0, 3), [
      "Load Now Context: 1k tokens · GPU Layers: 0",
      "Context… 1k tokens",
      "GPU Layers… 0",
    ]);
    assert.equal(shown({ cacheType: "q8_0" })[0], "Load Now Cache Type: q8_0");
  });
});
