import assert from "node:assert/strict";
import { mkdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { type RegistryFolder, load, loads, makeRegistryFolder } from "../../core/registry/registry-folder.ts";

/** Three snapshots and a journal after the last: a to d, one each. */
async function fill(folder: RegistryFolder): Promise<void> {
  for (const [index, name] of ["a", "b", "c"].entries()) {
    const database = await folder.open();
    await database.commit([load(name, index)]);
    await database.close();
  }
  const unclean = await folder.open();
  await unclean.commit([load("d", 3)]);
}

const everything = { a: 0, b: 1, c: 2, d: 3 };

suite("a damaged registry", () => {
  let folder: RegistryFolder;
  setup(async () => {
    folder = await makeRegistryFolder();
    await fill(folder);
    assert.deepEqual(await folder.names("registry"), ["1-1.db", "2-2.db", "3-3.db"]);
  });
  teardown(() => folder.remove());

  const newest = (): string => path.join(folder.path, "registry/3-3.db");
  const flip = async (file: string, at: number): Promise<void> => {
    const content = await readFile(file);
    content[at] = (content[at] ?? 0) ^ 0x20;
    await writeFile(file, content);
  };
  const damages: Readonly<Record<string, (file: string) => Promise<void>>> = {
    "of zero length": (file) => truncate(file, 0),
    "cut in half": async (file) => truncate(file, Math.floor((await readFile(file)).length / 2)),
    "with a flipped byte inside a value": async (file) => flip(file, (await readFile(file)).lastIndexOf("2026-01-01")),
    "with a flipped byte in its first line": (file) => flip(file, 5),
    "of garbage": (file) => writeFile(file, Buffer.alloc(5000, "garbage")),
    "of another program": (file) => writeFile(file, "SQLite format 3\0".padEnd(4096, "\0")),
  };

  for (const [name, damage] of Object.entries(damages)) {
    test(`a snapshot ${name} is set aside with its time, and the older one opens with the journal after it`, async () => {
      await damage(newest());
      const bad = await readFile(newest());
      const database = await folder.open();
      assert.deepEqual(await loads(database), everything);
      assert.equal(database.opened.fresh, false);
      const [aside, ...more] = database.opened.setAside;
      assert.deepEqual(more, []);
      assert.match(aside?.path ?? "", /3-3\.db\.corrupt-\d{4}-\d\d-\d\dT/);
      assert.deepEqual(await readFile(aside?.path ?? ""), bad);
      await database.close();
      const next = await folder.open();
      assert.deepEqual(next.opened.setAside, []);
      assert.deepEqual(await loads(next), everything);
    });
  }

  test("when two snapshots are bad the third opens, and the journals lose nothing", async () => {
    await truncate(newest(), 0);
    await truncate(path.join(folder.path, "registry/2-2.db"), 100);
    const database = await folder.open();
    assert.deepEqual(await loads(database), everything);
    assert.equal(database.opened.setAside.length, 2);
  });

  test("when every snapshot is bad all is kept for a look, and the journals are not applied to nothing", async () => {
    await (await folder.open()).close();
    for (const name of await folder.names("registry")) await truncate(path.join(folder.path, "registry", name), 0);
    const database = await folder.open();
    assert.equal(database.opened.fresh, false);
    assert.deepEqual(await loads(database), {});
    const kept = [...(await folder.names("registry")), ...(await folder.names("journal"))];
    assert.equal(kept.filter((name) => name.includes(".corrupt-")).length, database.opened.setAside.length);
    assert.ok(database.opened.setAside.length >= 4);
  });

  test("while there are fewer than three snapshots, the journal from the first commit on stands in for all", async () => {
    const young = await makeRegistryFolder();
    try {
      const writer = await young.open();
      await writer.commit([load("a", 0)]);
      await writer.close();
      await truncate(path.join(young.path, "registry/1-1.db"), 0);
      const database = await young.open();
      assert.deepEqual(await loads(database), { a: 0 });
      assert.equal(database.opened.fresh, false);
      assert.equal(database.opened.setAside.length, 1);
    } finally {
      await young.remove();
    }
  });

  test("a flipped byte amid the journal is kept for a look, and what came before it is opened", async () => {
    const writer = await folder.open();
    for (let index = 0; index < 5; index += 1) await writer.commit([load(`e${index}`, index)]);
    const file = path.join(folder.path, "journal/5.jsonl");
    const content = await readFile(file);
    const before = Buffer.from(content);
    await flip(file, content.indexOf('"e2"') + 2);
    const database = await folder.open();
    assert.deepEqual(await loads(database), { ...everything, e0: 0, e1: 1 });
    assert.equal(database.opened.setAside.length, 1);
    const aside = database.opened.setAside[0];
    assert.match(aside?.reason ?? "", /checksum/);
    assert.equal((await readFile(aside?.path ?? "")).length, before.length);
    await database.commit([load("after", 9)]);
    const next = await folder.open();
    assert.deepEqual(await loads(next), { ...everything, e0: 0, e1: 1, after: 9 });
    assert.deepEqual(next.opened.setAside, []);
    await next.close();
  });

  test("a journal whose forerunner is lost is not applied to an older state", async () => {
    const writer = await folder.open();
    await writer.commit([load("e", 4)]);
    const later = await folder.open();
    await later.commit([load("f", 5)]);
    await rename(path.join(folder.path, "journal/5.jsonl"), path.join(folder.path, "elsewhere"));
    const database = await folder.open();
    assert.deepEqual(await loads(database), everything);
    assert.match(database.opened.setAside[0]?.path ?? "", /6\.jsonl\.corrupt-/);
  });

  test("a snapshot that a late owner published after it was replaced is not opened", async () => {
    const late = await folder.open();
    await late.commit([load("e", 4)]);
    const successor = await folder.open();
    await successor.commit([load("f", 5)]);
    // As if the late owner had been stopped in the midst of writing its snapshot.
    const orphan = await readFile(newest());
    await writeFile(path.join(folder.path, "registry/5-9.db"), orphan);
    const third = await folder.open();
    assert.deepEqual(await loads(third), { ...everything, e: 4, f: 5 });
    assert.ok(!(await folder.names("registry")).includes("5-9.db"));
  });

  test("a file that cannot be read at all is no damage: nothing is opened, nothing set aside", async () => {
    await rm(newest());
    await mkdir(newest());
    const before = await folder.names("journal");
    await assert.rejects(folder.open(), { code: "fileUnreadable" });
    assert.deepEqual(await folder.names("journal"), before);
  });

  test("what a kill left of a snapshot that was being written is tidied away", async () => {
    await writeFile(path.join(folder.path, "registry/.4-4.db.123.1.new"), "half");
    await folder.open();
    assert.ok(!(await folder.names("registry")).some((name) => name.endsWith(".new")));
  });

  test("an empty journal of an owner that was killed at its start is nothing to tell", async () => {
    await writeFile(path.join(folder.path, "journal/5.jsonl"), "");
    const database = await folder.open({ generation: 6 });
    assert.deepEqual(await loads(database), everything);
    assert.deepEqual(database.opened.setAside, []);
  });
});
