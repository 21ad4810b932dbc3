import assert from "node:assert/strict";
import { lstat, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { createNodeLinks } from "../../../src/core/adapters/node-links.ts";
import { createPartialFiles } from "../../../src/core/adapters/partial-files.ts";
import { createContentIndex } from "../../../src/core/content/create-content.ts";
import { createReuse } from "../../../src/core/downloads/create-reuse.ts";
import { linkOutSet } from "../../../src/core/downloads/link-out.ts";
import type { Reuse, WantedFile } from "../../../src/core/downloads/reuse.ts";
import { reuseWaysOf } from "../../../src/core/downloads/reuse-ways.ts";
import type { Hasher } from "../../../src/core/ports/hasher.ts";
import { type Workshop, never, openWorkshop } from "../maintenance/workshop.ts";
import { faultOf, sha256Of } from "./support.ts";

const BYTES = "weights of a model";
const DIGEST = sha256Of(BYTES);

suite("bytes that are here already", () => {
  let shop: Workshop;
  let stores: string;
  let reuse: Reuse;
  let hashed: string[];
  let spare = 0;
  setup(async () => {
    shop = await openWorkshop();
    stores = path.join(shop.root, "stores");
    await mkdir(stores);
    hashed = [];
    spare = 0;
    const hasher: Pick<Hasher, "lanes" | "start"> = {
      lanes: 2,
      start: (job, onBytes, signal) => {
        hashed.push(path.relative(shop.root, job.path));
        return shop.parts.hasher.start(job, onBytes, signal);
      },
    };
    const content = createContentIndex({ ...shop.parts, hasher, roots: async () => [shop.models, stores] });
    reuse = createReuse({
      content,
      files: nodeFiles,
      links: createNodeLinks(),
      partials: createPartialFiles(),
      get reserve() {
        return spare;
      },
      stores: async () => ({ ollama: path.join(stores, "ollama"), invoke: [path.join(stores, "invoke")] }),
    });
  });
  teardown(() => shop.remove());

  /** Last changed long ago, so that its digest is remembered. */
  async function put(name: string, content = BYTES): Promise<string> {
    const at = path.join(stores, name);
    await mkdir(path.dirname(at), { recursive: true });
    await writeFile(at, content);
    await utimes(at, 1_700_000_000, 1_700_000_000);
    return at;
  }
  const target = (): string => path.join(shop.models, "owner/repo/model.gguf");
  const wanted = (more: Partial<WantedFile> = {}): WantedFile => ({
    target: target(),
    sizeBytes: Buffer.byteLength(BYTES),
    sha256: DIGEST,
    source: { reference: "owner/repo", path: "model.gguf" },
    ...more,
  });
  const find = (prove: boolean, more: Partial<WantedFile> = {}) => reuse.find(wanted(more), { prove }, never);
  const digestOf = async (file: string): Promise<string> => sha256Of(await readFile(file));

  test("equal name and size never count: what was not hashed is likely, and what has other bytes is nothing", async () => {
    const twin = await put("loose/model.gguf", BYTES.toUpperCase());
    const likely = await find(false);
    assert.deepEqual([likely?.path, likely?.proven], [twin, false]);
    assert.deepEqual(hashed, []);
    assert.equal(await find(true), undefined);
    assert.deepEqual(hashed, ["stores/loose/model.gguf"]);
    // Known to be others now.
    assert.equal(await find(false), undefined);
    assert.equal((await faultOf(reuse.take({ ...(likely ?? assert.fail()) }, "hard", target(), never))).code, "stale");
    assert.equal(await nodeFiles.stat(target()), undefined);
  });

  test("whoever waits is told how far the proving is, over all files that may hold the bytes", async () => {
    await put("loose/one.gguf", BYTES.toUpperCase());
    await put("loose/two.gguf");
    const told: number[] = [];
    const onHashed = (read: number, ofAll: number): void => void told.push(read / ofAll);
    assert.ok(await reuse.find(wanted(), { prove: true, onHashed }, never));
    assert.ok(told.length > 0);
    assert.deepEqual(
      told,
      told.toSorted((a, b) => a - b),
    );
    // Half of all where the first of two has the bytes, all where the second has.
    assert.equal(told.at(-1), hashed.length / 2);
  });

  for (const [store, name] of [
    ["Ollama", `ollama/blobs/sha256-${DIGEST}`],
    ["a Hugging Face cache", `hub/models--a--b/blobs/${DIGEST}`],
    ["LM Studio", "lmstudio/models/pub/model/other-name.gguf"],
    ["ComfyUI", "comfy/models/checkpoints/x.safetensors"],
    ["InvokeAI", "invoke/models/0a1b/m.safetensors"],
  ] as const)
    test(`those of ${store} are found by size, proven by hashing once, and never offered before`, async () => {
      const at = await put(name);
      assert.equal((await find(false))?.proven, false);
      const found = await find(true);
      assert.deepEqual([found?.path, found?.proven], [at, true]);
      const isPrograms = !/LM Studio|ComfyUI/.test(store);
      assert.equal(found?.ways.includes("hard"), !isPrograms);
      assert.equal(
        found?.refused.some((one) => one.includes("cleans its store")),
        isPrograms,
      );
      assert.equal((await find(false))?.proven, true);
      assert.equal(hashed.length, 1);
    });

  test("a store's blob that is named by other bytes is not even hashed, nor is a partial one", async () => {
    await put(`ollama/blobs/sha256-${"0".repeat(64)}`);
    await put(`hub/models--a--b/blobs/${"1".repeat(64)}`);
    await put("loose/model.gguf.partial");
    assert.equal(await find(true), undefined);
    assert.deepEqual(hashed, []);
  });

  test("nothing is offered without a sha256, nor where the target is there", async () => {
    await put("loose/model.gguf");
    const { sha256: _none, ...without } = wanted();
    assert.equal(await reuse.find(without, { prove: true }, never), undefined);
    await mkdir(path.dirname(target()), { recursive: true });
    await writeFile(target(), "other");
    assert.equal(await find(true), undefined);
  });

  test("a link to the bytes stands for the file it leads to", async () => {
    const at = await put("real.gguf");
    await symlink(at, path.join(stores, "a-link.gguf"));
    assert.equal((await find(true))?.path, at);
  });

  for (const how of ["hard", "symbolic", "copy"] as const)
    test(`taken as ${how}, they have the target's name, and the partial file is gone`, async () => {
      const at = await put("loose/model.gguf");
      const found = (await find(true)) ?? assert.fail();
      assert.ok(found.ways.includes(how));
      await mkdir(path.dirname(target()), { recursive: true });
      for (const end of [".partial", ".partial.json"]) await writeFile(target() + end, "half");
      await writeFile(`${target()}.copying`, "of an earlier end");
      assert.ok((await find(false))?.proven);
      await reuse.take(found, how, target(), never);
      assert.equal(await digestOf(target()), DIGEST);
      assert.deepEqual(await readdir(path.dirname(target())), ["model.gguf"]);
      const [one, other] = [await lstat(target()), await stat(at)];
      assert.equal(one.isSymbolicLink(), how === "symbolic");
      assert.equal(one.ino === other.ino, how === "hard");
    });

  test("changed since it was proven, it is hashed again, and refused where it is another", async () => {
    const at = await put("loose/model.gguf");
    const found = (await find(true)) ?? assert.fail();
    await utimes(at, 1_700_000_100, 1_700_000_100);
    await reuse.take(found, "hard", target(), never);
    assert.equal(hashed.length, 2);
    await rm(target());
    await put("loose/model.gguf", BYTES.toUpperCase());
    for (const how of ["hard", "symbolic", "copy"] as const)
      assert.equal((await faultOf(reuse.take(found, how, target(), never))).code, "stale");
    await rm(at);
    assert.equal((await faultOf(reuse.take(found, "hard", target(), never))).code, "stale");
    assert.deepEqual(await readdir(path.dirname(target())), []);
  });

  test("what has the target's name is never touched", async () => {
    await put("loose/model.gguf");
    const found = (await find(true)) ?? assert.fail();
    await mkdir(path.dirname(target()), { recursive: true });
    await writeFile(target(), "somebody's");
    await writeFile(`${target()}.partial`, "half");
    for (const how of ["hard", "symbolic", "copy"] as const)
      assert.equal((await faultOf(reuse.take(found, how, target(), never))).code, "exists");
    assert.equal(await readFile(target(), "utf8"), "somebody's");
    assert.deepEqual(await readdir(path.dirname(target())), ["model.gguf", "model.gguf.partial"]);
  });

  test("a link on the way that leads out of the root is not followed", async () => {
    await put("loose/model.gguf");
    const found = (await find(true, { root: shop.models })) ?? assert.fail();
    const outside = path.join(shop.root, "outside");
    await mkdir(outside);
    await symlink(outside, path.join(shop.models, "owner"));
    const refused = await faultOf(reuse.take(found, "hard", target(), never));
    assert.equal(refused.code, "fileUnreadable");
    assert.deepEqual(await readdir(path.join(outside, "repo")), []);
  });

  test("a copy that is cancelled leaves nothing", async () => {
    await put("loose/model.gguf");
    const found = (await find(true)) ?? assert.fail();
    const stop = new AbortController();
    stop.abort(new Error("enough"));
    await assert.rejects(reuse.take(found, "copy", target(), stop.signal), /enough/);
    assert.deepEqual(await readdir(path.dirname(target())), []);
  });

  test("a copy is refused where it does not fit beside the reserve", async () => {
    await put("loose/model.gguf");
    spare = Number.MAX_SAFE_INTEGER;
    const found = await find(true);
    assert.equal(found?.ways.includes("copy"), false);
    assert.ok(found?.refused.some((one) => one.startsWith("A copy takes")));
  });

  test("over to another volume lead a symbolic link and a copy, and nothing else", async function () {
    const far = "/dev/shm";
    const volume = (folder: string) => stat(folder).then(({ dev }) => dev);
    if (process.platform !== "linux" || (await volume(far)) === (await volume(shop.root))) this.skip();
    const folder = await mkdtemp(path.join(far, "modeldeck-reuse-"));
    try {
      const at = await put("loose/model.gguf");
      const there = path.join(folder, "program/model.gguf");
      const found = (await find(true, { target: there })) ?? assert.fail();
      assert.deepEqual(
        [found.ways, found.refused],
        [
          ["symbolic", "copy"],
          ["It lies on another volume.", "It lies on another volume."],
        ],
      );
      assert.equal((await faultOf(reuse.take(found, "hard", there, never))).code, "fileUnreadable");
      await reuse.take(found, "copy", there, never);
      assert.equal(await digestOf(there), DIGEST);
      // Linked out from here to there, too.
      const [program, files] = [
        path.join(folder, "linked"),
        [{ path: "m.gguf", target: at, sizeBytes: 1, primary: true }],
      ];
      const troubles = await linkOutSet(
        { files: nodeFiles, links: createNodeLinks() },
        { linkOut: [program], files },
        () => undefined,
        never,
      );
      assert.deepEqual(troubles, []);
      assert.ok((await lstat(path.join(program, "m.gguf"))).isSymbolicLink());
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("ways are those that volumes and programs allow, best first, each other with its reason", () => {
    const way = {
      path: "/a/m.gguf",
      target: "/b/m.gguf",
      sizeBytes: 10,
      near: true,
      facts: { device: "1", hard: true, symbolic: true, clone: true },
      free: 100,
      stores: { ollama: "/ollama" },
    };
    assert.deepEqual(reuseWaysOf(way), { ways: ["clone", "hard", "symbolic", "copy"], refused: [] });
    assert.deepEqual(reuseWaysOf({ ...way, path: "/ollama/x" }).ways, ["clone", "copy", "symbolic"]);
    assert.deepEqual(reuseWaysOf({ ...way, near: false, free: 5 }), {
      ways: ["symbolic"],
      refused: ["It lies on another volume.", "It lies on another volume.", "A copy takes 10 B, and 5 B are free."],
    });
    const none = reuseWaysOf({ ...way, facts: undefined, free: 0, target: "/c/models--a--b/blobs/0" });
    assert.deepEqual([none.ways, none.refused.length], [[], 4]);
  });
});
