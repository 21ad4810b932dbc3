import assert from "node:assert/strict";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { anyCase } from "../../../src/core/registry/any-case.ts";
import { createRegistry } from "../../../src/core/registry/create-registry.ts";
import { entryEdits } from "../../../src/core/registry/entry-edits.ts";
import { makeRegistryFolder } from "./registry-folder.ts";

suite("search by text beyond ASCII", () => {
  test("finds a word in whatever case, by what is in memory as by SQLite", async () => {
    const folder = await makeRegistryFolder();
    try {
      const database = await folder.open();
      const ports = { files: nodeFiles, clock: nodeClock, digest: nodeDigest, testingPatterns: [] };
      const registry = createRegistry(database, ports);
      const shown = ["TÄST Größe", "täst größe", "ΛΟΓΟΣ", "λογος", "10 \u03BCm", "Тест", "模型 A", "plain"];
      await registry.commit(
        shown.flatMap(
          (displayName, at) =>
            entryEdits({
              displayName,
              family: `model-${at}`,
              backend: "llama.cpp",
              proof: "unverified",
              files: [],
              characteristics: [],
            }).edits,
        ),
      );
      const remembering = createRegistry(database, ports);
      await remembering.readAhead(async () => undefined);
      for (const [text, found] of [
        ["täst", ["TÄST Größe", "täst größe"]],
        ["TÄST", ["TÄST Größe", "täst größe"]],
        ["GRÖ größe", ["TÄST Größe", "täst größe"]],
        ["tast", []],
        ["λόγος", []],
        ["λογοσ", ["ΛΟΓΟΣ", "λογος"]],
        ["λογος", ["ΛΟΓΟΣ", "λογος"]],
        ["ΛΟΓΟΣ", ["ΛΟΓΟΣ", "λογος"]],
        ["\u00B5M", ["10 \u03BCm"]],
        ["ТЕСТ", ["Тест"]],
        ["模型 a", ["模型 A"]],
        ["ä*", []],
        ["PLAIN", ["plain"]],
      ] as const)
        for (const one of [registry, remembering]) {
          const { entries } = await one.list({ text });
          assert.deepEqual(entries.map(({ displayName }) => displayName).sort(), [...found].sort(), text);
        }
    } finally {
      await folder.remove();
    }
  });

  test("what has no letters of that kind is left to what knows ASCII alone, and what no name is as long as is nowhere", () => {
    for (const word of ["plain", "模型", "ß", "\u{1F408}"]) assert.equal(anyCase(word), undefined, word);
    assert.equal(anyCase("Ö".repeat(3001)), "never");
    assert.deepEqual(anyCase("a[Ö]*-?\u{1F408}"), {
      glob: "*[aA][[][Öö]][*]-[?]\u{1F408}*",
      pattern: /[\u{61}\u{41}][\u{5b}][\u{d6}\u{f6}][\u{5d}][\u{2a}][\u{2d}][\u{3f}][\u{1f408}]/u,
    });
  });
});
