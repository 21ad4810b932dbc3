import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { durableReplace } from "../../../src/core/adapters/durable-replace.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { bytes } from "../../../src/core/util/ids.ts";

suite("files on the disk", () => {
  let folder = "";
  const at = (...parts: string[]): string => path.join(folder, ...parts);
  setup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "files-"));
  });
  teardown(() => rm(folder, { recursive: true }));

  test("what is absent is undefined, also below a file and behind a dangling link", async () => {
    await writeFile(at("file"), "x");
    await symlink(at("nowhere"), at("dangling"));
    for (const absent of [at("none"), at("file", "below"), at("dangling")]) {
      assert.equal(await nodeFiles.stat(absent), undefined);
      assert.equal(await nodeFiles.resolve(absent), undefined);
      assert.equal(await nodeFiles.readText(absent, bytes(10)), undefined);
    }
    assert.equal(await nodeFiles.list(at("none")), undefined);
  });

  test("a listing tells folders, files and links apart", async () => {
    await mkdir(at("folder"));
    await writeFile(at("file"), "x");
    await symlink("file", at("link"));
    const listed = (await nodeFiles.list(folder)) ?? [];
    assert.deepEqual(Object.fromEntries(listed.map((item) => [item.name, item.kind])), {
      folder: "folder",
      file: "file",
      link: "link",
    });
  });

  test("two names of the same bytes have one identity", async () => {
    await writeFile(at("file"), "x");
    await symlink("file", at("link"));
    const [file, link] = [await nodeFiles.stat(at("file")), await nodeFiles.stat(at("link"))];
    assert.equal(file?.identity, link?.identity);
    assert.equal(file?.size, 1);
  });

  test("a text over the limit is refused with its size", async () => {
    await writeFile(at("file"), "0123456789");
    await assert.rejects(nodeFiles.readText(at("file"), bytes(9)), (error) => {
      assert.ok(isFault(error, "fileUnreadable"));
      assert.match(error.fault.reason, /10 bytes/);
      return true;
    });
  });

  test("replacing leaves the new content, private to the person, and no temporary file", async () => {
    await durableReplace(at("deep", "er", "file"), "one");
    await durableReplace(at("deep", "er", "file"), "two");
    assert.equal(await readFile(at("deep", "er", "file"), "utf8"), "two");
    assert.deepEqual(await readdir(at("deep", "er")), ["file"]);
    if (process.platform !== "win32") assert.equal((await stat(at("deep", "er", "file"))).mode & 0o777, 0o600);
  });

  test("threads of one process, each with a copy of this code, replace one file at once", async () => {
    const copies = await Promise.all(
      ["one", "two"].map(async (name) => {
        const file = new URL(`../../../src/core/adapters/durable-replace.ts?${name}`, import.meta.url).href;
        return (await import(file)) as { readonly durableReplace: typeof durableReplace };
      }),
    );
    assert.notEqual(copies[0]?.durableReplace, copies[1]?.durableReplace);
    await Promise.all(copies.map((copy) => copy.durableReplace(at("shared"), "content")));
    assert.equal(await readFile(at("shared"), "utf8"), "content");
    assert.deepEqual(await readdir(folder), ["shared"]);
  });

  test("a replacement that fails leaves the old content and no temporary file", async () => {
    await mkdir(at("target", "full"), { recursive: true });
    await assert.rejects(nodeFiles.replace(at("target"), "text"), (error) => isFault(error, "fileUnreadable"));
    assert.deepEqual(await readdir(folder), ["target"]);
  });

  test("free space is that of the nearest folder there is", async () => {
    assert.ok((await nodeFiles.freeSpace(at("not", "yet", "there"))) > 0);
  });
});
