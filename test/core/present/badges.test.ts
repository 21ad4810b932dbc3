import assert from "node:assert/strict";
import { badgesOf, contextBadge, countBadge } from "../../../src/core/present/badges.ts";
import type { Characteristic } from "../../../src/core/protocol/models.ts";
import { anEntry } from "../../support/samples.ts";

const fact = (
  name: string,
  value: Characteristic["value"],
  source: Characteristic["source"] = "gguf",
  confidence = 1,
): Characteristic => ({ name, value, source, confidence });

const badges = (facts: readonly Characteristic[], parts: Parameters<typeof anEntry>[0] = {}): string =>
  badgesOf(anEntry({ facts, ...parts })).join(" ");

suite("badges", () => {
  test("stand always in the same order, however the facts come", () => {
    const facts = [
      fact("thinking", true, "template"),
      fact("tools", true, "template"),
      fact("vision", true),
      fact("context", 131_072),
      fact("parameters", 8.03e9),
    ];
    assert.equal(badges(facts), "8B 128K vision tools thinking");
    assert.equal(badges(facts.toReversed()), "8B 128K vision tools thinking");
  });

  test("a guess ends with a question mark: by name, by what a hub lets people tag, or weakly said", () => {
    assert.equal(badges([fact("vision", true, "name")]), "vision?");
    assert.equal(badges([fact("tools", true, "hub")]), "tools?");
    assert.equal(badges([fact("audio", true, "config", 0.6)]), "audio?");
    assert.equal(badges([fact("thinking", true, "person", 1)]), "thinking");
    assert.equal(badges([fact("parameters", 7e9, "name", 0.5)]), "7B?");
  });

  test("what is said to be wrong is no badge, though a list of capabilities has it", () => {
    assert.equal(badges([fact("vision", false)], { capabilities: ["text", "vision"] }), "");
  });

  test("what only the capabilities tell is a badge, under one name", () => {
    assert.equal(
      badges([], { capabilities: ["text", "vision", "embedding", "colouring"] }),
      "vision embeddings colouring",
    );
  });

  test("parameters are left out where the name says them, and of a mixture of experts tell the active ones", () => {
    assert.equal(badges([fact("parameters", 8.03e9)], { displayName: "Llama 3.1 8B Instruct (Q4_K_M)" }), "");
    assert.equal(badges([fact("parameters", 8.03e9)], { displayName: "Llama 3.18B" }), "8B");
    assert.equal(badges([fact("parameters", 30.5e9), fact("activeParameters", 3.3e9)]), "31B-A3.3B");
  });

  test("counts are short", () => {
    assert.deepEqual([494e6, 1.54e9, 7.62e9, 8.03e9, 70.6e9, 999.7e9, 12].map(countBadge), [
      "494M",
      "1.5B",
      "7.6B",
      "8B",
      "71B",
      "1T",
      "12",
    ]);
  });

  test("windows are told as their makers do", () => {
    assert.deepEqual([512, 4096, 40_960, 131_072, 1_048_576, 1_000_000, 200_000, 1536].map(contextBadge), [
      "512",
      "4K",
      "40K",
      "128K",
      "1M",
      "1M",
      "200K",
      "1.5K",
    ]);
  });
});
