import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { readHuggingFaceCache } from "../../../src/core/stores/huggingface-cache.ts";
import { readLmStudio } from "../../../src/core/stores/lm-studio.ts";
import { cacheRevision } from "../../support/stores/hub-cache.ts";
import { gitSha1Of, put, safetensors, sha256Of, tinyModel, tinyProjector } from "../../support/stores/model-files.ts";
import { scanStore } from "../../support/stores/scan.ts";

const A = "a".repeat(40);
const B = "b".repeat(40);
const config = JSON.stringify({ architectures: ["LlamaForCausalLM"], model_type: "llama" });

suite("a cache of Hugging Face", () => {
  let root = "";
  setup(async () => {
    root = await mkdtemp(path.join(tmpdir(), "modeldeck-hf-"));
  });
  teardown(() => rm(root, { recursive: true, force: true }));
  const scan = (at = root) => scanStore(readHuggingFaceCache, { store: "huggingface", root: at });

  test("gives a model by its name in the snapshot, with the digest its blob is named by", async () => {
    const weights = tinyModel("one");
    const snapshot = await cacheRevision(root, "acme/Tiny-GGUF", {
      commit: A,
      refs: ["main"],
      files: { "tiny-Q4_K_M.gguf": weights, "README.md": "# Tiny" },
    });
    const { models, problems } = await scan();
    assert.deepEqual(problems, []);
    assert.equal(models.length, 1);
    const [model] = models;
    assert.equal(model?.path, `${snapshot}/tiny-Q4_K_M.gguf`);
    assert.equal(model.files[0]?.sha256, sha256Of(weights));
    assert.equal(model.files[0].sizeBytes, weights.length);
    assert.deepEqual(model.source, { provider: "huggingface", reference: "acme/Tiny-GGUF", revision: A });
    assert.deepEqual(
      [model.family, model.backend, model.format, model.store],
      ["Tiny-GGUF", "llama.cpp", "gguf", "huggingface"],
    );
    assert.ok(model.characteristics.some(({ name, value }) => name === "context" && value === 2048));
  });

  test("gives another revision only where it holds other weights", async () => {
    const shared = tinyModel("shared");
    await cacheRevision(root, "acme/tiny", { commit: A, refs: ["main"], files: { "t-Q8_0.gguf": shared } });
    await cacheRevision(root, "acme/tiny", { commit: B, files: { "t-Q8_0.gguf": shared, "README.md": "new words" } });
    assert.equal((await scan()).models.length, 1);
    await cacheRevision(root, "acme/tiny", {
      commit: "c".repeat(40),
      refs: ["pr/1"],
      files: { "t-Q8_0.gguf": tinyModel("other") },
    });
    const { models } = await scan();
    assert.deepEqual(
      models.map(({ family, source }) => [family, source?.revision]),
      [
        ["tiny", A],
        ["tiny@pr-1", "c".repeat(40)],
      ],
    );
  });

  test("takes the newest snapshot where nothing says which is the main one", async () => {
    const older = await cacheRevision(root, "acme/tiny", { commit: A, files: { "t.gguf": tinyModel("old") } });
    await cacheRevision(root, "acme/tiny", { commit: B, files: { "t.gguf": tinyModel("new") } });
    await utimes(older, 1000, 1000);
    const { models } = await scan();
    assert.deepEqual(
      models.map(({ family, source }) => [family, source?.revision]),
      [
        ["tiny", B],
        [`tiny@${A.slice(0, 12)}`, A],
      ],
    );
  });

  test("as Windows has it, without links, is read as well and has no digests", async () => {
    await cacheRevision(root, "gpt2", {
      commit: A,
      refs: ["main"],
      copies: true,
      files: { "model.safetensors": safetensors(), "config.json": config },
    });
    const { models, problems } = await scan();
    assert.deepEqual(problems, []);
    assert.deepEqual(
      models.map(({ family, source, path }) => [family, source?.reference, path]),
      [["gpt2", "gpt2", `${root}/models--gpt2/snapshots/${A}`]],
    );
    assert.equal(models[0]?.files[0]?.sha256, undefined);
  });

  test("is found in the folder that HF_HOME names", async () => {
    await cacheRevision(`${root}/hub`, "acme/tiny", { commit: A, refs: ["main"], files: { "t.gguf": tinyModel("x") } });
    assert.equal((await scan()).models.length, 1);
  });

  test("goes on after what is broken, and says it", async () => {
    await cacheRevision(root, "acme/good", { commit: A, refs: ["main"], files: { "t.gguf": tinyModel("x") } });
    const bad = await cacheRevision(root, "acme/bad", { commit: A, files: { "t.gguf": tinyModel("y") } });
    await symlink("../../blobs/gone", `${bad}/gone.gguf`);
    await symlink(".", `${bad}/circle`);
    await symlink("self", `${root}/models--acme--self`);
    await symlink("self", `${root}/self`);
    await put(`${root}/models--acme--good/blobs/${"d".repeat(64)}.12ab34cd.incomplete`, "half");
    await put(`${root}/models--acme--bad/refs/main`, "no commit at all");
    await mkdir(`${root}/models--acme--empty`);
    await put(`${root}/models--acme--file`, "");
    await put(`${root}/version.txt`, "1");
    const { models, problems } = await scan();
    assert.deepEqual(models.map(({ family }) => family).toSorted(), ["bad", "good"]);
    assert.deepEqual(
      problems.map(({ path: where }) => where),
      [`${bad}/gone.gguf`],
    );
  });
});

