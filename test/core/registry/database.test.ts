import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import path from "node:path";
import { isFault } from "../../../src/core/util/faults.ts";
import { keyColumns, migrations } from "../../../src/core/registry/schema.ts";
import { type RegistryFolder, load, loads, makeRegistryFolder } from "./registry-folder.ts";

suite("the database", () => {
  let folder: RegistryFolder;
  /** The test has ended, be it that its time was over. */
  let over = new AbortController();
  setup(async () => {
    over = new AbortController();
    folder = await makeRegistryFolder();
  });
  teardown(() => {
    over.abort();
    return folder.remove();
  });

  test("a commit says what it changed, with images before and after", async () => {
    const database = await folder.open();
    assert.equal(database.opened.fresh, true);
    const first = await database.commit([load("a", 1)]);
    const second = await database.commit([load("a", 2), { table: "loads", key: "b", after: null }]);
    const third = await database.commit([{ table: "loads", key: "a", after: null }]);
    const image = (took: number) => ({ profile: "a", took_ms: took, at: "2026-01-01T00:00:00Z" });
    assert.deepEqual(first.changes, [{ table: "loads", key: "a", before: null, after: image(1) }]);
    assert.deepEqual(second.changes, [{ table: "loads", key: "a", before: image(1), after: image(2) }]);
    assert.deepEqual(third.changes, [{ table: "loads", key: "a", before: image(2), after: null }]);
    assert.deepEqual([first.sequence, second.sequence, third.sequence], [1, 2, 3]);
  });

  test("a commit that changes nothing takes no number and writes no line", async () => {
    const database = await folder.open();
    await database.commit([load("a", 1)]);
    const before = await folder.content("journal");
    assert.deepEqual(await database.commit([load("a", 1)]), { sequence: 1, changes: [] });
    assert.deepEqual(await folder.content("journal"), before);
  });

  test("what was committed is there after the next open, with and without a clean end", async () => {
    const first = await folder.open();
    await first.commit([load("a", 1)]);
    const unclean = await folder.open();
    assert.deepEqual(await loads(unclean), { a: 1 });
    await unclean.commit([load("b", 2)]);
    await unclean.close();
    const third = await folder.open();
    assert.deepEqual(await loads(third), { a: 1, b: 2 });
    assert.deepEqual(third.opened, { generation: 3, fresh: false, setAside: [] });
    assert.equal((await third.commit([load("c", 3)])).sequence, 3);
  });

  /** Of a snapshot's name, or of a journal's that goes on from one. */
  const sequenceOf = (name: string): number => Number(/-(\d+)/.exec(name)?.[1] ?? -1);
  const many = (from: number, took: number, basis?: null) =>
    Array.from({ length: 5000 }, (_, index) => ({
      ...load(`n${from + index}`, took),
      ...(basis === null && { basis }),
    }));

  test("thousands of edits are one commit, told in one word, and there after a kill and after a close", async () => {
    const database = await folder.open();
    const commit = await database.commit(many(0, 1, null));
    assert.deepEqual(commit, { sequence: 1, changes: "many" });
    assert.deepEqual(await database.commit(many(0, 1)), { sequence: 1, changes: [] });
    const journal = await folder.content("journal");
    await database.close();
    assert.equal(Object.keys(await loads(await folder.open())).length, 5000);
    const lines = [...journal.values()].join("").split("\n");
    assert.equal(lines.filter((line) => line.includes('"commit"')).length, 1);
  });

  test("one of thousands that is stale refuses them all", async () => {
    const database = await folder.open();
    await database.commit([load("n4999", 7)]);
    await assert.rejects(database.commit(many(0, 1, null)), (error) => isFault(error, "stale"));
    await assert.rejects(database.commit([...many(0, 1), load("bad", Number.NaN)]), /exactly/);
    assert.deepEqual(await loads(database), { n4999: 7 });
    assert.equal((await database.commit([load("a", 1)])).sequence, 2);
  });

  test("commits come in the order they were asked for, also behind one of thousands, and a close waits for all", async () => {
    const database = await folder.open();
    const sequences = [many(0, 1), [load("n4999", 2)], many(4999, 3), [load("n0", 4)]].map(async (edits) => {
      const { sequence } = await database.commit(edits);
      return sequence;
    });
    const closed = database.close();
    await assert.rejects(database.commit([load("late", 1)]), (error) => isFault(error, "ownerGone"));
    assert.deepEqual(await Promise.all(sequences), [1, 2, 3, 4]);
    await closed;
    const held = await loads(await folder.open());
    assert.deepEqual([held["n0"], held["n4998"], held["n4999"], Object.keys(held).length], [4, 1, 3, 9999]);
  });

  test("the image of a row that is new is the one SQLite has, whatever was given", async () => {
    const database = await folder.open();
    const given = ["plain", "", "with \0 in it", "half \ud800", "é😀", 5.5, 7, -0, 0.1 + 0.2];
    for (const [index, at] of given.entries()) {
      const edit = { table: "loads", key: `k${index}`, after: { took_ms: 1, at: String(at) }, basis: null };
      const { changes } = await database.commit([edit]);
      const [row] = await database.query("SELECT * FROM loads WHERE profile = ?", [`k${index}`]);
      assert.deepEqual(changes, [{ table: "loads", key: `k${index}`, before: null, after: row }]);
    }
    const number = { table: "loads", key: "number", after: { took_ms: 1, at: 5 }, basis: null };
    const { changes } = await database.commit([number]);
    const [row] = await database.query("SELECT * FROM loads WHERE profile = 'number'");
    assert.deepEqual(changes, [{ table: "loads", key: "number", before: null, after: row }]);
  });

  test("an edit from a stale basis is refused and the whole commit with it", async () => {
    const database = await folder.open();
    const { changes } = await database.commit([load("a", 1)]);
    assert.ok(changes !== "many");
    const basis = changes[0]?.after ?? null;
    await database.commit([load("a", 2)]);
    await assert.rejects(database.commit([load("b", 1), { ...load("a", 3), basis }]), (error) =>
      isFault(error, "stale"),
    );
    await assert.rejects(database.commit([{ ...load("a", 3), basis: null }]), (error) => isFault(error, "stale"));
    assert.deepEqual(await loads(database), { a: 2 });
    await database.commit([{ ...load("c", 3), basis: null }]);
  });

  test("a refused commit does not harm the ones that share its sync", async () => {
    const database = await folder.open();
    const results = await Promise.allSettled([
      database.commit([load("a", 1)]),
      database.commit([load("b", 1), { table: "loads", key: "c", after: { took_ms: null, at: "" } }]),
      database.commit([{ ...load("a", 2), basis: null }]),
      database.commit([load("d", 4)]),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected", "rejected", "fulfilled"],
    );
    const reopened = await folder.open();
    assert.deepEqual(await loads(reopened), { a: 1, d: 4 });
  });

  test("a query sees every commit asked for before it, and cannot write", async () => {
    const database = await folder.open();
    const commits = Array.from({ length: 50 }, (_, index) => database.commit([load(`p${index}`, index)]));
    const count = await database.query("SELECT count(*) AS n FROM loads WHERE took_ms >= ?", [10]);
    assert.deepEqual(count, [{ n: 40 }]);
    await Promise.all(commits);
    await assert.rejects(database.query("DELETE FROM loads"), /readonly/);
    await assert.rejects(database.query("SELECT a FROM nowhere"), /no such table/);
    assert.equal((await database.query("SELECT * FROM loads")).length, 50);
  });

  test("numbers that cannot be held exactly, unknown columns and unknown tables are refused", async () => {
    const database = await folder.open();
    await database.commit([load("big", Number.MAX_SAFE_INTEGER)]);
    assert.deepEqual(await loads(await folder.open()), { big: Number.MAX_SAFE_INTEGER });
    const again = await folder.open();
    for (const took_ms of [Number.MAX_SAFE_INTEGER + 1, Infinity, Number.NaN])
      await assert.rejects(again.commit([{ table: "loads", key: "x", after: { took_ms, at: "" } }]));
    await assert.rejects(again.commit([{ table: "loads", key: "x", after: { took_ms: 1, at: "", other: 1 } }]));
    await assert.rejects(again.commit([{ table: "sqlite_master", key: "x", after: null }]));
    await assert.rejects(again.commit([{ table: "loads", key: "x", after: { profile: "y", took_ms: 1, at: "" } }]));
    assert.deepEqual(await loads(again), { big: Number.MAX_SAFE_INTEGER });
  });

  test("odd text is kept as it is", async () => {
    const database = await folder.open();
    const texts = ["", "a\0b", "\u2028 '\"; DROP TABLE loads; --", "猫 🐈", "line\nbreak"];
    for (const text of texts) await database.commit([{ table: "loads", key: text, after: { took_ms: 1, at: text } }]);
    const reopened = await folder.open();
    const rows = await reopened.query("SELECT at FROM loads");
    assert.deepEqual(new Set(rows.map((row) => row["at"])), new Set(texts));
  });

  test("the same edits write the same bytes, in whatever order the columns were given", async () => {
    const other = await makeRegistryFolder();
    try {
      const [one, two] = [await folder.open(), await other.open()];
      await one.commit([{ table: "loads", key: "a", after: { took_ms: 1, at: "x" } }]);
      await two.commit([{ table: "loads", key: "a", after: { at: "x", profile: "a", took_ms: 1 } }]);
      assert.deepEqual(await folder.content("journal"), await other.content("journal"));
    } finally {
      await other.remove();
    }
  });

  test("snapshots are taken when idle and at a limit of journal; the last three stay, with the journals they need", async () => {
    const database = await folder.open({ journalLimit: 4000 });
    for (const from of [0, 50, 100, 150]) {
      for (let index = from; index < from + 50; index += 1) await database.commit([load(`p${index}`, index)]);
      // However long one takes, there are more than three.
      while (!over.signal.aborted && !(await folder.names("registry")).some((name) => sequenceOf(name) > from))
        await database.commit([]);
    }
    await database.close();
    const snapshots = await folder.names("registry");
    assert.equal(snapshots.length, 3);
    assert.ok(snapshots.includes("1-200.db"));
    const oldest = Math.min(...snapshots.map(sequenceOf));
    const kept = (await folder.names("journal")).map(sequenceOf);
    assert.ok(kept.every((after) => after >= oldest) && kept.includes(oldest), `${kept.join()} from ${oldest} on`);
    assert.equal(Object.keys(await loads(await folder.open())).length, 200);
  });

  test("an idle moment after a commit brings a snapshot", async () => {
    const database = await folder.open({ idle: 1 });
    await database.commit([load("a", 1)]);
    while (!over.signal.aborted && !(await folder.names("registry")).includes("1-1.db"))
      await database.query("SELECT 1");
  });

  test("opening and closing many times without a change leaves no heap of files", async () => {
    for (let round = 0; round < 8; round += 1) await (await folder.open()).close();
    assert.ok((await folder.names("journal")).length <= 2);
    assert.deepEqual(await folder.names("registry"), []);
  });

  test("files and folders are for this user alone", async function () {
    if (process.platform === "win32") return this.skip();
    const database = await folder.open();
    await database.commit([load("a", 1)]);
    await database.close();
    const mode = async (...parts: string[]): Promise<string> =>
      ((await stat(path.join(folder.path, ...parts))).mode & 0o777).toString(8);
    assert.deepEqual(
      [
        await mode("registry"),
        await mode("journal"),
        await mode("journal", "1.jsonl"),
        await mode("registry", "1-1.db"),
      ],
      ["700", "700", "600", "600"],
    );
  });

  test("after the end every call says that the owner is gone, and ending twice is ending once", async () => {
    const database = await folder.open();
    const last = database.commit([load("a", 1)]);
    await Promise.all([database.close(), database.close()]);
    assert.equal((await last).sequence, 1);
    await assert.rejects(database.query("SELECT 1"), (error) => isFault(error, "ownerGone"));
    await assert.rejects(database.commit([]), (error) => isFault(error, "ownerGone"));
  });

  test("a registry of an older schema is brought up, and its files stay until the new snapshot is there", async () => {
    const old = await folder.open();
    await old.commit([load("a", 1)]);
    await old.close();
    const before = await folder.content("registry");
    const next = [...migrations, { statements: ["ALTER TABLE loads ADD COLUMN note TEXT"] }];
    const database = await folder.open({ migrations: next });
    assert.deepEqual(await folder.content("registry"), before);
    await database.commit([{ table: "loads", key: "b", after: { took_ms: 2, at: "", note: "new" } }]);
    const again = await folder.open({ migrations: next });
    assert.deepEqual(await again.query("SELECT profile, note FROM loads ORDER BY profile"), [
      { profile: "a", note: null },
      { profile: "b", note: "new" },
    ]);
    await again.close();
    assert.deepEqual(await folder.names("registry"), ["1-1.db", "3-2.answers", "3-2.db"]);
  });

  test("a registry of a newer schema is refused, and nothing is touched", async () => {
    const next = [...migrations, { statements: ["ALTER TABLE loads ADD COLUMN note TEXT"] }];
    for (const end of ["close", "stay"] as const) {
      const newer = await folder.open({ migrations: next });
      await newer.commit([load("a", end.length)]);
      if (end === "close") await newer.close();
      const before = [await folder.content("registry"), await folder.content("journal")];
      await assert.rejects(folder.open({ migrations, keyColumns }), (error) => isFault(error, "versionSkew"));
      assert.deepEqual([await folder.content("registry"), await folder.content("journal")], before);
    }
  });

  test("a migration that fails leaves the old registry as it was", async () => {
    const old = await folder.open();
    await old.commit([load("a", 1)]);
    await old.close();
    const broken = [...migrations, { statements: ["DELETE FROM loads", "ALTER TABLE nowhere ADD COLUMN x"] }];
    await assert.rejects(folder.open({ migrations: broken }));
    assert.deepEqual(await loads(await folder.open()), { a: 1 });
  });

  test("a generation that is not above all others is refused", async () => {
    await (await folder.open({ generation: 5 })).close();
    await assert.rejects(folder.open({ generation: 5 }), (error) => isFault(error, "stale"));
    await assert.rejects(folder.open({ generation: 4 }), (error) => isFault(error, "stale"));
  });

  test("a late owner tells nobody that a commit is done, and its successors never read it", async () => {
    const late = await folder.open();
    await late.commit([load("a", 1)]);
    const successor = await folder.open();
    await assert.rejects(late.commit([load("a", 666)]), (error) => isFault(error, "ownerGone"));
    await assert.rejects(late.commit([load("b", 666)]), (error) => isFault(error, "ownerGone"));
    await late.close();
    await successor.commit([load("c", 3)]);
    assert.deepEqual(await loads(successor), { a: 1, c: 3 });
    await successor.close();
    const third = await folder.open();
    assert.deepEqual(await loads(third), { a: 1, c: 3 });
    assert.deepEqual(third.opened.setAside, []);
  });
});
