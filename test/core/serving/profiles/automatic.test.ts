import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { nodeFiles } from "../../../../src/core/adapters/node-files.ts";
import type { Change, Database, Row } from "../../../../src/core/ports/database.ts";
import { createProfileBook } from "../../../../src/core/serving/create-profile-book.ts";
import type { ProfileBook } from "../../../../src/core/serving/profile-book.ts";
import { readSettings } from "../../../../src/core/settings.ts";
import { createEmitter } from "../../../../src/core/util/events.ts";
import { type RegistryFolder, makeRegistryFolder } from "../../registry/registry-folder.ts";

const { signal } = new AbortController();

suite("the profile every entry gets without any configuration", () => {
  let folder: RegistryFolder;
  let database: Database;
  let book: ProfileBook;
  let storage: string;
  const changed = createEmitter<readonly Change[]>();
  const presence = createEmitter<readonly string[]>();

  setup(async () => {
    folder = await makeRegistryFolder();
    database = await folder.open();
    storage = path.join(folder.path, "data");
    await mkdir(storage);
    const registry = {
      query: (...asked: Parameters<Database["query"]>) => database.query(...asked),
      onChange: changed.event,
      onPresence: presence.event,
    };
    const values = { weightsRoot: folder.path };
    book = createProfileBook({
      files: nodeFiles,
      settings: () => readSettings(values, storage).settings,
      storage,
      registry,
      contexts: async () => new Map([["tight", 8192]]),
    });
  });
  teardown(() => folder.remove());

  const add = async (name: string, file: string, more: Row = {}, facts: Readonly<Record<string, unknown>> = {}) => {
    const at = path.join(folder.path, file);
    await writeFile(at, "GGUF");
    const after = {
      key: `discovered:${name}`,
      name,
      layer: "discovered",
      display_name: name.toUpperCase(),
      family: name,
      backend: "llama.cpp",
      path: at,
      proof: "unverified",
      deprecated: 0,
      locked: 0,
      aliases_json: "[]",
      roles_json: "[]",
      role_priority_json: "{}",
      capabilities_json: "[]",
      metadata_json: "{}",
      ...more,
    };
    const { changes } = await database.commit([
      { table: "entries", key: after.key, after },
      ...Object.entries(facts).map(([fact, value]) => {
        const key = `${name}|${fact}|gguf`;
        const row = { key, entry: name, name: fact, value_json: JSON.stringify(value), source: "gguf", confidence: 1 };
        return { table: "characteristics", key, after: row };
      }),
    ]);
    assert.ok(changes !== "many");
    changed.fire(changes);
    return at;
  };
  const list = async () => (await book.list(signal)).profiles;

  test("no more context than there is room for, and never more than it was trained for", async () => {
    await add("tight", "tight.gguf", {}, { context: 131_072 });
    assert.deepEqual(
      (await list()).map(({ context }) => context),
      [8192],
    );
    await add("tight", "tight.gguf", {}, { context: 4096 });
    assert.deepEqual(
      (await list()).map(({ context }) => context),
      [4096],
    );
  });

  test("its model, a context within what it was trained for, its group and flags by what it is for", async () => {
    const chat = await add("chat.q4", "chat.gguf", { aliases_json: '["mine"]' }, { context: 131_072 });
    await add("small", "small.gguf", {}, { context: 2048, embeddings: true });
    await add("sort", "sort.gguf", {}, { reranker: true });
    await add("eyes", "mmproj-model.gguf");
    await add("old", "old.gguf", { deprecated: 1 });
    await add("other", "other.safetensors");
    await add("paint", "paint.gguf", { backend: "comfyui" });
    assert.deepEqual(
      (await list()).map(({ id, name, context, group, source, entry, model }) => [
        id,
        name,
        context,
        group,
        source,
        entry,
        path.basename(model),
      ]),
      [
        ["auto-chat-q4", "CHAT.Q4", 32_768, "default", "automatic", "chat.q4", "chat.gguf"],
        ["auto-small", "SMALL", 2048, "embedding", "automatic", "small", "small.gguf"],
        ["auto-sort", "SORT", undefined, "embedding", "automatic", "sort", "sort.gguf"],
      ],
    );
    assert.deepEqual((await book.find("auto-small", signal)).extraArgs, ["--embedding"]);
    assert.deepEqual((await book.find("auto-sort", signal)).extraArgs, ["--reranking"]);
    const found = await book.find("mine", signal);
    assert.deepEqual([found.id, found.modelPath], ["auto-chat-q4", chat]);
    const { values } = await book.show("auto-chat-q4", signal);
    assert.deepEqual(values.find(({ key }) => key === "model")?.origin, { kind: "entry", entry: "chat.q4" });
  });

  test("it makes way for a profile of a file, and comes back when that goes", async () => {
    await add("a", "a.gguf");
    assert.deepEqual(
      (await list()).map(({ id }) => id),
      ["auto-a"],
    );
    const own = path.join(storage, "modeldeck.yaml");
    await writeFile(own, "profiles:\n  mine: { model: a.gguf }\n");
    assert.deepEqual(
      (await list()).map(({ id }) => id),
      ["mine"],
    );
    await writeFile(own, "profiles:\n  bench-a: { model: a.gguf }\n");
    assert.deepEqual(
      (await list()).map(({ id }) => id),
      ["bench-a", "auto-a"],
    );
    await rm(own);
    assert.deepEqual(
      (await list()).map(({ id }) => id),
      ["auto-a"],
    );
  });

  test("what is added or goes is told", async () => {
    assert.deepEqual(await list(), []);
    let news = 0;
    book.onChange(() => (news += 1));
    const file = await add("a", "a.gguf");
    assert.equal(news, 1);
    assert.equal((await list()).length, 1);
    await rm(file);
    presence.fire(["a"]);
    assert.equal(news, 2);
    assert.deepEqual(await list(), []);
  });
});
