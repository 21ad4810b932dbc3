import assert from "node:assert/strict";
import * as v from "valibot";
import { purgeDeprecated } from "../../../../src/core/maintenance/operations/purge-deprecated.ts";
import { purgeHuggingFace } from "../../../../src/core/maintenance/operations/purge-hugging-face.ts";
import { purgeLogicalOnly } from "../../../../src/core/maintenance/operations/purge-logical-only.ts";
import { resetDiscovered } from "../../../../src/core/maintenance/operations/reset-discovered.ts";
import { isFault } from "../../../../src/core/util/faults.ts";
import { characteristic, entry, fileRow, inWords, kept, surveyOf } from "./survey.ts";

const deprecated = { deprecated: 1 };

suite("purge deprecated", () => {
  test("removes deprecated entries with what is known of them, and no file", () => {
    const survey = surveyOf({
      entries: [entry("old", { ...deprecated, path: "/models/old" }), entry("new")],
      files: [fileRow("/models/old", "old"), fileRow("/models/new", "new")],
      characteristics: [characteristic("old", "context"), characteristic("new", "context")],
      disk: { "/models/old": { size: 4 } },
    });
    const decided = purgeDeprecated.decide(survey, { placeholdersOnly: false });
    assert.deepEqual(inWords(decided), [
      "- entries discovered:old",
      "- files /models/old",
      "- characteristics old|context|name",
    ]);
  });

  test("removes only logical-only ones where asked: without a path, or a synthetic path that was never downloaded", () => {
    const survey = surveyOf({
      entries: [
        entry("bare", deprecated),
        entry("synthetic", { ...deprecated, path: "ollama://a:1" }),
        entry("pulled", { ...deprecated, path: "ollama://b:1", downloaded_at: "2026-01-01T00:00:00Z" }),
        entry("stored", { ...deprecated, path: "/models/stored" }),
      ],
    });
    const decided = purgeDeprecated.decide(survey, { placeholdersOnly: true });
    assert.deepEqual(inWords(decided), ["- entries discovered:bare", "- entries discovered:synthetic"]);
  });

  test("lets the curated entry show again, which keeps its files", () => {
    const survey = surveyOf({
      entries: [entry("a", deprecated), entry("a", { layer: "curated" })],
      files: [fileRow("/models/a", "a")],
    });
    const decided = purgeDeprecated.decide(survey, { placeholdersOnly: false });
    assert.deepEqual(inWords(decided), ["- entries discovered:a"]);
  });

  test("leaves a name whole whose other layer is locked", () => {
    const survey = surveyOf({ entries: [entry("a", deprecated), entry("a", { layer: "curated", locked: 1 })] });
    const decided = purgeDeprecated.decide(survey, { placeholdersOnly: false });
    assert.deepEqual(inWords(decided), []);
    assert.deepEqual(kept(decided), { a: "it is locked" });
  });

  test("hands a file on to the entry that still has it as its path", () => {
    const survey = surveyOf({
      entries: [entry("a", { ...deprecated, path: "/models/x" }), entry("b", { path: "/models/x" })],
      files: [fileRow("/models/x", "a", { sha256: "f".repeat(64) })],
    });
    const decided = purgeDeprecated.decide(survey, { placeholdersOnly: false });
    assert.deepEqual(inWords(decided), ["- entries discovered:a", "~ files /models/x entry=b"]);
  });
});

suite("purge logical-only", () => {
  const survey = surveyOf({
    entries: [
      entry("found"),
      entry("mine", { layer: "curated" }),
      entry("gone", { path: "/models/gone" }),
      entry("synthetic", { path: "ollama://a:1" }),
    ],
  });

  test("removes discovered ones; one whose path is gone has had bytes and stays", () => {
    assert.deepEqual(inWords(purgeLogicalOnly.decide(survey, { includeCurated: false, backup: true })), [
      "- entries discovered:found",
      "- entries discovered:synthetic",
    ]);
  });

  test("removes curated ones too where asked", () => {
    assert.deepEqual(inWords(purgeLogicalOnly.decide(survey, { includeCurated: true, backup: true })), [
      "- entries discovered:found",
      "- entries curated:mine",
      "- entries discovered:synthetic",
    ]);
  });
});

