import assert from "node:assert/strict";
import {
  askedAbilities,
  factFilterWords,
  parseFacts,
  presetsOf,
  rangeWords,
  ranges,
  withAbilities,
  withRange,
} from "../../../src/core/present/fact-filter.ts";
import { filterArguments, filterWords, parseFilter } from "../../../src/core/present/model-filter.ts";

suite("filters over characteristics", () => {
  test("boxes are added and taken away together, and leave the ranges alone", () => {
    const wide = [{ name: "context", atLeast: 32_000 }];
    const both = withAbilities(wide, ["vision", "unsafe"]);
    assert.deepEqual(askedAbilities(both), ["vision", "unsafe"]);
    assert.deepEqual(withAbilities(both, []), wide);
  });

  test("a range is set to one preset at a time, and every preset is found again by its words", () => {
    for (const range of ranges)
      for (const preset of presetsOf(range)) {
        const where = withRange(withRange([], range, presetsOf(range)[0]), range, preset);
        assert.equal(where.length, 1);
        assert.equal(rangeWords(where, range), preset.label);
      }
    assert.deepEqual(withRange([{ name: "context", atLeast: 1 }], "context", undefined), []);
    assert.equal(rangeWords([], "context"), undefined);
  });

  test("a model called 4B is among those up to 4B", () => {
    const preset = presetsOf("parameters").find(({ label }) => label === "≤ 4B");
    assert.ok((preset?.atMost ?? 0) > 4.02e9 && (preset?.atMost ?? 0) < 6e9);
  });

  test("are said in words with the rest of the filter", () => {
    const where = withRange([{ name: "vision", is: true }], "parameters", presetsOf("parameters")[1]);
    assert.equal(filterWords({ architecture: "llama", where }), "Architecture: llama · vision · Parameters ≤ 9B");
    assert.equal(factFilterWords({ name: "context", atLeast: 4000 }), "Context ≥ 4,000 tokens");
    assert.equal(factFilterWords({ name: "unsafe", is: true }), "unsafe format");
    assert.equal(factFilterWords({ name: "licence", is: "" }), "Licence Unknown");
  });

  test("are taken from outside only as a whole", () => {
    const where = [{ name: "tools", is: true }];
    assert.deepEqual(parseFilter({ where, text: "q" }), { text: "q", where });
    assert.deepEqual(parseFilter({ where: [] }), {});
    for (const odd of [
      {},
      "x",
      [{}],
      [{ name: "" }],
      [{ name: "a", is: {} }],
      [{ name: "a", above: 1 }],
      [{ name: "a", atMost: "1" }],
    ])
      assert.equal(parseFilter({ where: odd }), undefined, JSON.stringify(odd));
    assert.deepEqual(parseFacts([]), []);
  });

  test("architecture and licence are asked of the characteristics", () => {
    const filter = { role: "chat", architecture: "", licence: "mit", where: [{ name: "vision", is: true }] };
    assert.deepEqual(filterArguments(filter), {
      role: "chat",
      where: [
        { name: "vision", is: true },
        { name: "architecture", is: "" },
        { name: "licence", is: "mit" },
      ],
    });
    assert.deepEqual(filterArguments({ text: "q" }), { text: "q" });
  });
});
