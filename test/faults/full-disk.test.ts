import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { nodeFiles } from "../../src/core/adapters/node-files.ts";
import { isFault } from "../../src/core/util/faults.ts";

suite("a full disk", () => {
  let folder = "";
  suiteSetup(async function () {
    if (process.platform !== "linux" || process.getuid?.() !== 0) this.skip();
    folder = await mkdtemp(path.join(tmpdir(), "full-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
  });
  suiteTeardown(async () => {
    if (!folder) return;
    execFileSync("umount", [folder]);
    await rm(folder, { recursive: true });
  });

  test("replacing a file with one that does not fit keeps the old content whole and says what is free", async () => {
    const file = path.join(folder, "registry");
    const old = "o".repeat(400_000);
    await nodeFiles.replace(file, old);
    await assert.rejects(nodeFiles.replace(file, "n".repeat(900_000)), (error) => {
      assert.ok(isFault(error, "diskFull"));
      assert.equal(error.fault.needed, 900_000);
      assert.ok(error.fault.free > 0 && error.fault.free < 900_000);
      return true;
    });
    assert.equal(await readFile(file, "utf8"), old);
    assert.deepEqual(await readdir(folder), ["registry"]);
  });
});
