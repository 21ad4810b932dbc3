import assert from "node:assert/strict";
import { backfillOllamaPaths } from "../../../../src/core/maintenance/operations/backfill-ollama-paths.ts";
import { restoreOllama } from "../../../../src/core/maintenance/operations/restore-ollama.ts";
import type { Row } from "../../../../src/core/ports/database.ts";
import { entry, inWords, kept, surveyOf, places } from "./survey.ts";

const ollama = (name: string, more: Row = {}): Row => entry(name, { backend: "ollama", ...more });
const store = {
  ollama: { root: "/ollama", models: { "llama3:8b": ["sha256-a", "sha256-t"], "qwen:latest": ["sha256-q"] } },
  disk: {
    "/ollama/manifests/llama3:8b": { size: 1 },
    "/ollama/manifests/qwen:latest": { size: 1 },
    "/ollama/blobs/sha256-a": { size: 80 },
  },
};

suite("backfill Ollama paths", () => {
  const decide = (entries: readonly Row[], options: { setFormat?: boolean; location?: string } = {}, world = {}) =>
    backfillOllamaPaths.decide(surveyOf({ ...store, entries, ...world }), { setFormat: true, ...options });

  test("sets the store's blob, and a synthetic path for what the store lacks", () => {
    const decided = decide([
      ollama("a", { served_model_id: "llama3:8b", location: "x" }),
      ollama("b", { served_model_id: "qwen", location: "x" }),
      ollama("c", { served_model_id: "gone", location: "x" }),
      ollama("d", { served_model_id: "hf.co/o/r:q4", location: "x" }),
    ]);
    assert.deepEqual(inWords(decided), [
      "~ entries discovered:a path=/ollama/blobs/sha256-a",
      "~ entries discovered:b path=/ollama/blobs/sha256-q",
      "~ entries discovered:c path=ollama://gone:latest",
      "~ entries discovered:d path=ollama://hf.co/o/r:q4",
    ]);
  });

  test("sets synthetic paths where there is no store", () => {
    const survey = surveyOf({ entries: [ollama("a", { served_model_id: "llama3:8b", location: "x" })] });
    assert.deepEqual(inWords(backfillOllamaPaths.decide(survey, { setFormat: true })), [
      "~ entries discovered:a path=ollama://llama3:8b",
    ]);
  });

  test("sets format and location only where they are missing, and never the quantization", () => {
    const bare = ollama("a", { served_model_id: "llama3:8b", format: null });
    assert.deepEqual(inWords(decide([bare])), [
      "~ entries discovered:a format=gguf path=/ollama/blobs/sha256-a location=ollama",
    ]);
    assert.deepEqual(inWords(decide([bare], { setFormat: false, location: "store" })), [
      "~ entries discovered:a path=/ollama/blobs/sha256-a location=store",
    ]);
    assert.deepEqual(inWords(decide([bare], {}, { locations: { main: "/ollama" } })), [
      "~ entries discovered:a format=gguf path=/ollama/blobs/sha256-a location=main",
    ]);
    const full = ollama("a", { served_model_id: "llama3:8b", format: "mlx", location: "x" });
    assert.deepEqual(inWords(decide([full])), ["~ entries discovered:a path=/ollama/blobs/sha256-a"]);
  });

  test("leaves entries alone that have a path, or another back end; names those it cannot help", () => {
    const decided = decide([
      ollama("a", { served_model_id: "llama3:8b", path: "/elsewhere" }),
      entry("b", { served_model_id: "llama3:8b" }),
      ollama("c"),
      ollama("d", { served_model_id: "llama3:8b", locked: 1 }),
    ]);
    assert.deepEqual(inWords(decided), []);
    assert.deepEqual(kept(decided), { c: "it does not say its name in Ollama", d: "it is locked" });
  });
});

suite("restore Ollama", () => {
  const decide = (entries: readonly Row[], backup: readonly Row[], includeDeprecated = false) =>
    restoreOllama.decide(surveyOf({ entries, backup }), { includeDeprecated });

  test("adds to the discovered layer what the registry lacks", () => {
    const lost = ollama("lost", { layer: "curated", path: "ollama://a:1", notes: "mine" });
    const decided = decide([ollama("here", { layer: "curated" })], [ollama("here"), lost, entry("other")]);
    assert.deepEqual(decided.steps, [
      {
        kind: "row",
        table: "entries",
        key: "discovered:lost",
        before: null,
        after: { ...lost, key: "discovered:lost", layer: "discovered" },
      },
    ]);
    assert.deepEqual(decided.keptBack, []);
  });

  test("leaves deprecated ones out unless asked", () => {
    const backup = [ollama("old", { deprecated: 1 })];
    assert.deepEqual(inWords(decide([], backup)), []);
    assert.deepEqual(inWords(decide([], backup, true)), ["+ entries discovered:old"]);
  });

  test("takes the discovered one where both layers are in the backup", () => {
    const decided = decide([], [ollama("a", { layer: "curated", notes: "below" }), ollama("a", { notes: "above" })]);
    assert.deepEqual(
      decided.steps.map((step) => step.kind === "row" && step.after?.["notes"]),
      ["above"],
    );
  });

  test("fills in what an older version did not have, and leaves out what it does not know", () => {
    const { backend_config_json: _, ...older } = ollama("a", { newer_column: 1 });
    const [step] = decide([], [older]).steps;
    assert.deepEqual(step?.kind === "row" && step.after, ollama("a"));
  });

  test("skips malformed ones and names them", () => {
    const decided = decide(
      [],
      [
        ollama("", { key: "discovered:" }),
        ollama("a|b"),
        ollama("odd size", { size_bytes: "big" }),
        ollama("no family", { family: "" }),
        ollama("torn", { roles_json: '["chat"' }),
        ollama("list", { metadata_json: "[]" }),
        ollama("fine"),
      ],
    );
    assert.deepEqual(inWords(decided), ["+ entries discovered:fine"]);
    assert.deepEqual(kept(decided), {
      "discovered:": "it has no name",
      "discovered:a|b": "its name holds a character that is not allowed in names",
      "discovered:odd size": "its size_bytes is of the wrong kind",
      "discovered:no family": "its family is empty",
      "discovered:torn": "its roles_json cannot be read",
      "discovered:list": "its metadata_json cannot be read",
    });
  });

  test("says so where no backup holds any", () => {
    const decided = restoreOllama.decide(surveyOf({}), { includeDeprecated: false });
    assert.deepEqual(kept(decided), { backup: "there is none that holds Ollama entries" });
  });

  test("asks for the newest backup unless one is named", () => {
    assert.deepEqual(restoreOllama.wants({ includeDeprecated: false }, places), { backup: "newest" });
    assert.deepEqual(restoreOllama.wants({ includeDeprecated: false, backup: "b1" }, places), { backup: "b1" });
  });
});
