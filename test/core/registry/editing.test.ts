import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import type { EntryPatch } from "../../../src/core/protocol/editing.ts";
import { type LockedFile, lockDigest } from "../../../src/core/registry/lock-digest.ts";
import { type Fault, isFault } from "../../../src/core/util/faults.ts";
import { type EditingWorld, made, openEditing } from "./editing-world.ts";

const foo = "foo-llama.cpp-gguf";
const { signal } = new AbortController();

suite("editing entries", () => {
  let world: EditingWorld;
  let between: (() => Promise<void>) | undefined;
  setup(async () => {
    between = undefined;
    world = await openEditing({ perform: async () => between?.() });
    await world.add(made("Foo", { path: "/models/foo.gguf", sizeBytes: 7, location: "main" }));
  });
  teardown(() => world.folder.remove());

  const edit = (patch: EntryPatch, basis?: string) => world.editing.edit(foo, patch, basis, signal);
  const refused = async (deed: () => Promise<unknown>, code: Fault["code"], words: RegExp | string): Promise<void> => {
    const before = await world.rows();
    await assert.rejects(deed(), (error) => {
      assert.ok(isFault(error));
      assert.equal(error.code, code);
      const told = JSON.stringify(error.fault);
      assert.ok(typeof words === "string" ? told.includes(words) : words.test(told), told);
      return true;
    });
    assert.deepEqual(await world.rows(), before);
    assert.deepEqual(world.deeds, []);
  };

  test("shows every field it changed, keeps what it was not told of, and is one piece of history", async () => {
    const patch = {
      displayName: "My Foo",
      roles: ["chat", "code"],
      rolePriority: { chat: 0, code: 100 },
      backend: "vllm",
      backendConfig: { port: 8000, host: "localhost", baseUrl: "http://localhost:8000/v1", modelPath: "/m" },
      extraArgs: ["--flag", " kept as it is "],
      aliases: ["f"],
      notes: "two\nlines",
      description: "what it is",
      deprecated: true,
    } as const;
    const shown = await edit({ ...patch, capabilities: ["Function Calling", "image", "text", "singing"] });
    assert.deepEqual(
      { ...shown, ...patch, capabilities: ["tools", "vision", "text", "singing"] },
      { ...shown },
      "every field of the patch is what is shown",
    );
    assert.deepEqual([shown.path, shown.sizeBytes, shown.layer], ["/models/foo.gguf", 7, "discovered"]);
    assert.deepEqual(
      world.deeds.map(({ operation, title }) => [operation, title]),
      [["edit", "Edit Foo"]],
    );
    const again = await edit({ notes: null, description: "" });
    assert.deepEqual([again.notes, again.description, again.roles], [undefined, undefined, ["chat", "code"]]);
  });

  test("a person's word is in both layers, so that it stands when the discovered row goes", async () => {
    await edit({ notes: "mine", roles: ["chat"] });
    const rows = await world.rows();
    assert.deepEqual(Object.keys(rows).sort(), [`curated:${foo}`, `discovered:${foo}`]);
    assert.equal(rows[`curated:${foo}`]?.["path"], null);
    await world.registry.commit([{ table: "entries", key: `discovered:${foo}`, after: null }]);
    const alone = await edit({ roles: ["code"] });
    assert.deepEqual([alone.notes, alone.roles, alone.layer, alone.state], ["mine", ["code"], "curated", "logical"]);
  });

  test("an edit that changes nothing leaves no trace", async () => {
    const before = await world.rows();
    const shown = await edit({ displayName: "Foo", roles: [], deprecated: false, notes: undefined });
    assert.equal(shown.displayName, "Foo");
    assert.deepEqual([await world.rows(), world.deeds], [before, []]);
  });

  test("an edit of a stale entry is refused by name, and so is one that another change overtakes", async () => {
    const { basis } = await world.registry.show(foo);
    const newer = await edit({ notes: "first" }, basis);
    world.deeds.length = 0;
    await refused(() => edit({ notes: "second" }, basis), "stale", foo);
    between = async () => {
      const row = (await world.rows())[`discovered:${foo}`] ?? {};
      await world.registry.commit([{ table: "entries", key: `discovered:${foo}`, after: { ...row, size_bytes: 8 } }]);
      between = undefined;
    };
    await assert.rejects(
      edit({ notes: "third" }, newer.basis),
      (error) => isFault(error, "stale") && error.fault.what === foo,
    );
    assert.equal((await world.registry.show(foo)).notes, "first");
  });

  test("what does not fit is refused with its field, and nothing changes", async () => {
    await refused(
      () => edit({ roles: ["chta"] }),
      "badArguments",
      /patch\.roles.*“chta”; the roles are chat, code, ocr/,
    );
    await refused(() => edit({ rolePriority: { chat: 1 } }), "badArguments", "patch.rolePriority");
    await refused(
      () => edit({ roles: ["chat"], rolePriority: { chat: 101 } }),
      "badArguments",
      "patch.rolePriority.chat",
    );
    await refused(() => edit({ roles: ["chat"], rolePriority: { chat: 0.5 } }), "badArguments", "from 0 to 100");
    for (const argument of ["a\nb", "a\0b", "a\rb", ""])
      await refused(() => edit({ extraArgs: [argument] }), "badArguments", "patch.extraArgs");
    await refused(() => edit({ displayName: "  " }), "badArguments", "patch.displayName");
    await refused(
      () => edit({ backendConfig: { modelPath: "/a\n" } }),
      "badArguments",
      "patch.backendConfig.modelPath",
    );
    await refused(() => world.editing.edit("fo-llama.cpp-gguf", {}, undefined, signal), "notFound", foo);
  });

  test("a picture is set with the rest, on the entry as it was seen, and nothing changes where it is none", async () => {
    const { basis } = await world.registry.show(foo);
    const shown = await edit({ preview: "/pictures/foo.png", notes: "seen" }, basis);
    assert.deepEqual([shown.preview, shown.notes], ["/pictures/foo.png", "seen"]);
    await assert.rejects(edit({ preview: null }, basis), { code: "stale" });
    await assert.rejects(edit({ preview: "/pictures/foo.txt", notes: "changed" }), { code: "formatInvalid" });
    assert.equal((await world.registry.show(foo)).notes, "seen");
    assert.equal("preview" in (await edit({ preview: null })), false);
    assert.deepEqual(world.pictures, ["/pictures/foo.png", null]);
  });

  test("the picture of a locked entry is set with its unlocking only, and before its locking", async () => {
    assert.equal((await edit({ preview: "/a.png", locked: true })).preview, "/a.png");
    await assert.rejects(edit({ preview: "/b.png" }), { code: "locked" });
    const shown = await edit({ preview: "/b.png", locked: false });
    assert.deepEqual([shown.preview, shown.locked], ["/b.png", false]);
  });

  test("the priority of a role goes with it", async () => {
    await edit({ roles: ["chat", "code"], rolePriority: { chat: 3, code: 4 } });
    assert.deepEqual((await edit({ roles: ["code"] })).rolePriority, { code: 4 });
  });

  test("a locked entry refuses edits until it is unlocked; the lock holds the digest of its files", async () => {
    const file = (name: string, letter: string) =>
      ({ path: `/models/${name}`, sizeBytes: 1, sha256: letter.repeat(64), proof: "sha256" }) as const;
    const files = [file("foo.gguf", "a"), file("sub/mmproj.gguf", "b")];
    await world.add(made("Foo", { files }));
    assert.equal((await edit({ locked: true })).locked, true);
    const locks = Object.values(await world.rows()).map((row) => row["lock_sha256"]);
    assert.deepEqual(locks, [lockDigest(files, nodeDigest), lockDigest(files, nodeDigest)]);
    world.deeds.length = 0;
    await refused(() => edit({ notes: "x" }), "locked", '"byPerson":true');
    await refused(() => edit({ notes: "x", locked: true }), "locked", '"byPerson":true');
    assert.equal((await edit({ locked: true })).locked, true);
    const open = await edit({ locked: false, notes: "now" });
    assert.deepEqual([open.locked, open.notes], [false, "now"]);
    assert.deepEqual(
      Object.values(await world.rows()).map((row) => row["lock_sha256"]),
      [null, null],
    );
  });

  test("the digest of a lock follows the bytes and their names, not the folder or the order", () => {
    const files: readonly LockedFile[] = [
      { path: "/a/x.gguf", sizeBytes: 1, sha256: "1".repeat(64) },
      { path: "/a/b/y.gguf", sizeBytes: 2, sha256: "2".repeat(64) },
    ];
    const of = (some: readonly LockedFile[]): string | undefined => lockDigest(some, nodeDigest);
    const moved = files.map((file) => ({ ...file, path: file.path.replace("/a/", "/elsewhere/c/") }));
    assert.match(of(files) ?? "", /^[0-9a-f]{64}$/);
    assert.equal(of(moved.toReversed()), of(files));
    assert.notEqual(of(files.map((file) => ({ ...file, sizeBytes: 3 }))), of(files));
    assert.notEqual(of(files.map((file) => ({ ...file, path: `${file.path}2` }))), of(files));
    assert.deepEqual([of([]), of(files.map((file) => ({ ...file, sha256: undefined })))], [undefined, undefined]);
  });

  test("promoting copies what is discovered, without what depends on the bytes that are here", async () => {
    await world.add(made("Foo", { path: "/models/foo.gguf", downloadedAt: "2026-01-01T00:00:00Z", sizeBytes: 5 }));
    const before = (await world.rows())[`discovered:${foo}`];
    const shown = await world.editing.promote(foo, signal);
    assert.equal(shown.curated, undefined);
    const { [`curated:${foo}`]: curated, [`discovered:${foo}`]: discovered } = await world.rows();
    assert.deepEqual(discovered, before);
    assert.deepEqual(curated, {
      ...before,
      key: `curated:${foo}`,
      layer: "curated",
      path: null,
      location: null,
      size_bytes: null,
      downloaded_at: null,
      source_revision: null,
      proof: "unverified",
    });
    await world.editing.promote(foo, signal);
    assert.deepEqual(
      world.deeds.map(({ operation }) => operation),
      ["promote"],
    );
  });

  test("a role's entries are the installed ones in use, by priority, then by name", async () => {
    const file = path.join(world.folder.path, "here.gguf");
    await writeFile(file, "x");
    const put = async (family: string, patch: EntryPatch, installed = true): Promise<void> => {
      await world.add(made(family, installed ? { path: file } : {}));
      await world.editing.edit(`${family}-llama.cpp-gguf`, patch, undefined, signal);
    };
    await put("c", { roles: ["chat"], rolePriority: { chat: 5 } });
    await put("b", { roles: ["chat"], rolePriority: { chat: 5 } });
    await put("z", { roles: ["chat", "code"], rolePriority: { chat: 0 } });
    await put("a", { roles: ["chat"] });
    await put("gone", { roles: ["chat"] }, false);
    await put("old", { roles: ["chat"], deprecated: true });
    await put("scratch-1", { roles: ["chat"] });
    const families = async (role: string) => {
      const { preferred, others } = await world.editing.resolveRole(role);
      return [preferred?.family, ...others.map(({ family }) => family)];
    };
    assert.deepEqual(await families("Chat"), ["z", "b", "c", "a"]);
    assert.deepEqual(await families("code"), ["z"]);
    assert.deepEqual(await world.editing.resolveRole("ocr"), { role: "ocr", others: [] });
    await assert.rejects(world.editing.resolveRole("cod"), (error) => {
      assert.ok(isFault(error, "notFound"));
      assert.deepEqual([error.fault.what, error.fault.near], ["role", ["code"]]);
      return true;
    });
  });
});
