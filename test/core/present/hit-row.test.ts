import assert from "node:assert/strict";
import { hitRow, looksLikeReference, warningsOf } from "../../../src/core/present/hit-row.ts";

suite("a line of a search", () => {
  test("says what is told of it, and nothing of what is not", () => {
    assert.deepEqual(
      hitRow({
        provider: "huggingface",
        reference: "owner/repo",
        title: "owner/repo",
        downloads: 1_234_567,
        likes: 12,
        updatedAt: "2026-11-01T00:00:00.000Z",
        task: "text-generation",
        formats: ["gguf"],
        licence: "mit",
        gated: true,
        sizeBytes: 4_900_000_000,
        alreadyHere: "entry",
      }),
      {
        label: "owner/repo",
        description: "$(check) already here · $(lock) gated · 4.9 GB · gguf",
        detail: "mit · text-generation · 1.2M downloads · 12 likes · updated 2026-11-01",
      },
    );
    assert.deepEqual(
      hitRow({
        provider: "ollama",
        reference: "ollama:x",
        title: "",
        formats: [],
        gated: false,
        sizeBytes: 0,
        updatedAt: "soon",
      }),
      { label: "ollama:x", description: "", detail: "" },
    );
  });

  test("a name or an address is told from words to search for", () => {
    for (const text of ["owner/repo", "owner/repo@v1", "civitai:12@34", "ollama:llama3:8b", "https://example.com/x"])
      assert.equal(looksLikeReference(text), true, text);
    for (const text of ["", "llama", "small llama", "a/b c", "owner/"])
      assert.equal(looksLikeReference(text), false, text);
  });

  test("warnings of the chosen files come once each", () => {
    const file = (path: string, warning?: string) => ({
      path,
      sizeBytes: 1,
      ...(warning !== undefined && { warning }),
    });
    const files = [file("a", "w"), file("b", "w"), file("c", "other"), file("d")];
    assert.deepEqual(warningsOf({ files }, ["a", "b", "d"]), ["w"]);
  });
});
