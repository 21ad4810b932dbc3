import assert from "node:assert/strict";
import { analysisDocument, entryDocument, statusDocument } from "../../../src/core/present/documents.ts";
import { plain } from "../../../src/core/present/markdown.ts";
import { aServer, anEntryWithDetails } from "../../support/samples.ts";

suite("pages to read", () => {
  test("a model's page names its files with their digests", () => {
    const page = entryDocument({
      ...anEntryWithDetails(),
      files: [{ path: "/m/a.gguf", sizeBytes: 5, sha256: "ab".repeat(32), proof: "sha256" }],
    });
    assert.match(page, /^# Tiny/);
    assert.ok(page.includes(`| \`/m/a.gguf\` | 5 B | verified by sha256 | \`${"ab".repeat(32)}\` |`));
  });

  test("the status names the engine that is away, and draws no icon names", () => {
    const reason = { code: "engineUnreachable", message: "No engine answers.", remedy: "Start it.", facts: {} };
    const page = statusDocument({
      servers: [aServer({ differences: [{ what: "context", asked: 2, got: 1 }] })],
      runtime: { kind: "container", available: false, reason },
    });
    assert.match(page, /No engine answers\\\. Start it/);
    assert.ok(!page.includes("$("));
  });

  test("a hub page's text from outside cannot become a link", () => {
    const page = analysisDocument({
      provider: "huggingface",
      repository: "a/[click](command:x)",
      revision: "main",
      commit: "0".repeat(40),
      files: [],
      choices: [],
      gated: false,
      private: false,
      tags: [],
      characteristics: [],
      page: "https://hub.example/a",
    });
    assert.ok(!page.includes("](command:x)"));
  });

  test("plain text keeps its letters and loses its powers", () => {
    assert.equal(plain("a *b* <i> | $(x)\nc"), "a \\*b\\* &lt;i&gt; \\| \\$\\(x\\) c");
  });
});
