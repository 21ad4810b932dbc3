import assert from "node:assert/strict";
import { mkdir, readFile, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import * as fc from "fast-check";
import { csv } from "../../../src/core/registry/csv.ts";
import { type ParsedRegistry, parseRegistry } from "../../../src/core/registry/parse-registry.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { type EditingWorld, made, openEditing } from "./editing-world.ts";

const { signal } = new AbortController();

/** Every field that operations.md names. */
const whole = {
  name: "foo-llama.cpp-gguf-q4_k_m",
  backend: "llama.cpp",
  backend_config: {
    port: 8080,
    host: "localhost",
    base_url: "http://localhost:8080",
    model_path: "/m",
    extra_args: ["-a", "-a"],
  },
  roles: ["chat", "a role of another program"],
  role_priority: { chat: 10 },
  capabilities: { text: true, function_calling: true, images: true, audio: false, singing: true },
  download_path: "/models/foo.gguf",
  download_format: "gguf",
  download_location: "main",
  download_size_bytes: 7,
  download_files: [{ path: "/models/foo.gguf", size_bytes: 7, sha256: "a".repeat(64) }],
  download_directory_checksum: "v1:abc",
  downloaded_at: "2026-01-01T00:00:00Z",
  quantization: "Q4_K_M",
  family: "Foo",
  source_provider: "huggingface",
  served_model_id: "foo:latest",
  model_aliases: ["f"],
  deprecated: false,
  metadata: { stars: 5 },
  some_unknown: { nested: [1, null] },
};

suite("registry files", () => {
  let world: EditingWorld;
  let file: string;
  setup(async () => {
    world = await openEditing();
    file = path.join(world.folder.path, "registry.json");
  });
  teardown(() => world.folder.remove());

  const importText = async (text: string) => {
    await writeFile(file, text);
    return world.editing.importFrom(file, signal);
  };
  const importAll = (...entries: readonly unknown[]) => importText(JSON.stringify(entries));
  const exported = async (filter = {}): Promise<unknown> => {
    const to = path.join(world.folder.path, "out.json");
    await world.editing.exportTo(to, "json", filter, signal);
    return JSON.parse(await readFile(to, "utf8"));
  };

  test("an entry comes in with all its documented fields, folded capabilities, and the rest in its metadata", async () => {
    assert.deepEqual(await importAll(whole), { added: 1, changed: 0, unchanged: 0, historyId: "deed 1" });
    const { basis, ...shown } = await world.registry.show(whole.name);
    assert.ok(basis);
    assert.deepEqual(shown, {
      name: whole.name,
      displayName: whole.name,
      layer: "discovered",
      family: "foo",
      backend: "llama.cpp",
      format: "gguf",
      quantization: "q4_k_m",
      path: "/models/foo.gguf",
      location: "main",
      sizeBytes: 7,
      state: "missing",
      proof: "unverified",
      downloadedAt: "2026-01-01T00:00:00Z",
      servedModelId: "foo:latest",
      aliases: ["f"],
      roles: ["chat", "a role of another program"],
      rolePriority: { chat: 10 },
      capabilities: ["text", "tools", "vision", "singing"],
      deprecated: false,
      locked: false,
      testing: false,
      backendConfig: { port: 8080, host: "localhost", baseUrl: "http://localhost:8080", modelPath: "/m" },
      extraArgs: ["-a", "-a"],
      files: [{ path: "/models/foo.gguf", sizeBytes: 7, sha256: "a".repeat(64), proof: "unverified" }],
      characteristics: [],
      facts: [],
      metadata: {
        stars: 5,
        download_directory_checksum: "v1:abc",
        some_unknown: { nested: [1, null] },
      },
    });
    const row = (await world.rows())[`discovered:${whole.name}`];
    assert.deepEqual(JSON.parse(String(row?.["metadata_json"])), {
      stars: 5,
      download_directory_checksum: "v1:abc",
      some_unknown: { nested: [1, null] },
    });
    assert.deepEqual(
      await exported(),
      [
        {
          ...whole,
          display_name: whole.name,
          family: "foo",
          quantization: "q4_k_m",
          capabilities: { text: true, tools: true, vision: true, singing: true },
          metadata: { stars: 5, some_unknown: { nested: [1, null] } },
          some_unknown: undefined,
        },
      ].map((one) => JSON.parse(JSON.stringify(one)) as unknown),
    );
    assert.equal(world.deeds[0]?.backup, true);
  });

  test("what comes in again changes nothing; what is left out stays; what was proven of other bytes does not", async () => {
    await world.add(made("Foo", { path: "/models/foo.gguf", quantization: "q4_k_m", displayName: "Foo!" }));
    await world.editing.edit(whole.name, { notes: "mine" }, undefined, signal);
    assert.deepEqual(await importAll({ name: whole.name, roles: ["chat"] }, { name: "new", backend: null }), {
      added: 1,
      changed: 1,
      unchanged: 0,
      historyId: "deed 2",
    });
    const shown = await world.registry.show(whole.name);
    assert.deepEqual([shown.displayName, shown.notes, shown.roles, shown.proof], ["Foo!", "mine", ["chat"], "sha256"]);
    assert.equal(shown.curated, undefined, "the curated row heard it, too");
    assert.deepEqual(await importAll({ name: whole.name, roles: ["chat"] }, { name: "new" }), {
      added: 0,
      changed: 0,
      unchanged: 2,
    });
    await importAll({ name: whole.name, download_path: "/elsewhere.gguf" });
    assert.equal((await world.registry.show(whole.name)).proof, "unverified");
  });

  test("a file of another entry stays that entry's", async () => {
    const own = { path: "/models/foo.gguf", sizeBytes: 9, proof: "sha256" } as const;
    await world.add(made("Mine", { files: [own] }));
    const { download_files } = whole;
    await importAll({ ...whole, name: "one" }, { name: "two", download_files });
    const files = await world.registry.query("SELECT entry, size_bytes FROM files");
    assert.deepEqual(files, [{ entry: "mine-llama.cpp-gguf", size_bytes: 9 }]);
    await importAll({ name: "three", download_files: ["a.gguf", "b.gguf"] });
    const form = (await exported()) as readonly Record<string, unknown>[];
    assert.deepEqual(form.find(({ name }) => name === "three")?.["download_files"], ["a.gguf", "b.gguf"]);
  });

  const refusals: readonly (readonly [string, string, RegExp])[] = [
    ["no JSON", '[{"name": "a"},\n{"name": secret}]', /no JSON/],
    ["no array", '{"name": "a"}', /no array/],
    ["a number for an entry", '[{"name": "a"}, 7]', /^entry 2 is no object/],
    ["no name", '[{"backend": "vllm"}]', /^entry 1: has no name/],
    [
      "the same name twice",
      '[{"name": "a"}, {"name": "b"}, {"name": "a"}]',
      /^entry 3 \(“a”\) has the name of entry 1/,
    ],
    ["another back end", '[{"name": "a", "backend": "abacus"}]', /“a”\): “backend” takes one of llama.cpp, ollama/],
    [
      "a port of letters",
      '[{"name": "a", "backend_config": {"port": "x"}}]',
      /“backend_config.port” takes a whole number/,
    ],
    [
      "an argument of two lines",
      '[{"name": "a", "backend_config": {"extra_args": ["a\\nb"]}}]',
      /“backend_config.extra_args”/,
    ],
    ["roles that are no list", '[{"name": "a", "roles": "chat"}]', /“roles” takes a list of texts/],
    [
      "a priority above all",
      '[{"name": "a", "role_priority": {"chat": 101}}]',
      /“role_priority.chat” takes .* from 0 to 100/,
    ],
    ["a size below zero", '[{"name": "a", "download_size_bytes": -1}]', /“download_size_bytes”/],
    ["a size in words", '[{"name": "a", "download_size_bytes": "7 GB"}]', /“download_size_bytes”/],
    ["a relative path", '[{"name": "a", "download_path": "models/a"}]', /“download_path” takes an absolute path/],
    ["no time", '[{"name": "a", "downloaded_at": "yesterday"}]', /“downloaded_at” takes a time/],
    ["a word for a flag", '[{"name": "a", "deprecated": "no"}]', /“deprecated” takes true or false/],
    ["a list for metadata", '[{"name": "a", "metadata": []}]', /“metadata” takes an object/],
    ["a field twice", '[{"name": "a", "x": 1, "metadata": {"x": 2}}]', /“x” stands in its metadata, too/],
    ["files that are no list", '[{"name": "a", "download_files": {}}]', /“download_files” takes a list/],
    ["a name that is none", '[{"name": "a|b"}]', /“name” takes/],
  ];
  for (const [what, text, words] of refusals)
    test(`${what} is refused in words that name the entry, and nothing changes`, async () => {
      await world.add(made("Foo"));
      const before = await world.rows();
      await assert.rejects(importText(text), (error) => {
        assert.ok(isFault(error, "configInvalid"));
        assert.equal(error.fault.path, file);
        assert.match(error.fault.problem, words);
        assert.ok(!JSON.stringify(error.fault).includes("secret"), "content of the file is not repeated");
        return true;
      });
      assert.deepEqual([await world.rows(), world.deeds], [before, []]);
    });

  test("what is not there, no file, or of 100 MB is refused before it is read; a cancelled import changes nothing", async () => {
    await assert.rejects(world.editing.importFrom(`${file}x`, signal), (error) => isFault(error, "notFound"));
    await mkdir(`${file}.folder`);
    await assert.rejects(world.editing.importFrom(`${file}.folder`, signal), (error) =>
      isFault(error, "fileUnreadable"),
    );
    await writeFile(file, "[");
    await truncate(file, 100_000_000);
    await assert.rejects(world.editing.importFrom(file, signal), (error) => {
      assert.ok(isFault(error, "fileUnreadable"));
      assert.match(error.fault.reason, /100000000 bytes/);
      return true;
    });
    await writeFile(file, JSON.stringify([whole]));
    const stop = new AbortController();
    const going = world.editing.importFrom(file, stop.signal);
    stop.abort(new Error("enough"));
    await assert.rejects(going, /enough/);
    assert.deepEqual(await world.rows(), {});
  });

  test("a locked entry that would change is refused, one that would not is no hindrance", async () => {
    await importAll({ ...whole, locked: true, lock_sha256: "f".repeat(64) });
    const before = await world.rows();
    assert.equal((await importAll(whole)).unchanged, 1);
    await assert.rejects(importAll({ name: "new" }, { ...whole, deprecated: true }), (error) =>
      isFault(error, "locked"),
    );
    assert.deepEqual(await world.rows(), before);
  });

  test("a whole registry goes out and comes in again as it was", async () => {
    // In this thread: what a thread of its own adds is in every other test.
    await world.folder.remove();
    world = await openEditing({
      readRegistry: async (from) => {
        const parsed = parseRegistry(await readFile(from, "utf8"));
        assert.ok(parsed.kind === "entries");
        return parsed.entries;
      },
    });
    file = path.join(world.folder.path, "registry.json");
    const word = fc.stringMatching(/^[a-z][a-z0-9.-]{0,11}$/);
    const line = fc
      .string({ minLength: 1, unit: "grapheme" })
      .filter((text) => text.trim() === text && !/[\r\n\0]/.test(text));
    const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
    const entry = fc.record(
      {
        name: line.filter((text) => !text.includes("|")),
        display_name: line,
        backend: fc.constantFrom("vllm", "ollama", "llama.cpp"),
        backend_config: fc.record(
          { port: fc.integer({ min: 1, max: 65_535 }), extra_args: fc.array(line) },
          { requiredKeys: [] },
        ),
        roles: fc.uniqueArray(word),
        role_priority: fc.dictionary(word, fc.integer({ min: 0, max: 100 })),
        capabilities: fc.dictionary(word, fc.boolean()),
        download_path: word.map((one) => `/models/${one}`),
        download_size_bytes: fc.maxSafeNat(),
        quantization: line,
        family: line,
        model_aliases: fc.uniqueArray(line),
        deprecated: fc.boolean(),
        notes: fc.string(),
        metadata: fc.dictionary(
          fc.string().filter((key) => !key.startsWith("download_")),
          fc.jsonValue(),
        ),
      },
      { requiredKeys: ["name"] },
    );
    const entries = fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(entries, optional(word), async (given, unknown) => {
        const all = given.map((one) => (unknown === undefined ? one : { ...one, [`x_${unknown}`]: unknown }));
        const everything = { includeDeprecated: true, includeTesting: true };
        await world.registry.commit(
          Object.keys(await world.rows()).map((key) => ({ table: "entries", key, after: null })),
        );
        assert.equal((await importAll(...all)).added, all.length);
        const [rows, form] = [await world.rows(), await exported(everything)];
        assert.equal((await importText(JSON.stringify(form))).unchanged, all.length);
        await world.registry.commit(Object.keys(rows).map((key) => ({ table: "entries", key, after: null })));
        await importText(JSON.stringify(form));
        assert.deepEqual(await exported(everything), form);
        assert.deepEqual(Object.keys(await world.rows()).sort(), Object.keys(rows).sort());
      }),
      { numRuns: 25 },
    );
  });

  test("goes out by the filter of the list, as JSON or CSV, over a file that is there", async () => {
    await world.add(
      made("Foo", { displayName: "=1+1", source: { provider: "huggingface", reference: 'a "b",c/d' } }),
      made("Bar", { backend: "vllm", format: "safetensors" }),
    );
    await world.editing.edit("foo-llama.cpp-gguf", { notes: "two\nlines" }, undefined, signal);
    await writeFile(file, "old");
    const counts = await world.editing.exportTo(file, "csv", { format: "gguf" }, signal);
    assert.deepEqual(counts, { entries: 1, path: file });
    const [head = "", ...rest] = (await readFile(file, "utf8")).split("\r\n");
    assert.equal(head.split(",").length, 21);
    const [line = "", end] = rest;
    assert.ok(line.startsWith("foo-llama.cpp-gguf,'=1+1,discovered,logical,llama.cpp,foo,gguf,,,,,"));
    assert.ok(line.includes(',"a ""b"",c/d",') && line.endsWith(',"two\nlines",'));
    assert.equal(end, "");
    assert.deepEqual(await exported({ text: "nothing like it" }), []);
    assert.equal(((await exported()) as readonly unknown[]).length, 2);
  });

  test("an export to a relative path, or by a filter that is none, is refused", async () => {
    const refusedAt = (field: string) => (error: unknown) =>
      isFault(error, "badArguments") && error.fault.path === field;
    await assert.rejects(world.editing.exportTo("out.json", "json", {}, signal), refusedAt("path"));
    await assert.rejects(world.editing.exportTo(file, "json", { colour: "red" }, signal), refusedAt("filter.colour"));
    await assert.rejects(world.editing.exportTo(world.folder.path, "json", {}, signal), (error) =>
      isFault(error, "fileUnreadable"),
    );
  });
});

suite("the parts of registry files", () => {
  test("a cell that a spreadsheet would run is a text", () => {
    const cells = ["=1", "+1", "-1", "@a", "\ta", "a=b", "", 'say "hi"', "a,b"];
    assert.equal(csv([cells]), `'=1,'+1,'-1,'@a,'\ta,a=b,,"say ""hi""","a,b"\r\n`);
  });

  test("any JSON is read or refused in words", () => {
    fc.assert(
      fc.property(
        fc.array(fc.object({ key: fc.constantFrom("name", "backend", "roles", "x"), maxDepth: 2 })),
        (given) => {
          const parsed: ParsedRegistry = parseRegistry(JSON.stringify(given));
          assert.ok(parsed.kind === "entries" ? parsed.entries.length === given.length : parsed.problem.length > 5);
        },
      ),
    );
  });

  test("the line is told where JSON breaks off, and a byte order mark is no part of it", () => {
    const parsed = parseRegistry('\uFEFF[\n{"name":\n"a",}]');
    assert.deepEqual(parsed.kind === "unfit" && parsed.line, 3);
    assert.equal(parseRegistry('\uFEFF[{"name":"a"}]').kind, "entries");
  });
});
