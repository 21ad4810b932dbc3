import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import type { Changes, Database, Row } from "../../../src/core/ports/database.ts";
import { amongKnown } from "../../../src/core/registry/among-known.ts";
import { createRegistry } from "../../../src/core/registry/create-registry.ts";
import { entryEdits } from "../../../src/core/registry/entry-edits.ts";
import type { NewEntry } from "../../../src/core/registry/new-entry.ts";
import type { EntryFilter, Registry } from "../../../src/core/registry/registry.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { type RegistryFolder, makeRegistryFolder } from "./registry-folder.ts";

const made = (family: string, more: Partial<NewEntry> = {}): NewEntry => ({
  displayName: family,
  family,
  backend: "llama.cpp",
  format: "gguf",
  proof: "sha256",
  files: [],
  characteristics: [],
  ...more,
});

const FACTS = { files: nodeFiles, clock: nodeClock, digest: nodeDigest };

suite("the registry", () => {
  let folder: RegistryFolder;
  let database: Database;
  let registry: Registry;
  setup(async () => {
    folder = await makeRegistryFolder();
    database = await folder.open();
    registry = createRegistry(database, { ...FACTS, testingPatterns: ["scratch-*", "tiny"] });
  });
  teardown(() => folder.remove());

  const add = async (...entries: readonly NewEntry[]): Promise<void> => {
    await registry.commit(entries.flatMap((entry) => entryEdits(entry).edits));
  };
  /** As a person's edit makes it: the same row in the curated layer, with what she changed. */
  const curate = async (name: string, changes: Row): Promise<void> => {
    const [row] = await registry.query("SELECT * FROM entries WHERE key = ?", [`discovered:${name}`]);
    const key = `curated:${name}`;
    await registry.commit([{ table: "entries", key, after: { ...row, ...changes, key, layer: "curated" } }]);
  };
  const names = async (filter: EntryFilter): Promise<readonly string[]> =>
    (await registry.list(filter)).entries.map(({ name }) => name);

  test("shows an entry with its files and characteristics as they were put", async () => {
    const file = path.join(folder.path, "model.gguf");
    await writeFile(file, "GGUF");
    const entry = made("Llama-3.1-8B", {
      displayName: "Llama 3.1 8B (Q4_K_M)",
      quantization: "Q4_K_M",
      path: file,
      location: "main",
      source: { provider: "huggingface", reference: "owner/Llama-3.1-8B", revision: "a".repeat(40) },
      downloadedAt: "2026-11-20T10:00:00Z",
      capabilities: ["text"],
      aliases: ["llama"],
      files: [
        { path: file, sizeBytes: 4, sha256: "b".repeat(64), proof: "sha256", modified: 1.5, identity: "1:2" },
        { path: `${file}.json`, sizeBytes: 2, gitSha1: "c".repeat(40), proof: "gitSha1" },
      ],
      characteristics: [
        { name: "context", value: 8192, source: "hub", confidence: 0.5 },
        { name: "context", value: 131_072, source: "gguf", confidence: 1 },
        { name: "architecture", value: "llama", source: "gguf", confidence: 1 },
      ],
    });
    await add(entry);
    const { basis, ...shown } = await registry.show("llama-3.1-8b-llama.cpp-gguf-q4_k_m");
    assert.match(basis, /^[0-9a-f]{64}$/);
    assert.deepEqual(shown, {
      name: "llama-3.1-8b-llama.cpp-gguf-q4_k_m",
      displayName: "Llama 3.1 8B (Q4_K_M)",
      layer: "discovered",
      family: "llama-3.1-8b",
      backend: "llama.cpp",
      format: "gguf",
      quantization: "q4_k_m",
      path: file,
      location: "main",
      sizeBytes: 6,
      source: entry.source,
      downloadedAt: "2026-11-20T10:00:00Z",
      state: "installed",
      proof: "sha256",
      aliases: ["llama"],
      roles: [],
      rolePriority: {},
      capabilities: ["text"],
      deprecated: false,
      locked: false,
      testing: false,
      facts: [
        { name: "architecture", value: "llama", source: "gguf", confidence: 1 },
        { name: "context", value: 131_072, source: "gguf", confidence: 1 },
      ],
      metadata: {},
      backendConfig: {},
      extraArgs: [],
      files: [
        { path: file, sizeBytes: 4, sha256: "b".repeat(64), proof: "sha256" },
        { path: `${file}.json`, sizeBytes: 2, gitSha1: "c".repeat(40), proof: "gitSha1" },
      ],
      characteristics: [
        { name: "architecture", value: "llama", source: "gguf", confidence: 1 },
        { name: "context", value: 131_072, source: "gguf", confidence: 1 },
        { name: "context", value: 8192, source: "hub", confidence: 0.5 },
      ],
    });
  });

  test("a name that is not there is refused with the ones that look alike", async () => {
    await add(made("Foo"), made("Something-Else"));
    await assert.rejects(registry.show("fo-llama.cpp-gguf"), (error) => {
      assert.ok(isFault(error, "notFound"));
      assert.deepEqual(error.fault.near, ["foo-llama.cpp-gguf"]);
      return true;
    });
  });

  test("lists by display name without regard to case, then by name, in pages that miss and repeat nothing", async () => {
    const displayed = ["b", "A", "c", "a", "B", "C", "a"];
    await add(...displayed.map((displayName, index) => made(`m${index}`, { displayName })));
    const seen: string[] = [];
    for (const filter of [{}, { installed: false }, { text: "llama" }]) {
      seen.length = 0;
      let cursor: string | undefined;
      do {
        const page = await registry.list({ ...filter, limit: 2, cursor });
        assert.equal(page.total, 7);
        seen.push(...page.entries.map(({ displayName, name }) => `${displayName} ${name.slice(0, 2)}`));
        cursor = page.cursor;
      } while (cursor !== undefined);
      assert.deepEqual(seen, ["A m1", "a m3", "a m6", "b m0", "B m4", "c m2", "C m5"]);
    }
    await assert.rejects(registry.list({ cursor: "nonsense%" }), (error) => isFault(error, "badArguments"));
  });

  test("a discovered entry hides the curated one of its name, which shows again when it is gone", async () => {
    await add(made("Foo"));
    await curate("foo-llama.cpp-gguf", { display_name: "My Foo" });
    assert.deepEqual(
      (await registry.list({})).entries.map(({ displayName }) => displayName),
      ["Foo"],
    );
    assert.equal((await registry.stats()).count, 1);
    await registry.commit([{ table: "entries", key: "discovered:foo-llama.cpp-gguf", after: null }]);
    const [entry] = (await registry.list({})).entries;
    assert.deepEqual([entry?.displayName, entry?.layer], ["My Foo", "curated"]);
    assert.equal((await registry.show("foo-llama.cpp-gguf")).displayName, "My Foo");
  });

  test("filters by every part, and all that are given must hold", async () => {
    await add(
      made("Foo", { quantization: "Q4_K_M", capabilities: ["vision"], displayName: "Foo with Eyes" }),
      made("Bar", {
        backend: "vllm",
        format: "safetensors",
        source: { provider: "huggingface", reference: "Acme/Bar" },
      }),
    );
    const foo = "foo-llama.cpp-gguf-q4_k_m";
    const bar = "bar-vllm-safetensors";
    await registry.commit([
      {
        table: "entries",
        key: `discovered:${bar}`,
        after: {
          ...(await registry.query("SELECT * FROM entries WHERE name = ?", [bar]))[0],
          roles_json: '["chat"]',
          role_priority_json: '{"chat":10}',
        },
      },
    ]);
    assert.deepEqual(await names({}), [bar, foo]);
    assert.deepEqual(await names({ backend: "VLLM" }), [bar]);
    assert.deepEqual(await names({ format: "GGUF" }), [foo]);
    assert.deepEqual(await names({ quantization: "Q4_K_M" }), [foo]);
    assert.deepEqual(await names({ capability: "Vision" }), [foo]);
    assert.deepEqual(await names({ role: "chat" }), [bar]);
    assert.deepEqual(await names({ role: "CHAT" }), [bar]);
    assert.deepEqual(await names({ role: "cha" }), []);
    assert.deepEqual(await names({ role: "" }), [foo]);
    assert.deepEqual((await registry.list({ role: "chat" })).entries[0]?.rolePriority, { chat: 10 });
    assert.deepEqual(await names({ text: "eyes FOO" }), [foo]);
    assert.deepEqual(await names({ text: "acme" }), [bar]);
    assert.deepEqual(await names({ text: "acme eyes" }), []);
    assert.deepEqual(await names({ text: "100%" }), []);
    assert.deepEqual(await names({ text: "foo_with" }), []);
    assert.deepEqual(await names({ text: "!" }), []);
    assert.deepEqual(await names({ text: "x".repeat(100_000) }), []);
    assert.deepEqual(await names({ backend: "vllm", format: "gguf" }), []);
  });

  test("a role is found as it is, whatever letters it has", async () => {
    const roles = ['say "chat"', "back\\slash", "ünï", "50%"];
    await add(made("Foo"));
    const [row] = await registry.query("SELECT * FROM entries");
    const key = String(row?.["key"]);
    await registry.commit([{ table: "entries", key, after: { ...row, roles_json: JSON.stringify(roles) } }]);
    for (const role of roles) assert.equal((await registry.list({ role })).total, 1, role);
    for (const role of ["chat", "slash", "50", "%", '"']) assert.equal((await registry.list({ role })).total, 0, role);
  });

  test("deprecated and testing entries show only when asked for", async () => {
    await add(made("Foo"), made("Old"), made("Scratch-1"), made("My-Tiny"), made("From-Scratch"));
    await registry.commit([
      {
        table: "entries",
        key: "discovered:old-llama.cpp-gguf",
        after: {
          ...(await registry.query("SELECT * FROM entries WHERE family = 'old'"))[0],
          deprecated: 1,
        },
      },
    ]);
    const families = async (filter: EntryFilter): Promise<readonly string[]> =>
      (await registry.list(filter)).entries.map(({ family, testing }) => (testing ? `(${family})` : family));
    assert.deepEqual(await families({}), ["foo", "from-scratch"]);
    assert.deepEqual(await families({ includeDeprecated: true }), ["foo", "from-scratch", "old"]);
    assert.deepEqual(await families({ includeTesting: true }), ["foo", "from-scratch", "(my-tiny)", "(scratch-1)"]);
  });

  test("a testing pattern means its letters as they are, in either case, and nothing else but *", async () => {
    const names = ["scratch_1", "scratch-1", "by-tiny!", "my-tiny"];
    const [row] = entryEdits(made("Foo")).edits;
    await registry.commit(
      names.map((name) => {
        const key = `discovered:${name}`;
        return { table: "entries", key, after: { ...row?.after, key, name } };
      }),
    );
    const of = async (pattern: string): Promise<number> => {
      const one = createRegistry(database, { ...FACTS, testingPatterns: [pattern] });
      return names.length - (await one.list({})).total;
    };
    const patterns = ["SCRATCH_*", "scratch-*", "scratch", "s%", "tin?", "*tiny*", "TINY!", "[st]*", "*_1"];
    assert.deepEqual(await Promise.all(patterns.map(of)), [1, 1, 2, 0, 0, 2, 1, 0, 1]);
  });

  test("says whether the file is there now: installed, missing, or logical", async () => {
    const here = path.join(folder.path, "here.gguf");
    await writeFile(here, "x");
    await add(
      made("Here", { path: here }),
      made("Gone", { path: path.join(folder.path, "gone.gguf") }),
      made("Logical"),
      made("Synthetic", { path: "ollama://a:b", backend: "ollama" }),
      made("Served", { path: "ollama://c:d", backend: "ollama", downloadedAt: "2026-01-01T00:00:00Z" }),
    );
    const states = async (filter: EntryFilter) =>
      Object.fromEntries((await registry.list(filter)).entries.map(({ family, state }) => [family, state]));
    const installed = { here: "installed", served: "installed" };
    const others = { gone: "missing", logical: "logical", synthetic: "logical" };
    assert.deepEqual(await states({}), { ...installed, ...others });
    assert.deepEqual(await states({ installed: true }), installed);
    assert.deepEqual(await states({ installed: false }), others);
    assert.equal((await registry.list({ installed: true, limit: 1 })).total, 2);
  });

  test("a row whose content is of no kind we know shows with what can be read, and hides no other", async () => {
    await add(made("Foo"), made("Odd"));
    const [row] = await registry.query("SELECT * FROM entries WHERE family = 'odd'");
    await registry.commit([
      {
        table: "entries",
        key: "discovered:odd-llama.cpp-gguf",
        after: {
          ...row,
          backend: "future",
          proof: "md5",
          source_provider: "elsewhere",
          source_reference: "x",
          aliases_json: "{not json",
          roles_json: "null",
          role_priority_json: "[1]",
          capabilities_json: '[1, "text"]',
        },
      },
      { table: "files", key: "/x", after: { entry: "odd-llama.cpp-gguf", size_bytes: 1, proof: "?" } },
      {
        table: "characteristics",
        key: "k",
        after: { entry: "odd-llama.cpp-gguf", name: "n", value_json: "{}", source: "dream", confidence: 7 },
      },
    ]);
    const odd = await registry.show("odd-llama.cpp-gguf");
    assert.deepEqual(
      [odd.backend, odd.proof, odd.source, odd.aliases, odd.roles],
      ["unassigned", "unverified", undefined, [], []],
    );
    assert.deepEqual([odd.rolePriority, odd.capabilities, odd.characteristics], [{}, ["text"], []]);
    assert.deepEqual(odd.files, [{ path: "/x", sizeBytes: 1, proof: "unverified" }]);
    assert.equal((await registry.list({ role: "chat" })).total, 0);
    assert.equal((await registry.list({})).total, 2);
  });

  test("counts entries and bytes by what they are", async () => {
    await add(
      made("A", { path: "/a", sizeBytes: 10, quantization: "q4_0", location: "main" }),
      made("B", { path: "/b", sizeBytes: 5, quantization: "q4_0", location: "other" }),
      made("C", { backend: "vllm", format: "safetensors", sizeBytes: 100 }),
    );
    assert.deepEqual(await registry.stats(), {
      count: 3,
      bytes: 15,
      byBackend: { "llama.cpp": { count: 2, bytes: 15 }, vllm: { count: 1, bytes: 0 } },
      byFormat: { gguf: { count: 2, bytes: 15 }, safetensors: { count: 1, bytes: 0 } },
      byQuantization: { q4_0: { count: 2, bytes: 15 }, unknown: { count: 1, bytes: 0 } },
      byLocation: {
        main: { count: 1, bytes: 10 },
        other: { count: 1, bytes: 5 },
        unknown: { count: 1, bytes: 0 },
      },
      byRole: {},
    });
  });

  test("counts an entry once for each of its roles", async () => {
    await add(made("A", { path: "/a", sizeBytes: 10 }), made("B"), made("C", { path: "/c", sizeBytes: 1 }));
    const rows = await registry.query("SELECT * FROM entries ORDER BY name");
    const roles = ['["chat","code"]', '["chat"]', "no list"];
    await registry.commit(
      rows.map((row, index) => ({
        table: "entries",
        key: String(row["key"]),
        after: { ...row, roles_json: roles[index] ?? "" },
      })),
    );
    assert.deepEqual((await registry.stats()).byRole, { chat: { count: 2, bytes: 10 }, code: { count: 1, bytes: 10 } });
  });

  test("shows where the curated entry under a discovered one says otherwise, in the words of an edit", async () => {
    await add(made("Foo"));
    const name = "foo-llama.cpp-gguf";
    await curate(name, {});
    const before = await registry.show(name);
    assert.equal(before.curated, undefined);
    await curate(name, { display_name: "My Foo", deprecated: 1, notes: "good", roles_json: '["chat"]' });
    const after = await registry.show(name);
    assert.deepEqual(after.curated, { displayName: "My Foo", notes: "good", roles: ["chat"], deprecated: true });
    assert.notEqual(after.basis, before.basis);
  });

  test("a download that comes again keeps what a person said, in whichever layer it stands", async () => {
    await add(made("Foo"));
    const [row] = await registry.query("SELECT * FROM entries");
    const said: Row = {
      deprecated: 1,
      locked: 1,
      lock_sha256: "a",
      notes: "n",
      roles_json: '["chat"]',
      role_priority_json: '{"chat":3}',
      backend_config_json: '{"port":1}',
      extra_args_json: '["-x"]',
      metadata_json: '{"k":1}',
    };
    const key = "discovered:foo-llama.cpp-gguf";
    await registry.commit([{ table: "entries", key, after: { ...row, ...said } }]);
    const again = made("Foo", { displayName: "Foo again", path: "/foo", capabilities: ["text"] });
    await add(await amongKnown(registry, again));
    const [kept] = await registry.query("SELECT * FROM entries");
    assert.deepEqual(kept, {
      ...row,
      ...said,
      display_name: "Foo again",
      path: "/foo",
      capabilities_json: '["text"]',
    });
    // Once it is curated its name is the person's, too; and it stands where the discovered row was reset meanwhile.
    await curate("foo-llama.cpp-gguf", { display_name: "My Foo" });
    await registry.commit([{ table: "entries", key, after: null }]);
    await add(await amongKnown(registry, again));
    const shown = await registry.show("foo-llama.cpp-gguf");
    assert.deepEqual([shown.displayName, shown.path, shown.roles, shown.locked], ["My Foo", "/foo", ["chat"], true]);
    assert.equal(shown.curated, undefined);
  });

  test("tells of each commit that changed something, before it resolves", async () => {
    const heard: Changes[] = [];
    const subscription = registry.onChange((changes) => void heard.push(changes));
    const edits = entryEdits(made("Foo")).edits;
    const { changes } = await registry.commit(edits);
    assert.deepEqual(heard, [changes]);
    await registry.commit(edits);
    await assert.rejects(registry.commit([{ table: "loads", key: "x", after: {} }]));
    assert.equal(heard.length, 1);
    subscription.dispose();
    await registry.commit([{ table: "entries", key: "discovered:foo-llama.cpp-gguf", after: null }]);
    assert.equal(heard.length, 1);
  });
});
