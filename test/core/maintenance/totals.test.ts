import assert from "node:assert/strict";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { nodeDiskLook } from "../../../src/core/adapters/node-disk-look.ts";
import { totalsOf } from "../../../src/core/maintenance/plan-lines.ts";
import { createFactReader } from "../../../src/core/maintenance/survey/disk-facts.ts";

test("an entry counts once in the totals, however many of its layers are touched", () => {
  const gone = (key: string) => ({ kind: "row", table: "entries", key, before: { key }, after: null }) as const;
  const totals = totalsOf([gone("curated:a"), gone("discovered:a"), gone("discovered:b")]);
  assert.deepEqual([totals.removed, totals.steps], [2, 3]);
});

test("an edit that makes the curated row beside the discovered one changes one entry and adds none", () => {
  const row = (key: string, before: { key: string } | null) =>
    ({ kind: "row", table: "entries", key, before, after: { key } }) as const;
  const totals = totalsOf([row("curated:a", null), row("discovered:a", { key: "discovered:a" })]);
  assert.deepEqual([totals.added, totals.changed, totals.removed], [0, 1, 0]);
});

test("a link into a location whose drive is not there is offline; one that leads nowhere is absent", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "links-"));
  try {
    const [here, drive] = [path.join(folder, "here"), path.join(folder, "drive")];
    for (const root of [here, drive]) await mkdir(root);
    await writeFile(path.join(drive, "a.gguf"), "x");
    await symlink(path.join(drive, "a.gguf"), path.join(here, "a.gguf"));
    await symlink(path.join(here, "never.gguf"), path.join(here, "dangling.gguf"));
    const kinds = async (): Promise<readonly string[]> => {
      const facts = createFactReader(nodeDiskLook, [here, drive]);
      return [
        (await facts.of(path.join(here, "a.gguf"))).kind,
        (await facts.of(path.join(here, "dangling.gguf"))).kind,
      ];
    };
    assert.deepEqual(await kinds(), ["link", "absent"]);
    await rename(drive, `${drive}.unplugged`);
    assert.deepEqual(await kinds(), ["offline", "absent"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
