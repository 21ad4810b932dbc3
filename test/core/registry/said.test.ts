import assert from "node:assert/strict";
import { effectiveOf, finding, saidIn } from "../../../src/core/registry/said.ts";

/** As `allFacts` writes it, in this order. */
const rowOf = (...facts: readonly (readonly [source: string, value: string])[]) => ({
  all_facts: facts.map(([source, value]) => ["licence", value, source, "1"].join("\u001F")).join("\u001E"),
});

suite("what is said of an entry", () => {
  test("shows the most trusted value of a kind we know, in whatever order they come", () => {
    const said = [
      ["config", "[1]"],
      ["hub", '"mit"'],
      ["template", '"apache"'],
    ] as const;
    const [odd, hub, template] = said;
    for (const order of [
      said,
      [template, odd, hub],
      [hub, template, odd],
      [template, hub, odd],
      [odd, template, hub],
    ]) {
      const all = saidIn(rowOf(...order));
      assert.equal(effectiveOf(all)[0]?.value, "apache");
      assert.equal(finding("licence")(all)?.value, "[1]");
    }
  });
});