suite("purge Hugging Face", () => {
  const world = {
    entries: [
      entry("inside", { path: "/weights/o/r/a.gguf", backend: "vllm" }),
      entry("linked", { path: "/models/linked.gguf" }),
      entry("outside", { path: "/models/b.gguf" }),
      entry("led out", { path: "/weights/out.gguf" }),
      entry("twin", { path: "/weights2/c.gguf" }),
      entry("missing", { path: "/weights/gone.gguf" }),
      entry("logical"),
    ],
    disk: {
      "/weights/o/r/a.gguf": { size: 5 },
      "/weights/o/r/l.gguf": { size: 5 },
      "/models/linked.gguf": { link: "/weights/o/r/l.gguf" },
      "/models/b.gguf": { size: 5 },
      "/weights/out.gguf": { link: "/models/b.gguf" },
      "/weights2/c.gguf": { size: 1 },
    },
  };

  test("goes by the real path, below the root that is given or the setting's", () => {
    const gone = ["- entries discovered:inside", "- entries discovered:linked", "- entries discovered:missing"];
    const given = purgeHuggingFace.decide(surveyOf(world), { weightsRoot: "/weights/" });
    assert.deepEqual(inWords(given), gone);
    const set = purgeHuggingFace.decide(surveyOf({ ...world, weightsRoot: "/weights" }), {});
    assert.deepEqual(inWords(set), gone);
  });

  test("follows a root that is a link itself", () => {
    const disk = { ...world.disk, "/w": { link: "/weights" } };
    const decided = purgeHuggingFace.decide(surveyOf({ ...world, disk, weightsRoot: "/w" }), { backend: "vllm" });
    assert.deepEqual(inWords(decided), ["- entries discovered:inside"]);
  });

  test("leaves out other back ends where one is named", () => {
    const decided = purgeHuggingFace.decide(surveyOf(world), { weightsRoot: "/weights", backend: "vllm" });
    assert.deepEqual(inWords(decided), ["- entries discovered:inside"]);
  });

  test("keeps entries on a drive that is not there, and names them", () => {
    const decided = purgeHuggingFace.decide(surveyOf({ ...world, offline: ["/weights"] }), { weightsRoot: "/weights" });
    assert.deepEqual(inWords(decided), []);
    assert.equal(kept(decided)["inside"], "its drive is not there");
  });

  test("refuses where nobody says the root", () => {
    assert.throws(
      () => purgeHuggingFace.decide(surveyOf(world), {}),
      (error) => isFault(error, "badArguments") && error.fault.path === "options.weightsRoot",
    );
  });
});

suite("reset discovered", () => {
  const survey = surveyOf({
    entries: [
      entry("a", { backend: "ollama" }),
      entry("a", { layer: "curated", backend: "ollama" }),
      entry("b"),
      entry("c", { locked: 1, backend: "ollama" }),
    ],
  });

  test("removes the discovered entries of one back end; curated ones show again", () => {
    const decided = resetDiscovered.decide(survey, { backend: "ollama", backup: true });
    assert.deepEqual(inWords(decided), ["- entries discovered:a"]);
    assert.deepEqual(kept(decided), { c: "it is locked" });
  });

  test("or of all", () => {
    const decided = resetDiscovered.decide(survey, { backend: "all", backup: true });
    assert.deepEqual(inWords(decided), ["- entries discovered:a", "- entries discovered:b"]);
  });
});

suite("options of the purges", () => {
  test("have the documented defaults", () => {
    assert.deepEqual(v.parse(purgeDeprecated.options, {}), { placeholdersOnly: false });
    assert.deepEqual(v.parse(purgeLogicalOnly.options, {}), { includeCurated: false, backup: true });
    assert.deepEqual(v.parse(resetDiscovered.options, { backend: "all" }), { backend: "all", backup: true });
  });

  test("refuse what they do not know, and a missing back end", () => {
    for (const [schema, given] of [
      [purgeDeprecated.options, { placeholderOnly: true }],
      [resetDiscovered.options, {}],
      [purgeHuggingFace.options, { weightsRoot: "weights" }],
      [purgeHuggingFace.options, { backend: "gpt" }],
    ] as const)
      assert.equal(v.safeParse(schema, given).success, false, JSON.stringify(given));
  });
});
