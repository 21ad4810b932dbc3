import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as fc from "fast-check";
import { encodeListing, readListing } from "../../../src/core/adapters/registry/listing-file.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import type { Database, Edit } from "../../../src/core/ports/database.ts";
import { createRegistry } from "../../../src/core/registry/create-registry.ts";
import { entryEdits } from "../../../src/core/registry/entry-edits.ts";
import { createListingPack } from "../../../src/core/registry/pack-listing.ts";
import { unpackListing } from "../../../src/core/registry/packed-listing.ts";
import { migrations } from "../../../src/core/registry/schema.ts";
import { type RegistryFolder, makeRegistryFolder } from "./registry-folder.ts";

const entry = (family: string, displayName = family): readonly Edit[] =>
  entryEdits({
    displayName,
    family,
    backend: "llama.cpp",
    proof: "unverified",
    files: [],
    characteristics: [{ name: "context", value: 4096, source: "gguf", confidence: 1 }],
  }).edits;
const ports = { files: nodeFiles, clock: nodeClock, digest: nodeDigest, testingPatterns: [] };
/** Of this the answers file knows nothing: the whole snapshot must be read. */
let times = 0;
const readWhole = (database: Database): Promise<unknown> => database.query("SELECT ?", [(times += 1)]);

suite("what lies packed beside a snapshot", () => {
  let folder: RegistryFolder;
  setup(async () => {
    folder = await makeRegistryFolder();
  });
  teardown(() => folder.remove());

  const open = (options = {}): Promise<Database> => folder.open({ readAfter: 600_000, ...options });
  const lying = async (): Promise<string | undefined> => {
    const newest = (await folder.names("registry")).findLast((name) => name.endsWith(".listing"));
    return newest === undefined ? undefined : path.join(folder.path, "registry", newest);
  };
  const here = async (): Promise<string> => {
    const file = await lying();
    assert.ok(file);
    return file;
  };
  /** A registry of three entries, that was shown and closed. */
  const closed = async (): Promise<void> => {
    const database = await open();
    const registry = createRegistry(database, ports);
    for (const family of ["a", "b", "c"]) await registry.commit(entry(family));
    await registry.list({});
    await database.close();
  };
  /** Of a page by a characteristic, with the statements that were asked for it. */
  const page = async (
    database: Database,
  ): Promise<{ total: number; names: readonly string[]; asked: readonly string[] }> => {
    let asked: readonly string[] = [];
    const query: Database["query"] = (statement, parameters) => {
      asked = [...asked, statement];
      return database.query(statement, parameters);
    };
    const registry = createRegistry({ ...database, query }, ports);
    const { entries, total } = await registry.list({ where: [{ name: "context", atLeast: 4096 }] });
    return { total, names: entries.map(({ displayName }) => displayName), asked };
  };

  test("shows pages by characteristics before the snapshot is read, and asks nothing for them", async () => {
    await closed();
    assert.deepEqual(await page(await open()), { total: 3, names: ["a", "b", "c"], asked: [] });
  });

  test("costs nothing but time where the snapshot can be read no more by then", async () => {
    await closed();
    const database = await open();
    await readWhole(database);
    const snapshot = (await here()).replace(/listing$/, "db");
    await rm(snapshot);
    // As of a disk that fails: there, and not to be read.
    await mkdir(snapshot);
    assert.equal(await database.prepared(), undefined);
    assert.deepEqual((await page(database)).names, ["a", "b", "c"]);
    await createRegistry(database, ports).commit(entry("d"));
  });

  test("shows them where the snapshot was read first, too", async () => {
    await closed();
    const database = await open();
    await readWhole(database);
    assert.deepEqual(await page(database), { total: 3, names: ["a", "b", "c"], asked: [] });
  });

  test("is given after a kill with the names that commits since then spoke of, and these alone are read", async () => {
    await closed();
    const killed = createRegistry(await open(), ports);
    await killed.commit(entry("a", "Z"));
    await killed.commit(entry("d"));
    const next = await open();
    const { names, asked } = await page(next);
    assert.deepEqual(names, ["b", "c", "d", "Z"]);
    assert.equal(asked.length, 1);
    assert.match(String(asked[0]), /json_each\(\?\)/);
    assert.deepEqual((await next.prepared())?.moved.toSorted(), ["a-llama.cpp", "d-llama.cpp"]);
  });

  test("is given with the names of commits of this very opening", async () => {
    await closed();
    const database = await open();
    await createRegistry(database, ports).commit(entry("a", "Z"));
    assert.deepEqual((await page(database)).names, ["b", "c", "Z"]);
  });

  test("is not given where more changed than is read one by one, in this opening or in one that was killed", async () => {
    await closed();
    const killed = await open();
    await killed.commit(Array.from({ length: 400 }, (_, index) => entry(`more ${index}`)).flat());
    assert.equal(await killed.prepared(), undefined);
    const next = await open();
    assert.equal(await next.prepared(), undefined);
    assert.equal((await page(next)).total, 403);
  });

  test("is not believed of another snapshot, and is written anew at the end", async () => {
    await closed();
    const good = await readFile(await here());
    const head = good.subarray(0, good.indexOf(0x0a) + 1).toString();
    const packed = good.subarray(Buffer.byteLength(head), -64);
    const { sequence, digest, schema } = JSON.parse(head);
    for (const of of [
      { schema, sequence: 2, digest },
      { schema: schema - 1, sequence, digest },
      { schema, sequence, digest: "0".repeat(64) },
    ]) {
      await writeFile(await here(), encodeListing(of, packed));
      const database = await open();
      assert.equal(await database.prepared(), undefined);
      await readWhole(database);
      assert.deepEqual((await page(database)).names, ["a", "b", "c"]);
      await database.close();
      assert.deepEqual(await readFile(await here()), good);
    }
  });

  test("is not believed where a byte is wrong or missing, or another release packed it", async () => {
    await closed();
    const good = await readFile(await here());
    const wrong = Buffer.from(good);
    wrong[good.length - 100] = (good[good.length - 100] ?? 0) ^ 1;
    const whole = good.toString("latin1");
    const mark = JSON.parse(whole.slice(0, whole.indexOf("\n")));
    const other = Buffer.from(whole.replace('"vision', '"fusion'), "latin1");
    for (const content of [Buffer.alloc(0), good.subarray(0, -1), good.subarray(0, good.length / 2), wrong, other]) {
      assert.equal(readListing(new Uint8Array(content), mark), undefined);
      await writeFile(await here(), content);
      const database = await open();
      assert.equal(await database.prepared(), undefined);
      await readWhole(database);
      assert.deepEqual((await page(database)).names, ["a", "b", "c"]);
      await database.close();
    }
  });

  test("is not believed across a migration", async () => {
    await closed();
    const next = [...migrations, { statements: ["UPDATE entries SET display_name = display_name || '!'"] }];
    const database = await open({ migrations: next });
    assert.equal(await database.prepared(), undefined);
    assert.deepEqual((await page(database)).names, ["a!", "b!", "c!"]);
    await database.close();
    assert.deepEqual((await page(await open({ migrations: next }))).names, ["a!", "b!", "c!"]);
  });

  test("is forgotten where the snapshot beside it turns out damaged", async () => {
    const first = await open();
    const registry = createRegistry(first, ports);
    await registry.commit(entry("a"));
    await first.close();
    const second = await open();
    await second.commit(entry("b"));
    await createRegistry(second, ports).list({});
    await second.close();
    const snapshot = (await here()).replace(/listing$/, "db");
    const content = await readFile(snapshot);
    content.fill(0xff, content.length / 2, content.length / 2 + 100);
    await writeFile(snapshot, content);

    const database = await open();
    const shown = createRegistry(database, ports);
    const names = async (): Promise<readonly string[]> =>
      (await shown.list({ where: [{ name: "context" }] })).entries.map(({ displayName }) => displayName);
    assert.deepEqual(await names(), ["a", "b"]);
    const told = new Promise((resolve) => void database.onRevised(resolve));
    await readWhole(database);
    await told;
    assert.equal(database.opened.setAside.length, 1);
    assert.deepEqual(await names(), ["a", "b"]);
    // That of the older one, which knows nothing of what came after it.
    assert.deepEqual((await database.prepared())?.moved, ["b-llama.cpp"]);
  });

  test("gives back any text and number as it was", () => {
    const text = fc.option(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("", "\uFEFF", "é", "\u{1F408}")));
    const row = fc.record({
      name: fc.string({ unit: "grapheme" }),
      display_name: fc.string({ unit: "binary" }),
      path: text,
      preview: text,
      size_bytes: fc.option(fc.maxSafeInteger()),
      deprecated: fc.constantFrom(0, 1),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 300 }), (rows) => {
        const pack = createListingPack();
        for (const one of rows) pack.add(one);
        const all = unpackListing(pack.bytes(), []);
        const said = (): unknown =>
          all?.entries.map((one) => {
            const { name, display_name, path: place, preview, size_bytes, deprecated } = one.row;
            return { name, display_name, path: place, preview, size_bytes, deprecated };
          });
        assert.deepEqual(
          said(),
          rows.map((one) => ({ ...one })),
        );
        // What is made ahead of being looked at is the same, and no more than there is.
        const fresh = unpackListing(pack.bytes(), []);
        assert.ok(fresh);
        const slices = [...fresh.ahead()].length;
        assert.ok(slices > 0 && slices < 100, String(slices));
        assert.deepEqual(
          fresh.entries.map(({ row: { name } }) => name),
          rows.map(({ name }) => name),
        );
      }),
      { numRuns: 50 },
    );
  });
});
