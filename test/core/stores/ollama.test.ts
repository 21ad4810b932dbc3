import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { ollamaModelName, parseOllamaManifest } from "../../../src/core/stores/ollama-manifest.ts";
import { findOllamaStore, readOllamaStore } from "../../../src/core/stores/ollama.ts";
import { isFault } from "../../../src/core/util/faults.ts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const blob = (letter: string): string => `sha256-${letter.repeat(64)}`;
const layer = (kind: string, letter: string) => ({
  mediaType: `application/vnd.ollama.image.${kind}`,
  digest: digest(letter),
  size: 1,
});
const config = { mediaType: "application/vnd.docker.container.image.v1+json", digest: digest("c"), size: 1 };
const manifest = (...layers: readonly object[]): string => JSON.stringify({ schemaVersion: 2, config, layers });

suite("a manifest of Ollama", () => {
  test("names its weights and all its blobs, the configuration's too", () => {
    assert.deepEqual(parseOllamaManifest(manifest(layer("model", "a"), layer("template", "b"), layer("params", "b"))), {
      model: blob("a"),
      hasWeights: true,
      blobs: [blob("a"), blob("b"), blob("c")],
    });
  });

  test("has weights without a single file where they are tensors, and none where the model is in the cloud", () => {
    assert.deepEqual(parseOllamaManifest(manifest(layer("tensor", "a"), layer("tensor", "b"))), {
      hasWeights: true,
      blobs: [blob("a"), blob("b"), blob("c")],
    });
    assert.equal(parseOllamaManifest(manifest(layer("license", "a")))?.hasWeights, false);
  });

  test("is none where it is no JSON, of another shape, or names a blob that is no digest", () => {
    const escape = manifest({ mediaType: "application/vnd.ollama.image.model", digest: "sha256:../../etc/passwd" });
    for (const text of ["", "{", "[]", '{"layers":1}', '{"layers":[{}]}', escape])
      assert.equal(parseOllamaManifest(text), undefined, text);
  });

  test("is known by the name people say", () => {
    const table: readonly (readonly [Parameters<typeof ollamaModelName>[0], string])[] = [
      [["registry.ollama.ai", "library", "llama3", "8b"], "llama3:8b"],
      [["registry.ollama.ai", "me", "llama3", "latest"], "me/llama3:latest"],
      [["hf.co", "owner", "repo", "Q4_K_M"], "hf.co/owner/repo:Q4_K_M"],
    ];
    for (const [place, name] of table) assert.equal(ollamaModelName(place), name);
  });
});

suite("a store of Ollama", () => {
  let root = "";
  setup(async () => {
    root = await mkdtemp(path.join(tmpdir(), "modeldeck-ollama-"));
  });
  teardown(() => rm(root, { recursive: true, force: true }));

  const put = async (place: string, content: string): Promise<string> => {
    const file = path.join(root, "manifests", place);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    return file;
  };

  test("is read with its models, the blobs of cloud models, and what cannot be understood", async () => {
    const plain = await put("registry.ollama.ai/library/llama3/8b", manifest(layer("model", "a")));
    const pulled = await put("hf.co/o/r/q4", manifest(layer("model", "b")));
    await put("registry.ollama.ai/library/big/cloud", manifest(layer("license", "d")));
    const odd = await put("registry.ollama.ai/library/odd/1", "torn");
    const at = (letter: string): string => `${root}/blobs/${blob(letter)}`;
    const found = await readOllamaStore(nodeFiles, root);
    assert.ok(found);
    assert.deepEqual(
      [...found.models].toSorted(([one], [other]) => (one < other ? -1 : 1)),
      [
        ["hf.co/o/r:q4", { modelBlob: at("b"), blobs: [at("b"), at("c")], manifest: pulled }],
        ["llama3:8b", { modelBlob: at("a"), blobs: [at("a"), at("c")], manifest: plain }],
      ],
    );
    assert.deepEqual(found.otherBlobs, [at("d"), at("c")]);
    assert.deepEqual(found.unreadable, [odd]);
  });

  test("is read behind links too, and a link in a circle ends", async () => {
    const file = await put("registry.ollama.ai/library/llama3/8b", manifest(layer("model", "a")));
    await symlink(file, path.join(path.dirname(file), "again"));
    await symlink(path.join(root, "manifests"), path.join(root, "manifests", "loop"));
    const found = await readOllamaStore(nodeFiles, root);
    assert.deepEqual([...(found?.models.keys() ?? [])].toSorted(), ["llama3:8b", "llama3:again"]);
  });

  test("is none where there are no manifests", async () => {
    assert.equal(await readOllamaStore(nodeFiles, root), undefined);
    assert.equal(await readOllamaStore(nodeFiles, path.join(root, "gone")), undefined);
  });

  test("is not half read where a folder may not be", async function () {
    if (process.getuid?.() === 0 || process.platform === "win32") this.skip();
    const file = await put("registry.ollama.ai/library/llama3/8b", manifest(layer("model", "a")));
    await chmod(path.dirname(file), 0);
    try {
      await assert.rejects(readOllamaStore(nodeFiles, root), (error) => isFault(error, "fileUnreadable"));
    } finally {
      await chmod(path.dirname(file), 0o700);
    }
  });

  test("says which folder may not be read", async () => {
    await put("registry.ollama.ai/library/llama3/8b", manifest(layer("model", "a")));
    const denied = path.join(root, "manifests", "registry.ollama.ai");
    const files = {
      ...nodeFiles,
      list: (folder: string) =>
        folder === denied ? Promise.reject(new Error("EACCES: permission denied")) : nodeFiles.list(folder),
    };
    await assert.rejects(
      readOllamaStore(files, root),
      (error) => isFault(error, "fileUnreadable") && error.fault.path === denied,
    );
  });

  test("is found where the setting says, then the variable, then at home", async () => {
    const home = path.join(root, "home");
    const atHome = `${home}/.ollama/models`;
    const named = path.join(root, "named");
    for (const folder of [atHome, named]) await mkdir(path.join(folder, "manifests"), { recursive: true });
    const find = (places: { setting?: string; variable?: string }) =>
      findOllamaStore(nodeFiles, { setting: undefined, variable: undefined, home, ...places });
    assert.equal(await find({ setting: named, variable: "/nowhere" }), named);
    assert.equal(await find({ variable: named }), named);
    assert.equal(await find({}), atHome);
    assert.equal(await find({ setting: "/nowhere" }), undefined);
  });
});
