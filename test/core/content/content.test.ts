import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { link, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ContentIndex } from "../../../src/core/content/content.ts";
import { createContentIndex } from "../../../src/core/content/create-content.ts";
import type { Hasher } from "../../../src/core/ports/hasher.ts";
import type { Row } from "../../../src/core/ports/database.ts";
import { type Workshop, entryRow, never, openWorkshop } from "../maintenance/workshop.ts";

const sha256 = (content: string): string => createHash("sha256").update(content).digest("hex");

suite("the content index", () => {
  let shop: Workshop;
  let content: ContentIndex;
  let hashed: string[];
  setup(async () => {
    shop = await openWorkshop();
    hashed = [];
    const hasher: Pick<Hasher, "lanes" | "start"> = {
      lanes: 2,
      start: (job, onBytes, signal) => {
        hashed.push(path.basename(job.path));
        return shop.parts.hasher.start(job, onBytes, signal);
      },
    };
    content = createContentIndex({ ...shop.parts, hasher, roots: async () => [shop.models] });
  });
  teardown(() => shop.remove());

  /** A file as the registry knows it; last changed long ago, as a fresh one's digest is not remembered. */
  async function file(name: string, body: string, entry?: string, more: Row = {}): Promise<string> {
    const at = await shop.file(name, body);
    await utimes(at, 1_700_000_000, 1_700_000_000);
    if (entry !== undefined) await record(at, body, entry, more);
    return at;
  }
  async function record(at: string, body: string, entry: string, more: Row = {}): Promise<void> {
    const { size, mtimeMs, dev, ino } = await stat(at);
    const facts = { path: at, entry, size_bytes: size, modified: Math.floor(mtimeMs), identity: `${dev}:${ino}` };
    const source = { source_provider: "huggingface", source_reference: "o/r" };
    await shop.parts.registry.commit([
      { table: "files", key: at, after: { ...facts, sha256: sha256(body), proof: "sha256", ...more } },
      { table: "entries", key: `discovered:${entry}`, after: { ...entryRow(entry, at), ...source } },
    ]);
  }
  const names = (files: readonly { readonly path: string }[]): readonly string[] =>
    files.map((one) => path.relative(shop.models, one.path));

  test("tells the places of an entry's bytes whose digest holds, and whether they are one file", async () => {
    const a = await file("a/m.gguf", "weights", "a");
    await file("b/m.gguf", "weights", "b");
    await link(a, path.join(shop.models, "hard.gguf"));
    await record(path.join(shop.models, "hard.gguf"), "weights", "h");
    await file("c/m.gguf", "others!", "c");
    const found = await content.places("a", never);
    assert.deepEqual(
      found.map(({ path: at, shared, entry }) => [path.relative(shop.models, at), shared, entry]),
      [
        ["b/m.gguf", false, "b"],
        ["hard.gguf", true, "h"],
      ],
    );
    assert.ok(found.every((one) => one.of === a && one.sha256 === sha256("weights") && one.sizeBytes === 7));
    assert.deepEqual(hashed, []);
  });

  test("counts no place that was changed since, that is gone, or whose digest is only a store's word", async () => {
    await file("a/m.gguf", "weights", "a");
    await writeFile(await file("b/m.gguf", "weights", "b"), "changed");
    const c = await file("c/m.gguf", "weights", "c", { proof: "unverified" });
    await record(path.join(shop.models, "a/m.gguf"), "weights", "a");
    assert.deepEqual(await content.places("a", never), []);
    // Hashed once, it counts; equal name and size alone never did.
    assert.equal(await content.prove(c, sha256("weights"), never), true);
    assert.deepEqual(names(await content.places("a", never)), ["c/m.gguf"]);
  });

  test("proves by hashing once, and again only after the file has changed", async () => {
    const a = await file("a.gguf", "weights");
    assert.equal(await content.prove(a, sha256("weights"), never), true);
    assert.equal(await content.prove(a, sha256("others!"), never), false);
    assert.deepEqual(hashed, ["a.gguf"]);
    await writeFile(a, "others!");
    assert.equal(await content.prove(a, sha256("weights"), never), false);
    assert.deepEqual(hashed, ["a.gguf", "a.gguf"]);
    assert.equal(await content.prove(path.join(shop.models, "gone"), sha256("weights"), never), false);
  });

  test("offers candidates by recorded digest, then by source, then by size, and none of another size", async () => {
    const digest = sha256("weights");
    await file("z-size.gguf", "another");
    await file(`blobs/sha256-${digest}`, "weights");
    await file("repo/sub/m.gguf", "unknown", "s", { sha256: null });
    await file("known.gguf", "weights", "k", { proof: "unverified" });
    await file("longer.gguf", "weights and more", "l", { sha256: digest });
    await file("readme.md", "weights");
    const wanted = { sizeBytes: 7, sha256: digest, source: { reference: "o/r", path: "sub/m.gguf" } };
    assert.deepEqual(names(await content.candidates(wanted, never)), [
      "known.gguf",
      "repo/sub/m.gguf",
      `blobs/sha256-${digest}`,
      "z-size.gguf",
    ]);
    assert.deepEqual(hashed, []);
  });
});
