import assert from "node:assert/strict";
import {
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { LinkKind, Links } from "../../src/core/ports/links.ts";
import { isFault } from "../../src/core/util/faults.ts";

/** What every adapter of `Links` keeps to, on a real disk. */
export function linksContract(name: string, create: () => Links): void {
  suite(`${name} keeps to the contract of links`, () => {
    let root: string;
    let links: Links;
    let target: string;
    const at = (file: string): string => path.join(root, file);
    setup(async () => {
      root = await mkdtemp(path.join(os.tmpdir(), "modeldeck-links-"));
      links = create();
      target = at("a/original.gguf");
      await mkdir(at("a"));
      await mkdir(at("b"));
      await writeFile(target, "weights");
    });
    teardown(() => rm(root, { recursive: true, force: true }));

    const can = async (how: LinkKind): Promise<boolean> => (await links.abilities(root))[how];

    for (const how of ["hard", "symbolic", "clone"] as const) {
      test(`${how}: gives the bytes a further name and takes it away, and the bytes stay`, async function () {
        if (!(await can(how))) return this.skip();
        const other = at("b/other.gguf");
        await links.make(other, target, how);
        assert.equal(await readFile(other, "utf8"), "weights");
        assert.equal((await lstat(other)).isSymbolicLink(), how === "symbolic");
        assert.equal((await stat(other)).ino === (await stat(target)).ino, how !== "clone");
        await links.remove(other, target, how);
        await links.remove(other, target, how);
        assert.deepEqual(await readdir(at("b")), []);
        assert.equal(await readFile(target, "utf8"), "weights");
      });

      test(`${how}: puts nothing in the place of what lies there, and takes away nothing else`, async function () {
        if (!(await can(how))) return this.skip();
        const other = at("b/other.gguf");
        await writeFile(other, "another file");
        await assert.rejects(links.make(other, target, how), (error) => isFault(error, "exists"));
        await assert.rejects(links.remove(other, target, how), (error) => isFault(error, "stale"));
        assert.equal(await readFile(other, "utf8"), "another file");
      });

      test(`${how}: says what is wrong where the folder is not there, and leaves nothing`, async function () {
        if (!(await can(how))) return this.skip();
        await assert.rejects(links.make(at("gone/x.gguf"), target, how), (error) => isFault(error, "fileUnreadable"));
        assert.deepEqual((await readdir(root)).toSorted(), ["a", "b"]);
      });
    }

    test("a clone that was written to, or whose original was, is nobody's to take away", async function () {
      if (!(await can("clone"))) return this.skip();
      const other = at("b/other.gguf");
      await links.make(other, target, "clone");
      assert.equal(Math.floor((await stat(other)).mtimeMs), Math.floor((await stat(target)).mtimeMs));
      await utimes(other, 1, 1);
      await assert.rejects(links.remove(other, target, "clone"), (error) => isFault(error, "stale"));
    });

    test("what the volume cannot do is refused in words, and nothing is left", async function () {
      if (await can("clone")) return this.skip();
      await assert.rejects(
        links.make(at("b/other.gguf"), target, "clone"),
        (error) => isFault(error, "fileUnreadable") && /share blocks/.test(error.fault.reason),
      );
      assert.deepEqual(await readdir(at("b")), []);
    });

    test("a symbolic link is relative below a folder that holds both, whatever links lead there, else absolute", async () => {
      await links.make(at("b/near.gguf"), target, "symbolic", root);
      assert.equal(await readlink(at("b/near.gguf")), path.join("..", "a", "original.gguf"));
      await links.make(at("b/far.gguf"), target, "symbolic", at("b"));
      assert.equal(await readlink(at("b/far.gguf")), target);
      await mkdir(at("deep/er"), { recursive: true });
      await symlink(at("deep/er"), at("short"));
      await links.make(at("short/x.gguf"), target, "symbolic", root);
      assert.equal(await readFile(at("short/x.gguf"), "utf8"), "weights");
      await links.remove(at("short/x.gguf"), target, "symbolic");
    });

    test("a symbolic link whose target is gone is known by where it leads", async () => {
      await links.make(at("b/x.gguf"), target, "symbolic");
      await rm(target);
      await links.remove(at("b/x.gguf"), target, "symbolic");
      assert.deepEqual(await readdir(at("b")), []);
    });

    test("what a volume allows is found out once, and the folder is as it was", async () => {
      await utimes(at("b"), 1_700_000_000.123, 1_700_000_000.123);
      const before = Math.floor((await stat(at("b"))).mtimeMs);
      const facts = await links.abilities(at("b"));
      assert.equal(facts.device, String((await stat(root)).dev));
      assert.ok(facts.hard || facts.symbolic || facts.clone);
      assert.deepEqual(await readdir(at("b")), []);
      assert.equal(Math.floor((await stat(at("b"))).mtimeMs), before);
      assert.equal(await links.abilities(root), facts);
      await assert.rejects(links.abilities(at("gone")), (error) => isFault(error, "fileUnreadable"));
    });
  });
}
