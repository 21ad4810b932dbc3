import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { relink } from "../../../../src/core/maintenance/operations/relink.ts";
import type { Row } from "../../../../src/core/ports/database.ts";
import { type Workshop, anyOptions, entryRow, never, openWorkshop, undoIt } from "../workshop.ts";

const sha256 = (content: string): string => createHash("sha256").update(content).digest("hex");

suite("relink", () => {
  let shop: Workshop;
  setup(async () => {
    shop = await openWorkshop({ operations: [anyOptions(relink)] });
  });
  teardown(() => shop.remove());

  const at = (name: string): string => path.join(shop.models, name);

  /** An entry of these files; the first is its path unless one is told. */
  async function known(
    name: string,
    files: Readonly<Record<string, string>>,
    more: { readonly digests?: boolean; readonly row?: Row; readonly folder?: string } = {},
  ): Promise<void> {
    const [first = ""] = Object.keys(files);
    const row = { ...entryRow(name, at(more.folder ?? first)), location: "main", size_bytes: 1, ...more.row };
    await shop.parts.registry.commit([{ table: "entries", key: `discovered:${name}`, after: row }]);
    for (const [file, content] of Object.entries(files)) {
      const after = {
        path: at(file),
        entry: name,
        size_bytes: content.length,
        sha256: more.digests === false ? null : sha256(content),
        proof: "sha256",
      };
      await shop.parts.registry.commit([{ table: "files", key: at(file), after }]);
      await shop.file(file, content);
    }
  }
  async function move(from: string, to: string): Promise<void> {
    await mkdir(path.dirname(at(to)), { recursive: true });
    await rename(at(from), at(to));
  }
  const look = (roots = [shop.models]) => shop.maintenance.plan("relink", { roots }, never);
  const paths = async (): Promise<readonly string[]> => {
    const { entries, files } = await shop.rows();
    return [...(entries ?? []), ...(files ?? [])].map((row) => path.relative(shop.models, String(row["path"])));
  };
  const told = ({ findings }: Awaited<ReturnType<typeof look>>) =>
    findings.map(({ kind, what, mended }) => `${kind} ${what}${mended ? " mended" : ""}`);

  test("gives an entry the place where its bytes lie now, under whatever name, and undo the old one back", async () => {
    await known("a", { "o/r/a.gguf": "weights of a" });
    await move("o/r/a.gguf", "elsewhere/renamed.gguf");
    const before = await shop.rows();
    const plan = await look();
    assert.deepEqual(told(plan), ["moved a mended"]);
    assert.deepEqual(await shop.rows(), { ...before });
    const { historyId } = await shop.maintenance.apply(plan.planId, true, never);
    assert.deepEqual(await paths(), ["elsewhere/renamed.gguf", "elsewhere/renamed.gguf"]);
    const [file] = (await shop.rows())["files"] ?? [];
    assert.equal(file?.["sha256"], sha256("weights of a"));
    assert.deepEqual(told(await look()), []);
    await undoIt(shop.maintenance, historyId);
    assert.deepEqual(await shop.rows(), before);
  });

  test("refuses the false match by file name: same name, same size, other bytes", async () => {
    await known("a", { "o/r/model.gguf": "weights of a" });
    await rm(at("o/r/model.gguf"));
    await shop.file("other/model.gguf", "weights of b");
    const plan = await look();
    assert.deepEqual(told(plan), ["missing a"]);
    assert.equal(plan.totals.steps, 0);
  });

  test("tells of a file of that name and size where no digest can say more, and changes nothing", async () => {
    await known("a", { "o/r/model.gguf": "weights of a" }, { digests: false });
    await move("o/r/model.gguf", "other/model.gguf");
    const plan = await look();
    assert.deepEqual(told(plan), ["moved a"]);
    assert.match(plan.findings[0]?.detail ?? "", /no digest/);
    assert.equal(plan.totals.steps, 0);
    await move("other/model.gguf", "other/another-name.gguf");
    assert.deepEqual(told(await look()), ["missing a"]);
  });

  test("takes all parts of a split, its projector and its texts along", async () => {
    await known("s", {
      "o/r/m-00001-of-00002.gguf": "part one",
      "o/r/m-00002-of-00002.gguf": "part number two",
      "o/r/mmproj-m.gguf": "projector",
      "o/r/config.json": "{}",
    });
    await move("o/r", "new/place");
    const plan = await look();
    await shop.maintenance.apply(plan.planId, true, never);
    assert.deepEqual((await paths()).toSorted(), [
      "new/place/config.json",
      "new/place/m-00001-of-00002.gguf",
      "new/place/m-00001-of-00002.gguf",
      "new/place/m-00002-of-00002.gguf",
      "new/place/mmproj-m.gguf",
    ]);
  });

  test("does not take a split whose parts lie in different folders", async () => {
    await known("s", { "o/r/m-00001-of-00002.gguf": "part one", "o/r/m-00002-of-00002.gguf": "part two!" });
    await move("o/r/m-00001-of-00002.gguf", "x/m-00001-of-00002.gguf");
    await move("o/r/m-00002-of-00002.gguf", "y/m-00002-of-00002.gguf");
    const plan = await look();
    assert.deepEqual(told(plan), ["moved s"]);
    assert.match(plan.findings[0]?.detail ?? "", /m-00002-of-00002.gguf is not beside it/);
    assert.equal(plan.totals.steps, 0);
  });

  test("finds a folder by the files below it", async () => {
    const files = {
      "p/unet/d.safetensors": "the largest of them",
      "p/vae/d.safetensors": "small",
      "p/model_index.json": "{ }",
    };
    await known("p", files, { folder: "p" });
    await move("p", "pipelines/q");
    const plan = await look();
    await shop.maintenance.apply(plan.planId, true, never);
    assert.deepEqual((await paths()).toSorted(), [
      "pipelines/q",
      "pipelines/q/model_index.json",
      "pipelines/q/unet/d.safetensors",
      "pipelines/q/vae/d.safetensors",
    ]);
  });

  test("leaves locked entries, and bytes that another entry has", async () => {
    await known("locked", { "o/l.gguf": "locked bytes" }, { row: { locked: 1 } });
    await move("o/l.gguf", "n/l.gguf");
    await known("lost", { "o/a.gguf": "the same bytes" });
    await known("has", { "o/b.gguf": "the same bytes" });
    await rm(at("o/a.gguf"));
    const plan = await look();
    assert.deepEqual(plan.keptBack, [{ what: "locked", reason: "it is locked" }]);
    assert.deepEqual(told(plan), ["moved lost"]);
    assert.match(plan.findings[0]?.detail ?? "", /the entry has has it/);
    assert.equal(plan.totals.steps, 0);
  });

  test("does not take what is on a drive that is not there for gone", async () => {
    await known("a", { "o/a.gguf": "weights" });
    await rename(shop.models, `${shop.models}-unplugged`);
    try {
      assert.deepEqual(told(await look([path.join(shop.root, "spare")])), []);
    } finally {
      await rename(`${shop.models}-unplugged`, shop.models);
    }
    assert.equal(await readFile(at("o/a.gguf"), "utf8"), "weights");
    await writeFile(at("o/b.gguf"), "");
  });
});
