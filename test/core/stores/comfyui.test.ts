import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { readComfyUi } from "../../../src/core/stores/comfyui.ts";
import type { FoundModel } from "../../../src/core/stores/found.ts";
import { put, safetensors, tinyModel } from "../../support/stores/model-files.ts";
import { scanStore } from "../../support/stores/scan.ts";

const kindOf = ({ characteristics }: FoundModel): unknown =>
  characteristics.find(({ name, source }) => name === "modelType" && source === "store")?.value;

const byPath = ([one]: readonly unknown[], [other]: readonly unknown[]): number =>
  String(one) < String(other) ? -1 : 1;

suite("ComfyUI's folders of models", () => {
  let root = "";
  setup(async () => {
    root = await mkdtemp(path.join(tmpdir(), "modeldeck-comfy-"));
  });
  teardown(() => rm(root, { recursive: true, force: true }));
  const scan = (extraPaths: readonly string[] = []) => scanStore(readComfyUi, { store: "comfyui", root, extraPaths });

  test("tell the kind of each file, old names and those of custom nodes too", async () => {
    await put(`${root}/models/checkpoints/sdxl/base.safetensors`, safetensors({ a: "1" }));
    await put(`${root}/models/loras/style.safetensors`, safetensors({ a: "2" }));
    await put(`${root}/models/loras/other.safetensors`, safetensors({ a: "3" }));
    await put(`${root}/models/clip/clip_l.safetensors`, safetensors({ a: "4" }));
    await put(`${root}/models/my_nodes/thing.safetensors`, safetensors({ a: "5" }));
    await put(`${root}/models/configs/v1.yaml`, "model: {}");
    await put(`${root}/models/loras/put_loras_here`, "");
    const { models, problems } = await scan();
    assert.deepEqual(problems, []);
    assert.deepEqual(
      models.map((model) => [model.path.slice(root.length + 8), kindOf(model), model.backend]).toSorted(byPath),
      [
        ["checkpoints/sdxl/base.safetensors", "checkpoint", "comfyui"],
        ["clip/clip_l.safetensors", "text encoder", "comfyui"],
        ["loras/other.safetensors", "lora", "comfyui"],
        ["loras/style.safetensors", "lora", "comfyui"],
        ["my_nodes/thing.safetensors", "my nodes", "comfyui"],
      ],
    );
    assert.ok(models.some(({ characteristics }) => characteristics.some(({ name }) => name === "lora")));
  });

  test("hold a pipeline as one model, and language models for whoever serves them", async () => {
    const pipeline = `${root}/models/diffusers/tiny-sd`;
    await put(`${pipeline}/model_index.json`, JSON.stringify({ _class_name: "StableDiffusionPipeline" }));
    await put(`${pipeline}/unet/config.json`, "{}");
    await put(`${pipeline}/unet/diffusion_pytorch_model.safetensors`, safetensors({ a: "1" }));
    await put(`${root}/models/LLM/tiny/tiny-Q8_0.gguf`, tinyModel("tiny"));
    const { models } = await scan();
    assert.deepEqual(models.map((model) => [model.path, model.backend]).toSorted(byPath), [
      [`${root}/models/LLM/tiny/tiny-Q8_0.gguf`, "llama.cpp"],
      [pipeline, "comfyui"],
    ]);
  });

  test("may lie elsewhere, as files of extra paths say; each is read once", async () => {
    const other = `${root}/webui`;
    await put(`${other}/models/Lora/one.safetensors`, safetensors({ a: "1" }));
    await put(`${other}/models/LyCORIS/two.safetensors`, safetensors({ a: "2" }));
    await put(
      `${root}/comfy/extra_model_paths.yaml`,
      `a1111:\n  base_path: ${other}\n  loras: |\n    models/Lora\n    models/LyCORIS\n  vae: models/VAE\n`,
    );
    await put(`${root}/more.yaml`, `again:\n  base_path: ${other}\n  loras: models/Lora\n`);
    await mkdir(`${root}/comfy/models`);
    const ask = {
      store: "comfyui" as const,
      root: `${root}/comfy`,
      extraPaths: [`${root}/more.yaml`, `${root}/gone.yaml`],
    };
    const { models, problems } = await scanStore(readComfyUi, ask);
    assert.deepEqual(
      models.map((model) => path.basename(model.path)),
      ["one.safetensors", "two.safetensors"],
    );
    assert.deepEqual(
      problems.map(({ path: where }) => where),
      [`${root}/comfy/extra_model_paths.yaml`, `${root}/gone.yaml`],
    );
  });

  test("may run in circles and be broken, and are read nevertheless", async () => {
    await put(`${root}/models/loras/good.safetensors`, safetensors());
    await symlink("..", `${root}/models/loras/up`);
    await symlink("self", `${root}/models/self`);
    await put(`${root}/extra_model_paths.yaml`, "a: [");
    const { models, problems } = await scan();
    assert.deepEqual(
      models.map((model) => path.basename(model.path)),
      ["good.safetensors"],
    );
    assert.deepEqual(
      problems.map(({ path: where }) => where),
      [`${root}/extra_model_paths.yaml`],
    );
  });
});
