import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createScanCache } from "../../../src/core/adapters/scan-cache.ts";

suite("what scans remember", () => {
  let folder: string;
  setup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-scan-cache-"));
  });
  teardown(() => rm(folder, { recursive: true, force: true }));

  test("is written beside what another thread of the process writes, or one of its id has left", async () => {
    const file = path.join(folder, "scans", "one");
    const left = `${file}.${process.pid}.new`;
    await mkdir(left, { recursive: true });
    const warnings: string[] = [];
    const cache = createScanCache(file, "1", (line) => void warnings.push(line));
    cache.put("folder", "/models", { stamp: "1", items: "" });
    cache.save(true);
    assert.deepEqual(warnings, []);
    const again = createScanCache(file, "1", assert.fail);
    assert.deepEqual(again.get("folder", "/models"), { stamp: "1", items: "" });
    assert.deepEqual(await readdir(path.dirname(file)), ["one", path.basename(left)]);
  });
});
