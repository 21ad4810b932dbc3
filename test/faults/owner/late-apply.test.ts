import assert from "node:assert/strict";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Applied, HistoryRow, TrashRow } from "../../../src/core/protocol/maintenance.ts";
import type { EntryPage } from "../../../src/core/protocol/models.ts";
import { type WindowWorld, createWindowWorld, owns, seated } from "../../core/owner/windows.ts";

const MANY = 120;

/** A whole deck in each process, and a removal of many files that is frozen in its middle. */
suite("an owner frozen in the middle of an apply", function () {
  this.timeout(180_000);
  let world: WindowWorld;
  setup(async function () {
    if (process.platform === "win32") return this.skip();
    world = await createWindowWorld();
  });
  teardown(() => world.close());

  test("its successor has every file in one place, and the late one moves none once it is awake", async () => {
    const models = path.join(world.folder, "models");
    const names = Array.from({ length: MANY }, (_, index) => `m${index}`);
    for (const name of names) {
      await mkdir(path.join(models, "o", name), { recursive: true });
      await writeFile(path.join(models, "o", name, `${name}.gguf`), `bytes of ${name}`);
    }
    const list = path.join(world.folder, "list.json");
    await writeFile(
      list,
      JSON.stringify(
        names.map((name) => ({
          name,
          backend: "llama.cpp",
          download_path: path.join(models, "o", name, `${name}.gguf`),
        })),
      ),
    );
    const [first, second] = [await world.open({ freezes: "moving" }), await world.open()];
    await first.run("models.import", { path: list });

    const trash = path.join(world.folder, ".modeldeck-trash");
    await mkdir(trash, { mode: 0o700 });
    const asked = first
      .run<Applied>("maintenance.apply", { operation: "remove", options: { names, mode: "purge" }, confirm: true })
      .then(
        () => "done",
        ({ code }: { code: string }) => code,
      );
    await first.logged(/frozen/);
    await seated(second, 2);
    assert.ok(owns(second));
    // Whatever changes anything waits until what was cut off is settled.
    await second.run("backups.create");
    const state = async (window: typeof second) => ({
      entries: (await window.run<EntryPage>("models.list")).total,
      files: (await filesBelow(models)).toSorted(),
      trashed: (await window.run<{ trash: readonly TrashRow[] }>("trash.list")).trash.length,
      kept: (await filesBelow(trash)).length,
      done: (await window.run<{ history: readonly HistoryRow[] }>("history.list")).history.map(
        ({ operation }) => operation,
      ),
    });
    const settled = await state(second);

    first.send("SIGCONT");
    await seated(first, 2);
    assert.equal(await asked, "ownerGone");
    assert.deepEqual(await state(second), settled);
    assert.deepEqual(await state(first), settled);
    const { entries, files, trashed, kept, done } = settled;
    assert.deepEqual([entries, files.length, trashed, kept], [MANY, MANY, 0, 0]);
    assert.deepEqual(done, ["import"]);
    for (const name of names)
      assert.equal(await readFile(path.join(models, "o", name, `${name}.gguf`), "utf8"), `bytes of ${name}`);
    assert.deepEqual(await readdir(path.join(world.storage, "maintenance")), []);
  });
});

async function filesBelow(folder: string): Promise<readonly string[]> {
  const items = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: { code: string }) => {
    if (error.code !== "ENOENT") throw error;
    return [];
  });
  return items.filter((item) => item.isFile()).map(({ name }) => name);
}
