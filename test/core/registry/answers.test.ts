import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as fc from "fast-check";
import { encodeAnswers, encodeRows, keyOf, readAnswers } from "../../../src/core/adapters/registry/answers-file.ts";
import type { Database, Edit, Row } from "../../../src/core/ports/database.ts";
import { migrations } from "../../../src/core/registry/schema.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { type RegistryFolder, load, loads, makeRegistryFolder } from "./registry-folder.ts";

const ALL = "SELECT profile, took_ms FROM loads ORDER BY profile";
const questions: readonly (readonly [string, readonly (string | number)[]])[] = [
  [ALL, []],
  ["SELECT count(*) AS n, avg(took_ms) AS mean FROM loads WHERE took_ms > ?", [1]],
  ["SELECT * FROM loads WHERE profile = ? OR at = ?", ["ü\n", "a|b"]],
  ["SELECT * FROM nowhere", []],
];
/** Answers as they are, or that it was refused. */
const askAll = (database: Database): Promise<readonly (readonly Row[] | string)[]> =>
  Promise.all(questions.map(([statement, parameters]) => database.query(statement, parameters).catch(() => "refused")));
/** Of this the answers file knows nothing: the whole snapshot must be read. */
const readWhole = (database: Database): Promise<unknown> => database.query("SELECT 'whole'");

