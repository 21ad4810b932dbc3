import assert from "node:assert/strict";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import type { Database } from "../../../src/core/ports/database.ts";
import type { Characteristic } from "../../../src/core/protocol/models.ts";
import { createRegistry } from "../../../src/core/registry/create-registry.ts";
import { entryEdits } from "../../../src/core/registry/entry-edits.ts";
import type { NewEntry } from "../../../src/core/registry/new-entry.ts";
import type { FactFilter, Registry } from "../../../src/core/registry/registry.ts";
import { keyColumns, migrations } from "../../../src/core/registry/schema.ts";
import { type RegistryFolder, makeRegistryFolder } from "./registry-folder.ts";

const is = (
  name: string,
  value: Characteristic["value"],
  source: Characteristic["source"] = "gguf",
): Characteristic => ({ name, value, source, confidence: 1 });

const made = (family: string, characteristics: readonly Characteristic[], more: Partial<NewEntry> = {}): NewEntry => ({
  displayName: family,
  family,
  backend: "llama.cpp",
  proof: "unverified",
  files: [],
  ...more,
  characteristics,
});

suite("characteristics of entries", () => {
  let folder: RegistryFolder;
  let database: Database;
  let registry: Registry;
  setup(async () => {
    folder = await makeRegistryFolder();
    database = await folder.open();
    registry = createRegistry(database, {
      files: nodeFiles,
      clock: nodeClock,
      digest: nodeDigest,
      testingPatterns: [],
    });
  });
  teardown(() => folder.remove());

  const add = (...entries: readonly NewEntry[]) => registry.commit(entries.flatMap((entry) => entryEdits(entry).edits));

  test("a list tells of each characteristic the word of the most trusted source, a page all of them", async () => {
    const [hub, header] = [is("context", 4096, "hub"), is("context", 8192)];
    await add(made("a", [hub, header, is("vision", true, "name")]), made("b", []));
    const { entries } = await registry.list({});
    assert.deepEqual(
      entries.map(({ facts }) => facts),
      [[header, is("vision", true, "name")], []],
    );
    const page = await registry.show("a-llama.cpp");
    assert.deepEqual(page.facts, entries[0]?.facts);
    assert.deepEqual(page.characteristics, [header, hub, is("vision", true, "name")]);
  });

  test("a filter looks at what holds, not at what a lesser source says", async () => {
    await add(
      made("eyes", [is("vision", true), is("vision", false, "name"), is("context", 131_072), is("licence", "MIT")]),
      made("blind", [is("vision", false), is("vision", true, "hub"), is("context", 4096), is("licence", "apache-2.0")]),
      made("told", [is("vision", true, "person"), is("vision", false), is("context", 8192, "hub")]),
      made("silent", []),
    );
    const cases: readonly (readonly [readonly FactFilter[], readonly string[]])[] = [
      [[{ name: "vision", is: true }], ["eyes", "told"]],
      [[{ name: "vision", is: false }], ["blind"]],
      [[{ name: "vision" }], ["blind", "eyes", "told"]],
      [[{ name: "context", atLeast: 8192 }], ["eyes", "told"]],
      [[{ name: "context", atLeast: 5000, atMost: 10_000 }], ["told"]],
      [[{ name: "context", is: 4096 }], ["blind"]],
      [[{ name: "licence", is: "mit" }], ["eyes"]],
      [[{ name: "licence", atLeast: 0 }], []],
      [
        [
          { name: "vision", is: true },
          { name: "licence", is: "MIT" },
        ],
        ["eyes"],
      ],
      [[{ name: "no' OR 1 --", is: true }], []],
    ];
    for (const [where, wanted] of cases) {
      const { entries, total } = await registry.list({ where });
      assert.deepEqual(
        entries.map(({ displayName }) => displayName),
        wanted,
        JSON.stringify(where),
      );
      assert.equal(total, wanted.length);
      assert.equal((await registry.groups("backend", { where })).entries, wanted.length);
    }
  });

  test("a filter by characteristic goes through the index, not over all values", async () => {
    await add(made("a", [is("vision", true)]));
    const statements: string[] = [];
    const spy: Database = {
      ...database,
      query: (statement, parameters) => {
        statements.push(statement);
        return database.query(statement, parameters);
      },
    };
    const facts = { files: nodeFiles, clock: nodeClock, digest: nodeDigest, testingPatterns: [] };
    await createRegistry(spy, facts).groups("backend", { where: [{ name: "vision", is: true }] });
    const page = statements.find((one) => one.includes("FROM characteristics c"));
    assert.ok(page);
    const marks = page.split("?").length - 1;
    const plan = await database.query(
      `EXPLAIN QUERY PLAN ${page}`,
      Array.from({ length: marks }, () => 1),
    );
    const steps = plan.map((row) => String(row["detail"]));
    assert.ok(
      steps.some((step) => step.includes("COVERING INDEX characteristics_by_name (name=? AND entry=?)")),
      steps.join("\n"),
    );
    assert.ok(!steps.some((step) => /SCAN c\b/.test(step)), steps.join("\n"));
  });

  test("picture, description and metadata come with an entry, and what is there stays", async () => {
    const shape = { architecture: "llama", layers: 2 };
    const first = made("a", [], { preview: "/p/1.png", description: "one", metadata: { triggerWords: ["x"] }, shape });
    await add(first);
    const shown = await registry.show("a-llama.cpp");
    assert.equal(shown.preview, "/p/1.png");
    assert.equal(shown.description, "one");
    assert.deepEqual(shown.metadata, { triggerWords: ["x"] });
    assert.deepEqual(await database.query("SELECT * FROM shapes"), [
      { entry: "a-llama.cpp", body_json: JSON.stringify(shape) },
    ]);
    const kept = { preview: "/p/1.png", description: "one", metadata_json: '{"triggerWords":["x"]}' };
    const metadata = { triggerWords: ["y"], baseModel: "m" };
    await add({ ...first, kept, preview: "/p/2.png", description: "two", metadata });
    const again = await registry.show("a-llama.cpp");
    assert.deepEqual([again.preview, again.description], ["/p/1.png", "one"]);
    assert.deepEqual(again.metadata, { triggerWords: ["x"], baseModel: "m" });
  });

  test("entries are told apart by what the most trusted source says, and those of which none says it stand last", async () => {
    await add(
      made("a", [is("architecture", "llama"), is("licence", "mit", "hub")]),
      made("b", [is("architecture", "qwen3", "name"), is("architecture", "llama", "gguf")]),
      made("c", [is("architecture", "qwen3")]),
      made("d", []),
    );
    const counts = async (by: "architecture" | "licence"): Promise<readonly string[]> =>
      (await registry.groups(by, {})).groups.map(({ name, count }) => `${name}:${count}`);
    assert.deepEqual(await counts("architecture"), ["llama:2", "qwen3:1", ":1"]);
    assert.deepEqual(await counts("licence"), ["mit:1", ":3"]);
    const without = await registry.list({ where: [{ name: "architecture", is: "" }] });
    assert.deepEqual(
      without.entries.map(({ name }) => name),
      ["d-llama.cpp"],
    );
  });

  test("what only the capabilities tell holds where no source says otherwise", async () => {
    await add(made("a", []), made("b", [is("vision", false)]), made("c", [is("vision", true)]));
    for (const name of ["a", "b"]) {
      const key = `discovered:${name}-llama.cpp`;
      const [row] = await database.query("SELECT * FROM entries WHERE key = ?", [key]);
      const after = { ...row, capabilities_json: '["text","vision"]' };
      await registry.commit([{ table: "entries", key, after }]);
    }
    const { entries } = await registry.list({ where: [{ name: "vision", is: true }] });
    assert.deepEqual(
      entries.map(({ name }) => name),
      ["a-llama.cpp", "c-llama.cpp"],
    );
  });

  test("a registry of step 2 opens with all it holds, and takes what is new", async () => {
    await database.close();
    await folder.remove();
    folder = await makeRegistryFolder();
    const old = await folder.open({ migrations: migrations.slice(0, 2), keyColumns });
    const [{ after } = { after: null }] = entryEdits(made("old", [])).edits;
    const { preview: _, ...row } = { ...after };
    const characteristic = { entry: "old", name: "vision", value_json: "true", source: "gguf", confidence: 1 };
    await old.commit([
      { table: "entries", key: "discovered:old", after: { ...row, name: "old" } },
      { table: "characteristics", key: "old|vision|gguf", after: characteristic },
    ]);
    await old.close();
    database = await folder.open();
    registry = createRegistry(database, {
      files: nodeFiles,
      clock: nodeClock,
      digest: nodeDigest,
      testingPatterns: [],
    });
    await add(made("new", [is("vision", true)], { preview: "/p.png", shape: { architecture: "llama" } }));
    const { entries } = await registry.list({ where: [{ name: "vision", is: true }] });
    assert.deepEqual(
      entries.map(({ name, preview }) => [name, preview]),
      [
        ["new-llama.cpp", "/p.png"],
        ["old", undefined],
      ],
    );
  });
});
