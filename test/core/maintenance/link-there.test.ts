import assert from "node:assert/strict";
import { copyFile, link, lstat, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { nodeDiskLook } from "../../../src/core/adapters/node-disk-look.ts";
import { linkThere } from "../../../src/core/maintenance/apply/link-there.ts";
import { seenOf } from "../../../src/core/maintenance/survey/disk-facts.ts";
import { isFault } from "../../../src/core/util/faults.ts";

suite("a link that is to go", () => {
  let root: string;
  let target: string;
  let place: string;
  setup(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "modeldeck-link-there-"));
    [target, place] = [path.join(root, "original"), path.join(root, "place")];
    await writeFile(target, "weights");
  });
  teardown(() => rm(root, { recursive: true, force: true }));

  const ask = async (how: "hard" | "symbolic" | "clone") => {
    const item = await nodeDiskLook.look(target);
    assert.ok(item);
    const step = { kind: "removeLink", path: place, target, how, seen: seenOf(item) } as const;
    return () => linkThere(nodeDiskLook, step);
  };
  const refused = (asked: () => Promise<unknown>, reason: RegExp) =>
    assert.rejects(asked, (error) => isFault(error, "stale") && reason.test(error.fault.reason ?? ""));

  test("may go where it is a name of bytes that stay, and is told as it lies there", async () => {
    await link(target, place);
    const [asked, { ino }] = [await ask("hard"), await lstat(place)];
    assert.match((await asked()).identity, new RegExp(`:${ino}$`));
  });

  test("stays where its bytes would be lost with it, or it is another file by now", async () => {
    await link(target, place);
    const hard = await ask("hard");
    await rm(target);
    await refused(hard, /only bytes/);
    await writeFile(target, "weights");
    await refused(hard, /is not what/);
    await rm(place);
    await refused(hard, /gone/);
  });

  test("symbolic: goes where it leads to the target, be that gone, and else stays", async () => {
    await symlink("original", place);
    const asked = await ask("symbolic");
    await asked();
    await rm(target);
    await asked();
    await rm(place);
    await symlink("elsewhere", place);
    await refused(asked, /leads elsewhere/);
    await rm(place);
    await writeFile(place, "a file");
    await refused(asked, /no link/);
  });

  test("clone: goes as long as neither it nor its original was written to", async () => {
    const time = 1_700_000_000;
    await copyFile(target, place);
    for (const at of [target, place]) await utimes(at, time, time);
    const asked = await ask("clone");
    await asked();
    await utimes(place, time, time + 1);
    await refused(asked, /is not what/);
    await utimes(place, time, time);
    await asked();
    await utimes(target, time, time + 1);
    await refused(asked, /is not what/);
  });
});
