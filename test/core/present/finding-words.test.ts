import assert from "node:assert/strict";
import { mendable as ofDoctor } from "../../../src/core/maintenance/operations/doctor.ts";
import {
  findingGroups,
  findingsDocument,
  groupCount,
  mendWords,
  mendable,
} from "../../../src/core/present/finding-words.ts";
import type { Finding } from "../../../src/core/protocol/maintenance.ts";
import { aPlan } from "../../support/plan-samples.ts";

const found = (kind: Finding["kind"], what: string, bytes?: number): Finding => ({
  kind,
  what,
  detail: "as it is",
  mended: false,
  ...(bytes !== undefined && { bytes }),
});

suite("what the doctor found", () => {
  const findings = [
    found("unsafe", "old.ckpt"),
    found("orphan", "/m/a.gguf", 4e9),
    found("danglingLink", "/m/b"),
    found("orphan", "/m/c.gguf", 5e8),
  ];

  test("is grouped by kind, what can be mended first, with counts and bytes", () => {
    const groups = findingGroups(findings);
    assert.deepEqual(
      groups.map((group) => `${group.kind} ${groupCount(group)}`),
      ["orphan 2 · 4.5 GB", "danglingLink 1", "unsafe 1"],
    );
  });

  test("can be read, with what is told of each below it, and what a person must see to marked", () => {
    const page = findingsDocument("Doctor", aPlan({ operation: "doctor", findings })).split("\n");
    assert.ok(page.includes("Orphan (2 · 4.5 GB)"));
    const at = page.indexOf("! /m/a.gguf  4.0 GB");
    assert.equal(page[at + 1], "      as it is");
    assert.ok(page.includes("Unsafe format (1): look at it yourself"));
    assert.ok(page.includes("  old.ckpt"));
  });

  test("a name with line breaks stays on one line", () => {
    const page = findingsDocument("Doctor", aPlan({ findings: [found("orphan", "/m/a\n! /m/b")] }));
    assert.equal(page.split("\n").filter((line) => line.startsWith("!")).length, 1);
  });

  test("what can be mended is what the doctor can mend, and each has its words", () => {
    assert.deepEqual([...mendable], [...ofDoctor]);
    for (const kind of mendable) assert.ok(mendWords(kind).length > 5);
  });
});
