import assert from "node:assert/strict";
import { readChoices } from "../../../src/core/sources/choices.ts";

const listing = (names: Readonly<Record<string, number>>) =>
  Object.entries(names).map(([path, sizeBytes]) => ({ path, sizeBytes }));
const choicesOf = (names: Readonly<Record<string, number>>, repository = "owner/repo") =>
  readChoices(repository, listing(names)).choices;

suite("what a person can choose from", () => {
  test("one choice for each quantization, smallest first, with its size", () => {
    const choices = choicesOf({
      "m-Q8_0.gguf": 8_500_000_000,
      "m-Q4_K_M.gguf": 4_900_000_000,
      "README.md": 5000,
      LICENSE: 100,
      "config.json": 20,
    });
    assert.deepEqual(
      choices.map((one) => one.label),
      ["Q4_K_M · 4.9 GB", "Q8_0 · 8.5 GB"],
    );
    assert.deepEqual(choices[0]?.files, ["m-Q4_K_M.gguf"]);
  });

  test("parts of a split model are one choice, in order", () => {
    const [choice, ...more] = choicesOf({ "m-Q4_K_M-00002-of-00002.gguf": 2, "m-Q4_K_M-00001-of-00002.gguf": 3 });
    assert.equal(more.length, 0);
    assert.deepEqual(choice?.files, ["m-Q4_K_M-00001-of-00002.gguf", "m-Q4_K_M-00002-of-00002.gguf"]);
    assert.equal(choice?.sizeBytes, 5);
  });

  test("one projector goes with every model, F16 before others; it is no choice itself", () => {
    const { files, choices } = readChoices(
      "owner/repo",
      listing({
        "m-Q4_K_M.gguf": 10,
        "m-Q8_0.gguf": 20,
        "mmproj-BF16.gguf": 2,
        "mmproj-F16.gguf": 2,
        "mmproj-F32.gguf": 4,
        "mtp-Q8_0.gguf": 1,
      }),
    );
    assert.deepEqual(
      choices.map((one) => one.files),
      [
        ["m-Q4_K_M.gguf", "mmproj-F16.gguf"],
        ["m-Q8_0.gguf", "mmproj-F16.gguf"],
      ],
    );
    assert.equal(files.find((file) => file.path === "mmproj-F16.gguf")?.companionOf, "*");
  });

  test("a projector of the only model names it", () => {
    const { files } = readChoices("owner/repo", listing({ "m-Q4_K_M.gguf": 10, "mmproj-F16.gguf": 2 }));
    assert.equal(files.find((file) => file.path === "mmproj-F16.gguf")?.companionOf, "m-Q4_K_M.gguf");
  });

  test("safetensors bring configuration, tokenizer and their own index", () => {
    const [choice] = choicesOf({
      "model-00001-of-00002.safetensors": 10,
      "model-00002-of-00002.safetensors": 10,
      "model.safetensors.index.json": 1,
      "config.json": 1,
      "tokenizer.json": 1,
      "tokenizer.model": 1,
      "modeling_x.py": 1,
      "README.md": 1,
    });
    assert.deepEqual(choice?.files, [
      "model-00001-of-00002.safetensors",
      "model-00002-of-00002.safetensors",
      "model.safetensors.index.json",
      "config.json",
      "tokenizer.json",
      "tokenizer.model",
    ]);
    assert.equal(choice?.label, "safetensors · 24 B");
  });

  test("weights that nothing else tells apart are told apart by their stem", () => {
    const labels = choicesOf({
      "a-Q4_K_M.gguf": 1,
      "b-Q4_K_M.gguf": 2,
      "consolidated.safetensors": 3,
      "model.safetensors": 4,
    }).map((one) => one.label);
    assert.deepEqual(labels, ["Q4_K_M (a) · 1 B", "Q4_K_M (b) · 2 B", "consolidated · 3 B", "model · 4 B"]);
  });

  test("a repository's name tells the quantization of safetensors", () => {
    assert.equal(choicesOf({ "model.safetensors": 4 }, "owner/Qwen-AWQ")[0]?.quantization, "AWQ");
  });

  test("a pipeline in folders is one choice, each of its variants another, and so is all of it in one file", () => {
    const choices = choicesOf({
      "model_index.json": 1,
      "unet/model.safetensors": 10,
      "unet/model.fp16.safetensors": 5,
      "unet/model.non_ema.safetensors": 10,
      "vae/model.safetensors": 3,
      "vae/config.json": 1,
      "all-in-one.safetensors": 20,
    });
    assert.deepEqual(
      choices.map(({ label, variant, quantization }) => [label, variant, quantization]),
      [
        ["diffusers fp16 · 10 B", "fp16", "FP16"],
        ["diffusers · 15 B", undefined, undefined],
        ["diffusers non_ema · 15 B", "non_ema", undefined],
        ["all-in-one · 20 B", undefined, undefined],
      ],
    );
    assert.deepEqual(choices[0]?.files, [
      "unet/model.fp16.safetensors",
      "vae/model.safetensors",
      "model_index.json",
      "vae/config.json",
    ]);
  });

  test("an index goes with the variant whose parts it names", () => {
    const names = {
      "model_index.json": 1,
      "unet/model-00001-of-00002.safetensors": 10,
      "unet/model-00002-of-00002.safetensors": 10,
      "unet/model.safetensors.index.json": 1,
      "unet/model.fp16-00001-of-00002.safetensors": 5,
      "unet/model.fp16-00002-of-00002.safetensors": 5,
      "unet/model.safetensors.index.fp16.json": 1,
    };
    assert.deepEqual(
      choicesOf(names).map((one) => one.files.filter((path) => path.includes(".index."))),
      [["unet/model.safetensors.index.fp16.json"], ["unet/model.safetensors.index.json"]],
    );
  });

  test("what no program loads, and what is there once more, is optional", () => {
    const optionalOf = (paths: readonly string[]) =>
      readChoices("owner/repo", listing(Object.fromEntries(paths.map((path) => [path, 1]))))
        .files.filter(({ optional }) => optional === true)
        .map(({ path }) => path);
    const needed = [
      "README.md",
      "LICENSE",
      "config.json",
      "tokenizer.json",
      "model.safetensors",
      "scheduler/scheduler_config.json",
    ];
    const spare = [
      "preview.png",
      "assets/clip.mp4",
      "training_args.bin",
      "optimizer.pt",
      "checkpoint-500/model.safetensors",
      "runs/events.out.tfevents.1",
      "pytorch_model.bin",
      "tf_model.h5",
      "flax_model.msgpack",
      "onnx/model.onnx",
      "original/consolidated.00.pth",
      ".gitattributes",
    ];
    assert.deepEqual(optionalOf([...needed, ...spare]), spare);
    assert.deepEqual(optionalOf(["pytorch_model.bin", "config.json", "onnx/model.onnx"]), []);
  });

  test("a pickle is warned of, safetensors are not", () => {
    const { files } = readChoices("owner/repo", listing({ "a.bin": 1, "a.safetensors": 1, "config.json": 1 }));
    assert.deepEqual(
      files.filter(({ warning }) => warning !== undefined).map(({ path }) => path),
      ["a.bin"],
    );
  });

  test("a repository without weights offers nothing, and fails nowhere", () => {
    assert.deepEqual(choicesOf({ "README.md": 1, "data.csv": 2 }), []);
  });
});