suite("a store of LM Studio", () => {
  let root = "";
  setup(async () => {
    root = await mkdtemp(path.join(tmpdir(), "modeldeck-lms-"));
  });
  teardown(() => rm(root, { recursive: true, force: true }));
  const scan = () => scanStore(readLmStudio, { store: "lmstudio", root });

  test("holds models below their publishers, projectors with theirs, folders for MLX", async () => {
    await put(`${root}/acme/See-GGUF/see-Q4_K_M.gguf`, tinyModel("see"));
    await put(`${root}/acme/See-GGUF/mmproj-see-F16.gguf`, tinyProjector());
    await put(`${root}/mlx-community/Tiny-4bit/model.safetensors`, safetensors({ format: "mlx" }));
    await put(`${root}/mlx-community/Tiny-4bit/config.json`, config);
    await put(`${root}/imported-models/uncategorized/own-Q8_0.gguf`, tinyModel("own"));
    await put(`${root}/.internal/cache.json`, "{}");
    const { models, problems } = await scan();
    assert.deepEqual(problems, []);
    assert.deepEqual(
      models.map(({ family, backend, source, files }) => [family, backend, source?.reference, files.length]),
      [
        ["See-GGUF", "llama.cpp", "acme/See-GGUF", 2],
        ["uncategorized", "llama.cpp", undefined, 1],
        ["Tiny-4bit", "mlx", "mlx-community/Tiny-4bit", 2],
      ],
    );
  });

  test("filled by the hub's tools, has digests for what was not changed since", async () => {
    const weights = tinyModel("noted");
    const folder = `${root}/acme/Noted`;
    const file = await put(`${folder}/noted-Q8_0.gguf`, weights);
    const note = `${folder}/.cache/huggingface/download/noted-Q8_0.gguf.metadata`;
    await put(note, `${A}\n${sha256Of(weights)}\n${Date.now() / 1000 + 5}\n`);
    const noted = (await scan()).models[0];
    assert.equal(noted?.files[0]?.sha256, sha256Of(weights));
    assert.equal(noted.source?.revision, A);
    const later = Date.now() / 1000 + 60;
    await utimes(file, later, later);
    assert.equal((await scan()).models[0]?.files[0]?.sha256, undefined);
    await put(note, `${A}\n${gitSha1Of(weights)}\n${later}\n`);
    assert.equal((await scan()).models[0]?.files[0]?.gitSha1, gitSha1Of(weights));
  });

  test("is read through its home, and through links to other disks", async () => {
    await put(`${root}/elsewhere/Linked/l-Q8_0.gguf`, tinyModel("l"));
    await mkdir(`${root}/home/.internal`, { recursive: true });
    await mkdir(`${root}/home/models`);
    await symlink(`${root}/elsewhere`, `${root}/home/models/acme`);
    await symlink("gone", `${root}/home/models/gone`);
    const { models } = await scanStore(readLmStudio, { store: "lmstudio", root: `${root}/home` });
    assert.deepEqual(
      models.map((model) => model.path),
      [`${root}/home/models/acme/Linked/l-Q8_0.gguf`],
    );
  });
});
