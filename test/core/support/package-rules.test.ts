import assert from "node:assert/strict";
import { packProblems, sizeProblems } from "../../support/package-rules.ts";

suite("What may ship", () => {
  const whole = [
    "extension.vsixmanifest",
    "[Content_Types].xml",
    "extension/package.json",
    "extension/package.nls.json",
    "extension/readme.md",
    "extension/changelog.md",
    "extension/LICENSE.txt",
    "extension/dist/extension.cjs",
    "extension/dist/modeldeck.cjs",
    "extension/dist/page.js",
    "extension/dist/editor.js",
    "extension/dist/sql-wasm.wasm",
    "extension/media/icon.svg",
  ].map((name) => ({ name, size: 10 }));

  test("a package with its own files alone is good", () => {
    assert.deepEqual(packProblems(whole), []);
  });

  for (const name of [
    "extension/dist/cpufeatures.node",
    "extension/node_modules/got/index.js",
    "extension/dist/page.js.map",
    "extension/src/core/core.ts",
    "extension/knip.json",
    "extension/test/run.ts",
  ])
    test(`a package with ${name} is refused`, () => {
      const problems = packProblems([...whole, { name, size: 10 }]);
      assert.ok(problems.length > 0 && problems.every((problem) => problem.includes(name)), problems.join("\n"));
    });

  test("a package without its bundle, or with an empty one, is refused", () => {
    assert.match(
      packProblems(whole.filter(({ name }) => !name.endsWith("extension.cjs"))).join(),
      /lacks .*extension\.cjs/,
    );
    assert.match(packProblems(whole.map((entry) => ({ ...entry, size: 0 }))).join(), /empty file/);
  });

  test("each size has its limit", () => {
    const dist = (name: string, size: number) => sizeProblems([{ name, size }], 1000);
    assert.deepEqual(dist("extension.cjs", 100_000), []);
    assert.match(dist("extension.cjs", 100_001).join(), /100000 is its limit/);
    assert.match(dist("transfer.worker.cjs", 350_001).join(), /350000/);
    assert.deepEqual(dist("dockerode-runtime.cjs", 900_000), []);
    assert.match(sizeProblems([], 1_500_001).join(), /1500000/);
  });
});
