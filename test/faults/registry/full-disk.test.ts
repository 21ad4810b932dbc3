import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { isFault } from "../../../src/core/util/faults.ts";
import { type RegistryFolder, load, loads, makeRegistryFolder } from "../../core/registry/registry-folder.ts";

suite("the registry on a full disk", () => {
  let mount = "";
  let folder: RegistryFolder;
  setup(async function () {
    if (process.platform !== "linux" || process.getuid?.() !== 0) {
      process.stderr.write("skipped: the registry on a full disk: only root can mount a small disk\n");
      return this.skip();
    }
    mount = await mkdtemp(path.join(os.tmpdir(), "modeldeck-full-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", mount]);
    folder = await makeRegistryFolder(mount);
  });
  teardown(async () => {
    if (mount === "") return;
    await folder.remove().catch(() => {});
    execFileSync("umount", ["-l", mount]);
    await rm(mount, { recursive: true });
    mount = "";
  });

  const filler = (): string => path.join(mount, "filler");
  /** Leaves less than a page, so that the next bytes of the journal fill it up in the midst of a line. */
  const fillUp = async (): Promise<void> => {
    const { bavail, bsize } = await statfs(mount);
    await writeFile(filler(), Buffer.alloc(bavail * bsize, 1));
  };
  const commitUntilFull = async (database: Awaited<ReturnType<RegistryFolder["open"]>>): Promise<number> => {
    for (let index = 0; ; index += 1) {
      try {
        await database.commit([{ table: "loads", key: `p${index}`, after: { took_ms: index, at: "x".repeat(700) } }]);
      } catch (error) {
        assert.ok(isFault(error, "diskFull"), String(error));
        assert.ok(error.fault.needed > 700 && error.fault.path.endsWith(".jsonl"));
        return index;
      }
    }
  };

  test("says so, loses nothing that was acknowledged, and goes on once there is space", async () => {
    const database = await folder.open({ journalLimit: 10_000 });
    await database.commit([load("first", 1)]);
    await fillUp();
    const count = await commitUntilFull(database);
    assert.ok(count > 0, "the last page took some");
    assert.equal((await database.query("SELECT * FROM loads")).length, count + 1);
    await assert.rejects(database.commit([{ ...load("p", 1), after: { took_ms: 1, at: "x".repeat(9000) } }]), {
      code: "diskFull",
    });
    const journals = [...(await folder.content("journal")).values()];
    assert.ok(
      journals.every((content) => content.length === 0 || content.at(-1) === 0x0a),
      "no half line stays",
    );

    await rm(filler());
    const { sequence } = await database.commit([load("last", 2)]);
    assert.equal(sequence, count + 2);
    const reopened = await folder.open();
    const rows = await loads(reopened);
    assert.equal(Object.keys(rows).length, count + 2);
    assert.deepEqual(reopened.opened.setAside, []);
  });

  test("a snapshot that does not fit is warned of and costs nothing", async () => {
    const database = await folder.open();
    await database.commit([load("first", 1)]);
    await fillUp();
    await database.close();
    assert.deepEqual(await folder.names("registry"), []);
    assert.match(folder.warnings.join("\n"), /snapshot.*ENOSPC/);
    await rm(filler());
    assert.deepEqual(await loads(await folder.open()), { first: 1 });
  });

  test("it opens for reading, and takes commits once there is space", async () => {
    await (await folder.open()).commit([load("first", 1)]);
    await fillUp();
    const database = await folder.open();
    assert.deepEqual(await loads(database), { first: 1 });
    await assert.rejects(database.commit([load("second", 2)]), { code: "diskFull" });
    await rm(filler());
    await database.commit([load("second", 2)]);
    const next = await folder.open();
    assert.deepEqual(await loads(next), { first: 1, second: 2 });
    assert.deepEqual(next.opened.setAside, []);
  });
});