suite("answers beside a snapshot", () => {
  let folder: RegistryFolder;
  setup(async () => {
    folder = await makeRegistryFolder();
  });
  teardown(() => folder.remove());

  /** Long after the end of a test: what is read whole, is because it was asked for. */
  const open = (options = {}): Promise<Database> => folder.open({ readAfter: 600_000, ...options });
  const file = (name: string): string => path.join(folder.path, "registry", name);
  const lying = async (): Promise<string> => {
    const newest = (await folder.names("registry")).findLast((name) => name.endsWith(".answers"));
    assert.ok(newest);
    return file(newest);
  };
  const damage = async (snapshot: string): Promise<void> => {
    const content = await readFile(snapshot);
    // Whatever stands there, it is another afterwards.
    const middle = Math.floor(content.length / 2);
    for (let at = middle; at < middle + 100; at += 1) content[at] = 0xff ^ (content[at] ?? 0);
    await writeFile(snapshot, content);
  };
  /** A registry that was asked for its loads, and closed. */
  const asked = async (): Promise<void> => {
    const database = await open();
    await database.commit([load("a", 1), load("b", 2)]);
    assert.deepEqual(await loads(database), { a: 1, b: 2 });
    await database.close();
  };
  /** Whole by its checksum, and wrong: whoever believes it says so. */
  const forge = async (change: object): Promise<void> => {
    const name = await lying();
    const answers = readAnswers(await readFile(name));
    assert.ok(answers);
    const rows = encodeRows([{ profile: "forged", took_ms: 666 }]) ?? "";
    const key = keyOf({ statement: ALL, parameters: [] });
    await writeFile(name, encodeAnswers({ of: { ...answers.of, ...change }, rows: new Map([[key, rows]]) }));
  };

  test("say what the database would have said, whatever was committed", async () => {
    const key = fc.constantFrom("a", "b", "ü\n", "\u{1F408}", '"|');
    const edit: fc.Arbitrary<Edit> = fc.record({
      table: fc.constant("loads"),
      key,
      after: fc.option(fc.record({ took_ms: fc.maxSafeInteger(), at: fc.string({ maxLength: 3, unit: "binary" }) })),
    });
    const commits = fc.array(fc.array(edit, { maxLength: 4 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(commits, { minLength: 1, maxLength: 3 }), async (sessions) => {
        const own = await makeRegistryFolder();
        try {
          for (const groups of sessions) {
            const database = await own.open({ readAfter: 600_000 });
            const quick = await askAll(database);
            await readWhole(database);
            assert.deepEqual(await askAll(database), quick);
            for (const edits of groups) await database.commit(edits);
            await database.close();
          }
          const last = await own.open({ readAfter: 600_000 });
          const quick = await askAll(last);
          await readWhole(last);
          assert.deepEqual(await askAll(last), quick);
        } finally {
          await own.remove();
        }
      }),
      { numRuns: 15 },
    );
  }).timeout(180_000);

  test("are given before the snapshot is read, and believed for its very state", async () => {
    await asked();
    await forge({});
    assert.deepEqual(await loads(await open()), { forged: 666 });
  });

  test("are not believed of another state, schema or snapshot", async () => {
    await asked();
    const good = await readFile(await lying());
    for (const change of [{ sequence: 2 }, { schema: migrations.length - 1 }, { digest: "0".repeat(64) }]) {
      await writeFile(await lying(), good);
      await forge(change);
      const database = await open();
      assert.deepEqual(await loads(database), { a: 1, b: 2 }, JSON.stringify(change));
      await database.close();
    }
  });

  test("are not believed where a byte is wrong or missing, or another release wrote them", async () => {
    await asked();
    await forge({});
    const forged = await readFile(await lying());
    const text = forged.toString();
    const broken = [
      Buffer.alloc(0),
      forged.subarray(0, -1),
      forged.subarray(0, forged.length / 2),
      Buffer.from(text.replace("666", "667")),
      Buffer.from(text.replace('"format":1', '"format":2')),
      Buffer.concat([forged, Buffer.from("0")]),
    ];
    for (const content of broken) {
      await writeFile(await lying(), content);
      const database = await open();
      assert.deepEqual(await loads(database), { a: 1, b: 2 });
      await database.close();
    }
  });

  test("are not believed where a commit came after them, however the owner ended", async () => {
    await asked();
    const killed = await open();
    await killed.commit([load("c", 3)]);
    const next = await open();
    assert.deepEqual(await loads(next), { a: 1, b: 2, c: 3 });
    assert.deepEqual(next.opened.setAside, []);
  });

  test("the snapshot is read before a commit in parts, of which all or nothing is believed afterwards", async () => {
    await asked();
    const many = Array.from({ length: 3000 }, (_, index) => load(`many ${index}`, index));
    const killed = await open();
    assert.deepEqual(await loads(killed), { a: 1, b: 2 });
    await assert.rejects(
      killed.commit([...many, { ...load("a", 9), basis: { profile: "a", took_ms: 7, at: null } }]),
      (error) => isFault(error, "stale"),
    );
    assert.deepEqual(await loads(killed), { a: 1, b: 2 });
    const { sequence, changes } = await killed.commit([...many, load("a", 9)]);
    assert.equal(changes, "many");
    const asKilled = await open();
    const now = await loads(asKilled);
    assert.deepEqual([Object.keys(now).length, now["a"], now["b"]], [3002, 9, 2]);
    await asKilled.close();
    const next = await open();
    assert.deepEqual(await loads(next), now);
    assert.equal((await next.commit([load("a", 10)])).sequence, sequence + 1);
    assert.equal((await loads(next))["a"], 10);
  });

  test("that are missing, or lie beside an older snapshot alone, as after a kill, are no loss", async () => {
    await asked();
    const old = await lying();
    const kept = await readFile(old);
    const second = await open();
    await second.commit([load("c", 3)]);
    await second.close();
    await rm(await lying());
    await writeFile(old, kept);
    const next = await open();
    assert.deepEqual(await loads(next), { a: 1, b: 2, c: 3 });
    await next.close();
    assert.deepEqual(await loads(await open()), { a: 1, b: 2, c: 3 });
  });

  test("are not believed across a migration, and a later schema is refused at the opening", async () => {
    await asked();
    const next = [...migrations, { statements: ["UPDATE loads SET took_ms = took_ms + 1"] }];
    const database = await open({ migrations: next });
    assert.deepEqual(await loads(database), { a: 2, b: 3 });
    await database.close();
    await (await open({ migrations: next })).commit([load("c", 1)]);
    await assert.rejects(open(), (error) => isFault(error, "versionSkew"));
  });

  test("a snapshot that turns out damaged behind them is told, and loses no commit", async () => {
    await asked();
    const again = await open();
    await again.commit([load("c", 3)]);
    assert.deepEqual(await loads(again), { a: 1, b: 2, c: 3 });
    await again.close();
    const snapshot = (await lying()).replace(/answers$/, "db");
    await damage(snapshot);

    const database = await open();
    const before = database.opened;
    const told = new Promise((resolve) => void database.onRevised(resolve));
    assert.deepEqual(await loads(database), { a: 1, b: 2, c: 3 });
    await database.commit([load("d", 4)]);
    assert.deepEqual(before.setAside, []);
    assert.deepEqual(await told, database.opened);
    assert.equal(database.opened.setAside.length, 1);
    assert.match(JSON.stringify(database.opened.setAside), /\.db\.corrupt-/);
    assert.deepEqual(await loads(database), { a: 1, b: 2, c: 3, d: 4 });
    await database.close();
    assert.deepEqual(await loads(await open()), { a: 1, b: 2, c: 3, d: 4 });
  });

  test("where nothing older is whole either, what is left is told, and commits that follow are kept", async () => {
    await asked();
    await damage((await lying()).replace(/answers$/, "db"));
    await rm(path.join(folder.path, "journal/1.jsonl"));
    const database = await open();
    assert.deepEqual(await loads(database), { a: 1, b: 2 });
    await database.commit([load("d", 4)]);
    assert.equal(database.opened.setAside.length, 1);
    assert.deepEqual(await loads(database), { d: 4 });
    const next = await open();
    assert.deepEqual(await loads(next), { d: 4 });
    assert.deepEqual(next.opened.setAside, []);
  });

  test("the snapshot is read by itself soon after them", async () => {
    await asked();
    await damage((await lying()).replace(/answers$/, "db"));
    const database = await folder.open({ readAfter: 1 });
    const told = Promise.withResolvers<unknown>();
    database.onRevised(told.resolve);
    if (database.opened.setAside.length === 0) await told.promise;
    assert.equal(database.opened.setAside.length, 1);
    assert.deepEqual(await loads(database), { a: 1, b: 2 });
  });

  test("a late owner is told so by one that gave nothing but them, and what it wrote nobody reads", async () => {
    await asked();
    const late = await open();
    await readWhole(late);
    const successor = await open();
    assert.deepEqual(await loads(successor), { a: 1, b: 2 });
    await assert.rejects(late.commit([load("a", 666)]), (error) => isFault(error, "ownerGone"));
    await successor.close();
    const third = await open();
    await readWhole(third);
    assert.deepEqual(await loads(third), { a: 1, b: 2 });
    assert.deepEqual(third.opened.setAside, []);
  });

  test("opening with them many times leaves no heap of files", async () => {
    await asked();
    for (let round = 0; round < 6; round += 1) {
      const database = await open();
      assert.deepEqual(await loads(database), { a: 1, b: 2 });
      await database.close();
    }
    assert.ok((await folder.names("journal")).length <= 3, (await folder.names("journal")).join());
    assert.equal((await folder.names("registry")).length, 2);
  });
});
