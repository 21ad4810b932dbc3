import assert from "node:assert/strict";
import { remove } from "../../../../src/core/maintenance/operations/remove.ts";
import type { Row } from "../../../../src/core/ports/database.ts";
import { type FakeWorld, entry, fileRow, inWords, kept, surveyOf } from "./survey.ts";

const decide = (world: FakeWorld, mode: "files" | "purge", ...names: readonly string[]) =>
  remove.decide(surveyOf(world), { names: [...names], mode });
const model = (name: string, served: string, more: Row = {}): Row =>
  entry(name, { backend: "ollama", served_model_id: served, path: `/ollama/blobs/${name}`, ...more });

/** Blobs: `a` and `b` are weights of their models, `t` a template of both. */
const store: FakeWorld = {
  entries: [model("a", "a:1"), model("b", "b:1")],
  files: [fileRow("/ollama/blobs/a", "a")],
  ollama: { root: "/ollama", models: { "a:1": ["a", "t"], "b:1": ["b", "t"] } },
  disk: {
    "/ollama/manifests/a:1": { size: 1 },
    "/ollama/manifests/b:1": { size: 1 },
    "/ollama/blobs/a": { size: 80 },
    "/ollama/blobs/b": { size: 60 },
    "/ollama/blobs/t": { size: 2 },
  },
};
const withServer: FakeWorld = {
  ...store,
  ollama: { root: "/ollama", models: { "a:1": ["a", "t"], "b:1": ["b", "t"] }, serverRuns: true },
};

suite("remove an Ollama model", () => {
  test("from its store: the manifest, then the blobs that no other manifest uses; shared ones are named", () => {
    const decided = decide(store, "purge", "a");
    assert.deepEqual(inWords(decided), [
      "trash /ollama/manifests/a:1 1",
      "trash /ollama/blobs/a 80",
      "- entries discovered:a",
      "- files /ollama/blobs/a",
    ]);
    assert.deepEqual(kept(decided), { "/ollama/blobs/t": "the Ollama model b:1 uses it" });
  });

  test("takes shared blobs with the last model that uses them", () => {
    assert.deepEqual(inWords(decide(store, "purge", "a", "b")).slice(0, 5), [
      "trash /ollama/manifests/a:1 1",
      "trash /ollama/manifests/b:1 1",
      "trash /ollama/blobs/a 80",
      "trash /ollama/blobs/t 2",
      "trash /ollama/blobs/b 60",
    ]);
  });

  test("through its server where that runs, with the bytes that are its own", () => {
    const decided = decide(withServer, "files", "a");
    assert.deepEqual(inWords(decided), [
      "deleteOllama a:1 80",
      "~ entries discovered:a path=null",
      "- files /ollama/blobs/a",
    ]);
    assert.deepEqual(decide(withServer, "files", "a", "b").steps.slice(0, 2), [
      { kind: "deleteOllama", model: "a:1", bytes: 82 },
      { kind: "deleteOllama", model: "b:1", bytes: 60 },
    ]);
  });

  test("keeps a model that another entry stands for, or whose weights another program's entry reads in place", () => {
    const twice = { ...store, entries: [model("a", "a:1"), model("x", "a:1", { path: "ollama://a:1" })] };
    assert.deepEqual(inWords(decide(twice, "files", "a")), []);
    assert.equal(kept(decide(twice, "files", "a"))["ollama://a:1"], "the entry x stands for it too");
    for (const world of [store, withServer]) {
      const read = { ...world, entries: [model("a", "a:1"), entry("llama", { path: "/ollama/blobs/a" })] };
      assert.deepEqual(inWords(decide(read, "files", "a")), []);
      assert.equal(kept(decide(read, "files", "a"))["ollama://a:1"], "the entry llama uses /ollama/blobs/a");
    }
  });

  test("keeps a blob that a manifest names where another program's entry goes", () => {
    const world = { ...store, entries: [entry("llama", { path: "/ollama/blobs/a" })], files: [] };
    const decided = decide(world, "purge", "llama");
    assert.deepEqual(inWords(decided), ["- entries discovered:llama"]);
    assert.deepEqual(kept(decided), { "/ollama/blobs/a": "the Ollama model a:1 uses it" });
  });

  test("keeps blobs of cloud models, and every blob where a manifest cannot be read", () => {
    const cloud = { ...store, ollama: { root: "/ollama", models: { "a:1": ["a", "t"] }, otherBlobs: ["t"] } };
    assert.deepEqual(kept(decide(cloud, "purge", "a")), { "/ollama/blobs/t": "a cloud model of Ollama uses it" });
    const odd = { root: "/ollama", models: { "a:1": ["a"] }, unreadable: ["/ollama/manifests/odd"] };
    const decided = decide({ ...store, ollama: odd }, "purge", "a");
    assert.deepEqual(inWords(decided)[0], "trash /ollama/manifests/a:1 1");
    assert.deepEqual(inWords(decided)[1], "- entries discovered:a");
    assert.deepEqual(kept(decided), {
      "/ollama/blobs/a": "/ollama/manifests/odd cannot be read, and may use it",
    });
  });

  test("leaves an entry whole whose model only a silent server has", () => {
    const { ollama: _, ...without } = store;
    const pulled = model("p", "p:1", { path: "ollama://p:1", downloaded_at: "2026-01-01T00:00:00Z" });
    const decided = decide({ ...without, entries: [pulled] }, "purge", "p");
    assert.deepEqual(inWords(decided), []);
    assert.deepEqual(kept(decided), { p: "Ollama does not answer, and its store was not found" });
  });

  test("deletes through a server whose store nobody sees", () => {
    const pulled = model("p", "p:1", { path: "ollama://p:1", downloaded_at: "2026-01-01T00:00:00Z" });
    const models = new Map([["p:1", { blobs: [], manifest: "", sizeBytes: 7 }]]);
    const survey = { ...surveyOf({ entries: [pulled] }), ollama: { root: undefined, serverRuns: true, models } };
    assert.deepEqual(inWords(remove.decide(survey, { names: ["p"], mode: "purge" })), [
      "deleteOllama p:1 7",
      "- entries discovered:p",
    ]);
  });

  test("takes a placeholder away that stands for nothing", () => {
    const placeholder = model("p", "p:1", { path: "ollama://p:1" });
    assert.deepEqual(inWords(decide({ ...store, entries: [placeholder] }, "purge", "p")), ["- entries discovered:p"]);
  });
});
