import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import type { GroupField } from "../../../src/core/protocol/models.ts";
import { createRegistry } from "../../../src/core/registry/create-registry.ts";
import { entryEdits } from "../../../src/core/registry/entry-edits.ts";
import type { EntryFilter, Registry } from "../../../src/core/registry/registry.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { type RegistryFolder, makeRegistryFolder } from "./registry-folder.ts";

suite("entries in groups", () => {
  let folder: RegistryFolder;
  let registry: Registry;
  suiteSetup(async () => {
    folder = await makeRegistryFolder();
    const database = await folder.open();
    registry = createRegistry(database, {
      files: nodeFiles,
      clock: nodeClock,
      digest: nodeDigest,
      testingPatterns: ["scratch-*"],
    });
    const file = path.join(folder.path, "model.gguf");
    await writeFile(file, "GGUF");
    const common = { proof: "sha256", files: [], characteristics: [] } as const;
    const made = [
      { ...common, displayName: "A", family: "a", backend: "vllm", format: "safetensors", capabilities: ["vision"] },
      { ...common, displayName: "B", family: "b", backend: "ollama", format: "gguf", location: "main", path: file },
      { ...common, displayName: "B2", family: "b", backend: "ollama", format: "GGUF", path: "/nowhere", sizeBytes: 9 },
      { ...common, displayName: "S", family: "scratch-1", backend: "mlx" },
    ] as const;
    await registry.commit(
      made
        .flatMap((entry) => entryEdits(entry).edits)
        .map((edit) => {
          const roles: Readonly<Record<string, string>> = { A: '["chat","code"]', B: '["chat"]', B2: "no list" };
          const role = edit.after && roles[String(edit.after["display_name"])];
          // Two of one back end and format would be one entry.
          const key = edit.after?.["display_name"] === "B2" ? `${edit.key}-two` : edit.key;
          const name = key.replace("discovered:", "");
          return role && edit.after ? { ...edit, key, after: { ...edit.after, name, roles_json: role } } : edit;
        }),
    );
  });
  suiteTeardown(() => folder.remove());

  const counts = async (by: GroupField, filter: EntryFilter = {}): Promise<readonly string[]> =>
    (await registry.groups(by, filter)).groups.map(({ name, count }) => `${name}:${count}`);

  test("are counted by each field, those without a value last and unnamed", async () => {
    assert.deepEqual(await counts("backend"), ["ollama:2", "vllm:1"]);
    assert.deepEqual(await counts("family"), ["a:1", "b:2"]);
    assert.deepEqual(await counts("location"), ["main:1", ":2"]);
    assert.deepEqual(await counts("quantization"), [":3"]);
  });

  test("stand together whatever the case of the value", async () => {
    assert.deepEqual(
      (await counts("format")).map((one) => one.toLowerCase()),
      ["gguf:2", "safetensors:1"],
    );
  });

  test("are in as many groups as they have roles, yet count once", async () => {
    assert.deepEqual(await counts("role"), ["chat:2", "code:1", ":1"]);
    assert.equal((await registry.groups("role", {})).entries, 3);
    assert.deepEqual(await counts("capability"), ["vision:1", ":2"]);
  });

  test("are those the list shows with the same filter", async () => {
    const filters: readonly EntryFilter[] = [
      {},
      { includeTesting: true },
      { installed: true },
      { installed: false },
      { location: "" },
      { role: "", backend: "ollama" },
      { family: "B" },
      { text: "a" },
    ];
    for (const filter of filters) {
      const [{ entries, groups }, list] = await Promise.all([
        registry.groups("backend", filter),
        registry.list(filter),
      ]);
      assert.equal(entries, list.total, JSON.stringify(filter));
      for (const { name, count } of groups)
        assert.equal((await registry.list({ ...filter, backend: name })).total, count, JSON.stringify(filter));
    }
    assert.deepEqual(await counts("backend", { installed: true }), ["ollama:1"]);
    assert.deepEqual(await counts("backend", { role: "" }), ["ollama:1"]);
  });

  test("come in pages, and a cursor of another list is refused", async () => {
    const first = await registry.groups("backend", { includeTesting: true, limit: 2 });
    assert.deepEqual([first.groups.map(({ name }) => name), first.total], [["mlx", "ollama"], 3]);
    const rest = await registry.groups("backend", { includeTesting: true, limit: 2, cursor: first.cursor });
    assert.deepEqual([rest.groups.map(({ name }) => name), rest.cursor], [["vllm"], undefined]);
    await assert.rejects(registry.groups("backend", { cursor: "x" }), (error) => isFault(error, "badArguments"));
  });
});
