import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openForeignDatabases } from "../../../src/core/adapters/foreign-database.ts";
import { isMalformed } from "../../../src/core/identify/reader.ts";
import { applyWal } from "../../../src/core/stores/wal.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { type SqliteWriter, startSqliteWriter } from "../../support/stores/sqlite-writer.ts";

suite("a database that a living program writes to", () => {
  let folder = "";
  let file = "";
  let writer: SqliteWriter;
  const contents = (): Promise<string[]> =>
    Promise.all(["", "-wal", "-shm"].map(async (end) => (await readFile(`${file}${end}`)).toString("hex")));
  const names = async (statement = "SELECT name FROM models ORDER BY name"): Promise<unknown[]> => {
    const databases = await openForeignDatabases();
    try {
      return databases.query(file, statement).map(({ name }) => name);
    } finally {
      databases.dispose();
    }
  };
  setup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "modeldeck-wal-"));
    file = path.join(folder, "other.db");
    writer = await startSqliteWriter(file);
    await writer.run("PRAGMA journal_mode=WAL; CREATE TABLE models(name TEXT); INSERT INTO models VALUES('committed')");
  });
  teardown(async () => {
    await writer.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("shows what is committed in its log, and not what is not", async () => {
    await writer.run("BEGIN; INSERT INTO models VALUES('open')");
    assert.deepEqual(await names(), ["committed"]);
  });

  test("does not show what was spilled into the log without a commit", async () => {
    await writer.run("PRAGMA cache_size=2; BEGIN");
    await writer.run(`WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 2000)
      INSERT INTO models SELECT 'open' || n || hex(zeroblob(200)) FROM many`);
    assert.ok((await readFile(`${file}-wal`)).length > 100_000);
    assert.deepEqual(await names(), ["committed"]);
  });

  test("stays byte for byte as it was, its log too, and gets no file beside it", async () => {
    const before = await contents();
    await names();
    assert.deepEqual(await contents(), before);
  });

  test("shows what came after a checkpoint, without what is left of the log before it", async () => {
    await writer.run("INSERT INTO models VALUES('second'); INSERT INTO models VALUES('third')");
    await writer.run("PRAGMA wal_checkpoint(RESTART); DELETE FROM models WHERE name = 'second'");
    assert.deepEqual(await names(), ["committed", "third"]);
  });

  test("shows a later state when it is asked again", async () => {
    const databases = await openForeignDatabases();
    const count = (): unknown => databases.query(file, "SELECT count(*) AS n FROM models")[0]?.["n"];
    assert.equal(count(), 1);
    await writer.run("INSERT INTO models VALUES('second')");
    assert.equal(count(), 2);
    databases.dispose();
  });

  test("is as long as its last commit says, where it grew and where it shrank", async () => {
    await writer.run("CREATE TABLE large(content BLOB); INSERT INTO large VALUES(zeroblob(300000))");
    assert.deepEqual(await names("SELECT length(content) AS name FROM large"), [300_000]);
    await writer.run("PRAGMA wal_checkpoint(TRUNCATE); DROP TABLE large; VACUUM");
    assert.deepEqual(await names(), ["committed"]);
    const image = applyWal(await readFile(file), await readFile(`${file}-wal`));
    assert.ok(!isMalformed(image) && image.length < 100_000);
  });

  test("is read up to where its log is whole", async () => {
    await writer.run("INSERT INTO models VALUES('second')");
    const whole = (await readFile(`${file}-wal`)).length;
    await writer.run("INSERT INTO models VALUES('torn')");
    await truncate(`${file}-wal`, whole + 1000);
    assert.deepEqual(await names(), ["committed", "second"]);
  });

  test("is read up to the frame whose sum is wrong", async () => {
    await writer.run("INSERT INTO models VALUES('second')");
    const log = await readFile(`${file}-wal`);
    const last = log.length - 1;
    log[last] = (log[last] ?? 0) ^ 1;
    await writeFile(`${file}-wal`, log);
    assert.deepEqual(await names(), ["committed"]);
  });

  test("with sums in the other byte order is read as well", async () => {
    await writer.run("INSERT INTO models VALUES('second')");
    await writeFile(`${file}-wal`, inOtherOrder(await readFile(`${file}-wal`)));
    assert.deepEqual(await names(), ["committed", "second"]);
  });

  test("is refused while it is rolled back from a journal", async () => {
    await writer.run("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE; BEGIN; PRAGMA cache_size=2");
    await writer.run(`WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 2000)
      INSERT INTO models SELECT 'open' || n || hex(zeroblob(200)) FROM many`);
    await assert.rejects(names(), (error) => isFault(error, "busy"));
    await writer.run("ROLLBACK");
    assert.deepEqual(await names(), ["committed"]);
  });
});

suite("a database that cannot be read", () => {
  let folder = "";
  setup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "modeldeck-wal-"));
  });
  teardown(() => rm(folder, { recursive: true, force: true }));

  const code = async (file: string): Promise<string> => {
    const databases = await openForeignDatabases();
    try {
      databases.query(file, "SELECT 1");
      return "none";
    } catch (error) {
      return isFault(error) ? error.code : "no fault";
    } finally {
      databases.dispose();
    }
  };

  test("is a fault that says why", async () => {
    const file = path.join(folder, "a.db");
    assert.equal(await code(file), "fileUnreadable");
    assert.equal(await code(folder), "fileUnreadable");
    await writeFile(file, "something else altogether".repeat(10));
    assert.equal(await code(file), "formatInvalid");
  });

  test("has a log of a format nobody knows", () => {
    const log = new Uint8Array(32);
    const view = new DataView(log.buffer);
    for (const [at, value] of [0x377f0683, 1, 4096].entries()) view.setUint32(at * 4, value);
    sign(view, false, 0, 24, 24, [0, 0]);
    assert.ok("malformed" in applyWal(new Uint8Array(), log));
  });

  test("is left as it is by a log that is empty, cut off or no log", () => {
    const database = new Uint8Array(512);
    database.set(new TextEncoder().encode("SQLite format 3\0"));
    for (const log of [new Uint8Array(), new Uint8Array(31), new Uint8Array(32).fill(7)]) {
      const image = applyWal(database, log);
      assert.ok(!isMalformed(image));
      assert.deepEqual([image.length, image[18], image[19], database[18]], [512, 1, 1, 0]);
    }
  });
});

/** Puts the sum over `length` bytes from `from` on, carried on from `sum`, to `to`. */
function sign(
  view: DataView,
  littleEndian: boolean,
  from: number,
  length: number,
  to: number,
  sum: readonly [number, number],
): [number, number] {
  let [a, b] = sum;
  for (let at = from; at < from + length; at += 8) {
    a = (a + view.getUint32(at, littleEndian) + b) >>> 0;
    b = (b + view.getUint32(at + 4, littleEndian) + a) >>> 0;
  }
  view.setUint32(to, a);
  view.setUint32(to + 4, b);
  return [a, b];
}

function inOtherOrder(log: Buffer): Uint8Array {
  const copy = new Uint8Array(log);
  const view = new DataView(copy.buffer);
  const littleEndian = (view.getUint32(0) & 1) === 1;
  view.setUint32(0, view.getUint32(0) ^ 1);
  const pageSize = view.getUint32(8);
  let sum = sign(view, littleEndian, 0, 24, 24, [0, 0]);
  for (let at = 32; at + 24 + pageSize <= copy.length; at += 24 + pageSize) {
    const begun = sign(view, littleEndian, at, 8, at + 16, sum);
    sum = sign(view, littleEndian, at + 24, pageSize, at + 16, begun);
  }
  return copy;
}
