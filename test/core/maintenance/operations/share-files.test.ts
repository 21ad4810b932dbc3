import assert from "node:assert/strict";
import { lstat, mkdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { LinkFacts } from "../../../../src/core/maintenance/plan.ts";
import { shareFiles } from "../../../../src/core/maintenance/operations/share-files.ts";
import { type Workshop, anyOptions, never, openWorkshop, redoIt, undoIt } from "../workshop.ts";
import { type FakeWorld, entry, fileRow, inWords, kept, surveyOf } from "./survey.ts";

const DIGEST = "a".repeat(64);
const all: LinkFacts = { device: "1", hard: true, symbolic: true, clone: true };
const HUB = "/models/models--o--r/blobs";
const OLLAMA = "/ollama/blobs/sha256-";

/** Files of five bytes on device 1 unless told, all of one digest but those of `other`. */
function share(
  files: Readonly<
    Record<
      string,
      { readonly owner?: string; readonly device?: number; readonly digest?: string; readonly elsewhere?: number }
    >
  >,
  more: {
    readonly locked?: readonly string[];
    readonly can?: Partial<LinkFacts>;
    readonly kind?: "auto" | "hard" | "symbolic" | "clone";
    readonly only?: readonly string[];
    readonly world?: FakeWorld;
  } = {},
) {
  const owners = [...new Set(Object.values(files).flatMap(({ owner }) => owner ?? []))];
  const folders = Object.keys(files).map((one) => one.slice(0, one.lastIndexOf("/")));
  const survey = surveyOf({
    entries: owners.map((name) => entry(name, { locked: more.locked?.includes(name) ? 1 : 0 })),
    files: Object.entries(files).flatMap(([at, { owner }]) =>
      owner === undefined ? [] : [fileRow(at, owner, { size_bytes: 5 })],
    ),
    disk: Object.fromEntries(
      Object.entries(files).map(([at, { device = 1, elsewhere = 0 }]) => [
        at,
        { size: 5, identity: `${device}:${at}`, elsewhere },
      ]),
    ),
    ...more.world,
    more: {
      sameSize: Object.entries(files).map(([at, { device = 1 }]) => ({
        path: at,
        sizeBytes: 5,
        modified: 1,
        identity: `${device}:${at}`,
      })),
      digests: new Map(Object.entries(files).map(([at, { digest = DIGEST }]) => [at, digest])),
      linkable: new Map(folders.map((folder) => [folder, { ...all, clone: false, ...more.can }])),
    },
  });
  return shareFiles.decide(survey, { kind: more.kind ?? "auto", ...(more.only && { only: [...more.only] }) });
}

suite("share files: what is decided", () => {
  test("keeps one of equal files, and makes names of it where the others lay", () => {
    const decided = share({
      "/models/a/x.gguf": { owner: "a" },
      "/models/b/x.gguf": { owner: "b" },
      "/models/c/x.gguf": {},
    });
    assert.deepEqual(inWords(decided), [
      "trash /models/b/x.gguf 5",
      "makeLink /models/b/x.gguf hard /models/a/x.gguf",
      "~ files /models/b/x.gguf modified=1795132800000 identity=1:/models/a/x.gguf",
      "trash /models/c/x.gguf 5",
      "makeLink /models/c/x.gguf hard /models/a/x.gguf",
    ]);
    assert.deepEqual(
      decided.findings?.map(({ kind, what, bytes, mended }) => [kind, what, bytes, mended]),
      [["duplicateBytes", "/models/a/x.gguf", 10, true]],
    );
  });

  test("leaves files of one size and other bytes, and what was not hashed", () => {
    const decided = share({
      "/models/a.gguf": { owner: "a" },
      "/models/b.gguf": { owner: "b", digest: "b".repeat(64) },
    });
    assert.deepEqual(inWords(decided), []);
  });

  for (const [store, original] of [
    ["Hugging Face's cache", `${HUB}/${DIGEST}`],
    ["Ollama", `${OLLAMA}${DIGEST}`],
    ["InvokeAI", "/models/invoke/models/1/x.safetensors"],
  ] as const)
    test(`what ${store} cleans by itself stays, and is the one that is kept`, () => {
      const world: FakeWorld = {
        locations: { main: "/models", ollama: "/ollama" },
        ollama: { root: "/ollama", models: {} },
      };
      const files = { "/models/a.gguf": { owner: "a" }, [original]: {}, "/ollama/blobs/sha256-0": {} };
      const disk = {
        ...Object.fromEntries(Object.keys(files).map((at) => [at, { size: 5, identity: `1:${at}` }])),
        "/models/invoke/databases/invokeai.db": { size: 1 },
      };
      const decided = share(files, { world: { ...world, disk } });
      assert.deepEqual(
        inWords(decided).filter((line) => !line.startsWith("~")),
        store === "Ollama"
          ? ["trash /models/a.gguf 5", "makeLink /models/a.gguf hard /ollama/blobs/sha256-0"]
          : [
              "trash /models/a.gguf 5",
              `makeLink /models/a.gguf hard ${[original, "/ollama/blobs/sha256-0"].toSorted()[0]}`,
            ],
      );
      assert.equal(Object.keys(kept(decided)).length, 1);
    });

  test("no symbolic link leads to what a program may clear away, unless it is asked for", () => {
    const files = { "/models/a.gguf": { owner: "a" }, [`${HUB}/${DIGEST}`]: {} };
    const can = { hard: false, clone: false };
    assert.deepEqual(inWords(share(files, { can })), []);
    assert.match(kept(share(files, { can }))["/models/a.gguf"] ?? "", /would lead nowhere/);
    assert.equal(
      inWords(share(files, { can, kind: "symbolic" }))[1],
      `makeLink /models/a.gguf symbolic ${HUB}/${DIGEST}`,
    );
  });

  test("keeps the file of a locked entry, as the original where there is one to keep", () => {
    const files = { "/models/a.gguf": { owner: "a" }, "/models/b.gguf": { owner: "b" } };
    assert.equal(inWords(share(files, { locked: ["b"] }))[1], "makeLink /models/a.gguf hard /models/b.gguf");
    const both = share(files, { locked: ["a", "b"] });
    assert.deepEqual(inWords(both), []);
    assert.deepEqual(kept(both), { "/models/b.gguf": "the entry b is locked" });
  });

  test("links to another volume only where a symbolic link is asked for", () => {
    const files = { "/models/a.gguf": { owner: "a" }, "/models/b.gguf": { owner: "b", device: 2 } };
    for (const kind of ["auto", "hard", "clone"] as const) assert.deepEqual(inWords(share(files, { kind })), []);
    assert.equal(inWords(share(files, { kind: "symbolic" }))[1], "makeLink /models/b.gguf symbolic /models/a.gguf");
  });

  test("takes the best kind of link a volume allows, and says so where it allows none", () => {
    const files = { "/models/a/x.gguf": { owner: "a" }, "/models/b/x.gguf": { owner: "b" } };
    const way = (can: Partial<LinkFacts>) => inWords(share(files, { can }))[1]?.split(" ")[2];
    assert.equal(way({ hard: false }), "symbolic");
    assert.equal(way({}), "hard");
    assert.deepEqual(kept(share(files, { can: { hard: false, symbolic: false } })), {
      "/models/b/x.gguf": "no link can be made here",
    });
    assert.match(kept(share(files, { kind: "clone" }))["/models/b/x.gguf"] ?? "", /cannot share blocks/);
  });

  test("takes a copy with the original's time for a clone of it: nothing else tells them apart", () => {
    const files = { "/models/a/x.gguf": { owner: "a" }, "/models/b/x.gguf": { owner: "b" } };
    assert.match(kept(share(files, { can: { clone: true } }))["/models/b/x.gguf"] ?? "", /taken for one/);
  });

  test("leaves a file with names elsewhere, as nothing would be freed, and digests that were not asked for", () => {
    const files = { "/models/a.gguf": { owner: "a", elsewhere: 1 }, "/models/b.gguf": { owner: "b", elsewhere: 1 } };
    assert.match(kept(share(files))["/models/b.gguf"] ?? "", /1 more name elsewhere/);
    const others = { "/models/a.gguf": { owner: "a" }, "/models/b.gguf": { owner: "b" } };
    assert.deepEqual(inWords(share(others, { only: ["b".repeat(64)] })), []);
    assert.equal(share(others, { only: [DIGEST] }).steps.length > 0, true);
  });

  test("takes files of a volume that numbers none of its files for so many files, not for names of one", () => {
    const world: FakeWorld = {
      entries: [entry("a")],
      files: [fileRow("/models/a.gguf", "a", { size_bytes: 5 })],
      disk: {
        "/models/a.gguf": { size: 5, identity: "1:/models/a.gguf" },
        "/models/usb/a.gguf": { size: 5, identity: "7:0", elsewhere: -1 },
        "/models/usb/b.gguf": { size: 5, identity: "7:0", elsewhere: -1 },
      },
    };
    const files = { "/models/usb/a.gguf": {}, "/models/usb/b.gguf": { digest: "b".repeat(64) }, "/models/a.gguf": {} };
    const touched = share(files, { kind: "symbolic", world }).steps.flatMap((step) =>
      "path" in step ? [step.path] : [],
    );
    assert.deepEqual([...new Set(touched)], ["/models/usb/a.gguf"]);
  });

  test("leaves a file that two paths lead to under one name: to clear one is to clear the other", () => {
    const files = { "/models/a.gguf": {}, "/models/B.gguf": {}, "/models/b.gguf": {} };
    const world: FakeWorld = {
      entries: [],
      disk: {
        "/models/a.gguf": { size: 5, identity: "1:a", elsewhere: 2 },
        "/models/B.gguf": { size: 5, identity: "1:b", elsewhere: -1 },
        "/models/b.gguf": { size: 5, identity: "1:b", elsewhere: -1 },
      },
    };
    const decided = share(files, { world });
    assert.deepEqual(inWords(decided), []);
    assert.match(kept(decided)["/models/B.gguf"] ?? "", /two paths/);
  });
});

suite("share files: what is done", () => {
  let shop: Workshop;
  setup(async () => {
    shop = await openWorkshop({ operations: [anyOptions(shareFiles)] });
  });
  teardown(() => shop.remove());
  const at = (name: string): string => path.join(shop.models, name);

  for (const kind of ["hard", "symbolic"] as const)
    test(`${kind}: the bytes are there once, whoever opens them, and undo brings each copy back`, async () => {
      await shop.entries("a", "b");
      const same = "the very same weights";
      for (const name of ["a", "b"]) await writeFile(at(`owner/${name}/${name}.gguf`), same);
      await mkdir(at("found"));
      await writeFile(at("found/copy.gguf"), same);
      await writeFile(at("found/other.gguf"), "other weights, same l".slice(0, same.length));
      await shop.parts.registry.commit(
        ["a", "b"].map((name) => ({
          table: "files",
          key: at(`owner/${name}/${name}.gguf`),
          after: { path: at(`owner/${name}/${name}.gguf`), entry: name, size_bytes: same.length, proof: "unverified" },
        })),
      );
      const before = { rows: await shop.rows(), tree: await shop.tree() };
      const plan = await shop.maintenance.plan("shareFiles", { stores: [shop.models], kind }, never);
      assert.deepEqual({ rows: await shop.rows(), tree: await shop.tree() }, before);
      assert.equal(plan.totals.trashedBytes, 2 * same.length);
      assert.equal(plan.destructive, true);

      const { historyId } = await shop.maintenance.apply(plan.planId, true, never);
      const files = ["owner/a/a.gguf", "owner/b/b.gguf", "found/copy.gguf"].map(at);
      assert.equal(new Set(await Promise.all(files.map(async (one) => (await stat(one)).ino))).size, 1);
      for (const one of files) assert.equal(await readFile(one, "utf8"), same);
      const links = await Promise.all(files.map(async (one) => (await lstat(one)).isSymbolicLink()));
      assert.equal(links.filter(Boolean).length, kind === "symbolic" ? 2 : 0);
      if (kind === "symbolic") assert.match(await readlink(files[1] ?? ""), /^\.\./);
      const again = await shop.maintenance.plan("shareFiles", { stores: [shop.models], kind }, never);
      assert.equal(again.totals.steps, 0);

      await undoIt(shop.maintenance, historyId);
      assert.deepEqual({ rows: await shop.rows(), tree: await shop.tree() }, before);
      await redoIt(shop.maintenance, historyId);
      assert.equal(new Set(await Promise.all(files.map(async (one) => (await stat(one)).ino))).size, 1);
    });

  test("refuses to be applied once the original has changed", async () => {
    await shop.entries("a", "b");
    for (const name of ["a", "b"]) {
      await writeFile(at(`owner/${name}/${name}.gguf`), "weights");
      const key = at(`owner/${name}/${name}.gguf`);
      const after = { path: key, entry: name, size_bytes: 7, proof: "unverified" };
      await shop.parts.registry.commit([{ table: "files", key, after }]);
    }
    const plan = await shop.maintenance.plan("shareFiles", { stores: [shop.models] }, never);
    assert.ok(plan.totals.steps > 0);
    await writeFile(at("owner/a/a.gguf"), "WEIGHTS");
    const before = await shop.tree();
    await assert.rejects(shop.maintenance.apply(plan.planId, true, never), /stale|changed/i);
    assert.deepEqual(await shop.tree(), before);
  });
});
