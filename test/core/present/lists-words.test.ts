import assert from "node:assert/strict";
import { absentWords, amountWords } from "../../../src/core/present/lists-words.ts";
import type { WantedFile } from "../../../src/core/protocol/lists.ts";

suite("words of what lists want", () => {
  const file = (parts: Partial<WantedFile> = {}): WantedFile => ({
    id: "a.safetensors",
    name: "a.safetensors",
    key: "URLs",
    target: "/m/a.safetensors",
    url: "https://hub.test/a",
    purpose: "weights",
    state: "missing",
    ...parts,
  });

  test("count one file as one, and say a size only where it is known", () => {
    const sized = file({ sizeBytes: 2_000_000_000 });
    const linkable = file({ state: "linkable" });
    assert.deepEqual(
      [amountWords([sized]), amountWords([file()]), amountWords([sized, linkable])],
      ["1 file · 2.0 GB", "1 file", "2 files · 2.0 GB"],
    );
    assert.deepEqual(
      [absentWords([sized]), absentWords([file(), file()]), absentWords([linkable])],
      ["1 file · 2.0 GB to fetch", "2 files", "1 file · nothing to fetch"],
    );
  });
});
