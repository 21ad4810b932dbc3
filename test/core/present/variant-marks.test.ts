import assert from "node:assert/strict";
import { variantMarks } from "../../../src/core/present/variant-marks.ts";
import type { PreviewFile } from "../../../src/core/protocol/downloads.ts";
import type { HubChoice } from "../../../src/core/protocol/hub.ts";

const choice = (...files: readonly string[]): HubChoice => ({ label: "x", format: "gguf", files, sizeBytes: 1 });
const preview = (states: Readonly<Record<string, PreviewFile["state"]>>) => ({
  sets: [
    {
      variant: "all",
      files: Object.entries(states).map(([path, state]) => ({ path, state, sizeBytes: 1, target: `/${path}` })),
      bytesTotal: 1,
      bytesToFetch: 1,
    },
  ],
});

suite("marks of variants", () => {
  test("say whose bytes are proven here, and whose may be; small files do not count", () => {
    const files = ["a", "b", "c", "d"].map((path) => ({ path, sizeBytes: 1, sha256: "0".repeat(64) }));
    const choices = [
      choice("a", "config.json"),
      choice("a", "b"),
      choice("a", "c"),
      choice("d"),
      choice("config.json"),
    ];
    const marks = variantMarks(
      { choices, files: [...files, { path: "config.json", sizeBytes: 1 }] },
      preview({ a: "linkable", b: "likely", c: "missing", "config.json": "missing" }),
    );
    assert.deepEqual(
      [...marks],
      [
        ["0", "linkable"],
        ["1", "likely"],
      ],
    );
  });
});
