import assert from "node:assert/strict";
import { chmod, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createScanThread } from "../../../src/core/adapters/scan-thread.ts";
import type { Scanner } from "../../../src/core/ports/scanner.ts";
import type { FoundModel, StoreReport } from "../../../src/core/stores/found.ts";
import { never } from "../downloads/support.ts";
import { type Leaf, config, gguf, plant, projector, safetensors } from "./folder-tree.ts";

suite("any folder", () => {
  let root: string;
  let scanner: Scanner;
  suiteSetup(() => {
    scanner = createScanThread({ cacheFolder: undefined, version: "1", log: { warn: assert.fail } });
  });
  suiteTeardown(() => scanner.close());
  setup(async () => {
    root = await realpath(await mkdtemp(path.join(os.tmpdir(), "modeldeck-folder-")));
  });
  teardown(() => rm(root, { recursive: true, force: true }));

  async function scan(files: Readonly<Record<string, Leaf>>): Promise<StoreReport> {
    await plant(root, files);
    return scanner.scan({ store: "folder", root }, () => undefined, never);
  }
  const inside = (file: string): string => path.relative(root, file);
  const paths = (report: StoreReport): readonly string[] => report.models.map((model) => inside(model.path));
  const filesOf = (model: FoundModel | undefined): readonly string[] =>
    (model?.files ?? []).map((file) => inside(file.path)).toSorted();

  test("a repository's folder names its models and says where they come from", async () => {
    const report = await scan({
      "bartowski/Llama-3.1-8B-GGUF/Llama-3.1-8B-Q4_K_M.gguf": gguf(),
      "bartowski/Llama-3.1-8B-GGUF/Llama-3.1-8B-Q8_0.gguf": gguf(),
      "bartowski/Llama-3.1-8B-GGUF@next/Llama-3.1-8B-Q4_K_M.gguf": gguf(),
    });
    assert.deepEqual(
      report.models.map(({ family, quantization, backend, format, source }) => [
        family,
        quantization,
        backend,
        format,
        source?.reference,
      ]),
      [
        ["Llama-3.1-8B-GGUF", "Q4_K_M", "llama.cpp", "gguf", "bartowski/Llama-3.1-8B-GGUF"],
        ["Llama-3.1-8B-GGUF", "Q8_0", "llama.cpp", "gguf", "bartowski/Llama-3.1-8B-GGUF"],
        ["Llama-3.1-8B-GGUF@next", "Q4_K_M", "llama.cpp", "gguf", "bartowski/Llama-3.1-8B-GGUF"],
      ],
    );
    assert.equal(report.models[0]?.displayName, "Llama 3.1 8B (Q4_K_M)");
    assert.deepEqual(report.problems, []);
  });

  test("folders that only sort are no repositories", async () => {
    const report = await scan({
      "checkpoints/sdxl/dream.safetensors": safetensors(),
      "llms/chat/phi-4-Q4_K_M.gguf": gguf(),
      "loose-Q8_0.gguf": gguf(),
    });
    assert.deepEqual(
      report.models.map(({ family, source }) => [family, source]),
      [
        ["dream", undefined],
        ["phi-4", undefined],
        ["loose", undefined],
      ],
    );
  });

  test("parts of a split file are one model, and one that lacks a part is told", async () => {
    const part = (name: string, index: number): string => `o/r-GGUF/${name}-0000${index}-of-00002.gguf`;
    const report = await scan({
      [part("whole-Q4_K_M", 1)]: gguf(),
      [part("whole-Q4_K_M", 2)]: gguf(),
      [part("torn-Q8_0", 2)]: gguf(),
    });
    assert.deepEqual(paths(report), [part("whole-Q4_K_M", 1)]);
    assert.deepEqual(filesOf(report.models[0]), [part("whole-Q4_K_M", 1), part("whole-Q4_K_M", 2)]);
    assert.deepEqual(
      report.problems.map((one) => [inside(one.path), one.problem]),
      [[part("torn-Q8_0", 2), "1 of its 2 parts are not here. Download them, or delete the rest."]],
    );
  });

  test("a projector goes with the models it is named for, or with all of its repository, and is none itself", async () => {
    const report = await scan({
      "gemma-3-4b-it-Q4_K_M.gguf": gguf(),
      "llama-3-8b-Q4_K_M.gguf": gguf(),
      "mmproj-gemma-3-4b-it-f16.gguf": projector(),
      "o/vision-GGUF/vision-Q4_K_M.gguf": gguf(),
      "o/vision-GGUF/mmproj-F32.gguf": projector(),
      "o/vision-GGUF/mmproj-F16.gguf": projector(),
      "o/vision-GGUF/BF16/vision-BF16.gguf": gguf(),
    });
    assert.deepEqual(
      report.models.map((model) => filesOf(model)),
      [
        ["gemma-3-4b-it-Q4_K_M.gguf", "mmproj-gemma-3-4b-it-f16.gguf"],
        ["llama-3-8b-Q4_K_M.gguf"],
        ["o/vision-GGUF/BF16/vision-BF16.gguf", "o/vision-GGUF/mmproj-F16.gguf"],
        ["o/vision-GGUF/mmproj-F16.gguf", "o/vision-GGUF/vision-Q4_K_M.gguf"],
      ],
    );
  });

  test("a folder with configuration and weights is one model, whatever lies in it once more", async () => {
    const report = await scan({
      "o/chat/config.json": config,
      "o/chat/model-00001-of-00002.safetensors": safetensors(),
      "o/chat/model-00002-of-00002.safetensors": safetensors(),
      "o/chat/pytorch_model.bin": "not read",
      "o/chat/tokenizer.json": "{}",
      "o/chat/onnx/model.onnx": "not read",
      "o/chat/README.md": "words",
    });
    assert.deepEqual(paths(report), ["o/chat"]);
    assert.deepEqual(filesOf(report.models[0]), [
      "o/chat/config.json",
      "o/chat/model-00001-of-00002.safetensors",
      "o/chat/model-00002-of-00002.safetensors",
      "o/chat/onnx/model.onnx",
      "o/chat/pytorch_model.bin",
      "o/chat/tokenizer.json",
    ]);
    assert.equal(report.models[0]?.files[0]?.path, `${root}/o/chat/model-00001-of-00002.safetensors`);
    assert.equal(report.models[0]?.backend, "vllm");
  });

  test("a pipeline is one model, and the same once more in one file is another", async () => {
    const report = await scan({
      "o/sdxl/model_index.json": JSON.stringify({ _class_name: "StableDiffusionXLPipeline" }),
      "o/sdxl/unet/config.json": "{}",
      "o/sdxl/unet/diffusion_pytorch_model.safetensors": safetensors(),
      "o/sdxl/unet/diffusion_pytorch_model.fp16.safetensors": safetensors(),
      "o/sdxl/vae/diffusion_pytorch_model.safetensors": safetensors(),
      "o/sdxl/sd_xl.safetensors": safetensors(),
    });
    assert.deepEqual(paths(report), ["o/sdxl", "o/sdxl/sd_xl.safetensors"]);
    assert.equal(report.models[0]?.backend, "comfyui");
    assert.equal(report.models[0]?.files.length, 5);
  });

  test("pickles are marked unsafe, and what is still being fetched is none", async () => {
    const pickle = Buffer.concat([Buffer.from([0x80, 2]), Buffer.alloc(64)]);
    const report = await scan({
      "old.ckpt": pickle,
      "new.gguf.partial": gguf(),
      "b.safetensors.incomplete": safetensors(),
      "sha256-aa-partial": gguf(),
    });
    assert.deepEqual(paths(report), ["old.ckpt"]);
    assert.ok(report.models[0]?.characteristics.some(({ name, value }) => name === "unsafe" && value === true));
  });

  test("what lies beside a file gives its words and its picture", async () => {
    const report = await scan({
      "loras/ink.safetensors": safetensors(),
      "loras/ink.preview.png": "picture",
      "loras/ink.civitai.info": JSON.stringify({
        description: "Ink lines",
        trainedWords: ["inked"],
        baseModel: "SDXL 1.0",
      }),
      "loras/broken.safetensors": safetensors(),
      "loras/broken.json": "{",
    });
    const [broken, ink] = report.models;
    assert.equal(broken?.description, undefined);
    assert.deepEqual(
      [ink?.description, ink?.triggerWords, ink?.baseModel, ink?.preview],
      ["Ink lines", ["inked"], "SDXL 1.0", `${root}/loras/ink.preview.png`],
    );
  });

  test("stores of programs are read as theirs wherever they lie", async () => {
    const commit = "a".repeat(40);
    const report = await scan({
      [`cache/hub/models--o--r/refs/main`]: commit,
      [`cache/hub/models--o--r/snapshots/${commit}/r-Q4_K_M.gguf`]: gguf(),
      "ComfyUI/models/checkpoints/dream.safetensors": safetensors(),
      "ComfyUI/models/text_encoders/t5.safetensors": safetensors(),
      "ollama/manifests/registry.ollama.ai/library/none/latest": "{}",
      "ollama/blobs/sha256-00": "",
    });
    assert.deepEqual(
      report.models.map(({ store, family }) => [store, family]),
      [
        ["comfyui", "dream"],
        ["comfyui", "t5"],
        ["huggingface", "r"],
      ],
    );
  });

  test("links are followed once, and none runs in a circle", async () => {
    const outside = await realpath(await mkdtemp(path.join(os.tmpdir(), "modeldeck-outside-")));
    try {
      await plant(outside, { "far-Q4_K_M.gguf": gguf(), again: { link: outside } });
      const report = await scan({
        "here/near-Q4_K_M.gguf": gguf(),
        "here/up": { link: root },
        one: { link: outside },
        two: { link: outside },
        self: { link: "self" },
        "gone.gguf": { link: "nowhere" },
      });
      assert.deepEqual(paths(report), ["here/near-Q4_K_M.gguf", "one/far-Q4_K_M.gguf"]);
      assert.deepEqual(report.problems.map((one) => inside(one.path)).toSorted(), ["gone.gguf", "self"]);
    } finally {
      await rm(outside, { recursive: true, force: true });
    }
  });

  test("hidden folders and our own trash are passed by", async () => {
    const report = await scan({ ".modeldeck-trash/a-Q8_0.gguf": gguf(), "x/.cache/b-Q8_0.gguf": gguf() });
    assert.deepEqual(paths(report), []);
  });

  test("what cannot be understood or read is a row of the report, and the rest is found", async function () {
    await plant(root, {
      "good-Q8_0.gguf": gguf(),
      "empty-Q8_0.gguf": "",
      "page-Q8_0.gguf": "<!doctype html>",
      "shut/a-Q8_0.gguf": gguf(),
    });
    await symlink(`${root}/shut`, `${root}/gate`);
    if (process.getuid?.() !== 0) await chmod(`${root}/shut`, 0);
    const report = await scanner.scan({ store: "folder", root }, () => undefined, never);
    if (process.getuid?.() !== 0) await chmod(`${root}/shut`, 0o755);
    const told = new Set(report.problems.map((one) => inside(one.path)));
    assert.ok(told.has("empty-Q8_0.gguf") && told.has("page-Q8_0.gguf"));
    assert.equal(told.has("shut"), process.getuid?.() !== 0);
    assert.ok(paths(report).includes("good-Q8_0.gguf"));
  });

  test("a thousand odd names end nothing", async () => {
    const odd = ["a b", "ü", "日本", "'", '"', "%00", "#", "?", "*", "\n", "\t", "-", "--", "~", "$(x)", "‮", "e\u0301"];
    const files: Record<string, Leaf> = {};
    for (let index = 0; index < 1000; index += 1)
      files[`${odd[index % odd.length] ?? ""}${index}/${odd[(index * 7) % odd.length] ?? ""}-${index}-Q8_0.gguf`] =
        gguf();
    await plant(root, files);
    const bad = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe]), Buffer.from("-Q8_0.gguf")]);
    await symlink(`${root}/nowhere`, bad);
    const report = await scanner.scan({ store: "folder", root }, () => undefined, never);
    assert.equal(report.models.length, 1000);
    assert.equal(new Set(report.models.map((model) => model.path)).size, 1000);
    assert.deepEqual(
      report.problems.map((one) => one.problem),
      ["its name is not valid UTF-8: rename it"],
    );
  });
});
