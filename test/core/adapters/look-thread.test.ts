import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { withLookThread } from "../../../src/core/adapters/look-thread.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDiskLook } from "../../../src/core/adapters/node-disk-look.ts";
import { createBreath } from "../../../src/core/maintenance/breath.ts";
import { createFactReader } from "../../../src/core/maintenance/survey/disk-facts.ts";

suite("a look at many paths", () => {
  let root: string;
  setup(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "modeldeck-look-"));
  });
  teardown(() => rm(root, { recursive: true, force: true }));

  const never = new AbortController().signal;
  const inThread = withLookThread(nodeDiskLook);

  /** Everything a path may turn out to be, and so many that a thread is asked. */
  async function paths(): Promise<readonly string[]> {
    const at = (name: string): string => path.join(root, name);
    await mkdir(at("main/folder"), { recursive: true });
    for (const name of ["main/a", "main/folder/b"]) await writeFile(at(name), name);
    await symlink(at("main/a"), at("main/to a"));
    await symlink(at("main/folder"), at("main/to folder"));
    await symlink(at("main/nothing"), at("main/to nothing"));
    await symlink(at("main/circle"), at("main/circle"));
    const odd = ["main", "main/a", "main/folder", "main/folder/b", "main/to a", "main/to folder", "main/to folder/b"];
    const absent = ["main/to nothing", "main/circle", "main/circle/b", "main/a/below a file", "away/a", "elsewhere"];
    const many = Array.from({ length: 4500 }, (_, index) => `main/no ${index}`);
    return [...odd, ...absent, `main/${"long".repeat(100)}`, ...many].map(at);
  }

  test("a thread says of each what a look at it alone says, in their order", async () => {
    const all = await paths();
    const [quick, plain] = await Promise.all([inThread.lookAtAll(all, never), nodeDiskLook.lookAtAll(all, never)]);
    assert.deepEqual(quick, plain);
    assert.equal(quick[1]?.kind, "file");
    assert.deepEqual(
      quick.filter((one) => one?.kind === "unreadable"),
      [{ kind: "unreadable", reason: "its name is too long" }],
    );
  });

  test("what is told of all of them is what is told of each: offline with its root, links to their end", async () => {
    const all = await paths();
    const roots = [path.join(root, "main"), path.join(root, "away")];
    const facts = await createFactReader(inThread, roots).ofAll(all, createBreath(nodeClock), never);
    const each = createFactReader(nodeDiskLook, roots);
    for (const [index, one] of all.slice(0, 20).entries()) assert.deepEqual(facts[index], await each.of(one), one);
    const told = (name: string): unknown => facts[all.indexOf(path.join(root, name))]?.kind;
    assert.deepEqual(["main/a", "away/a", "elsewhere", "main/no 7"].map(told), ["file", "offline", "absent", "absent"]);
  });

  test("whoever gives up waits for none of them", async () => {
    const all = await paths();
    const giving = new AbortController();
    const looking = inThread.lookAtAll(all, giving.signal);
    giving.abort(new Error("enough"));
    await assert.rejects(looking, /enough/);
    await assert.rejects(inThread.lookAtAll(all, giving.signal), /enough/);
  });
});
