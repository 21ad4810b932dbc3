import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { assert as check, asyncProperty, constantFrom, oneof, string, uniqueArray } from "fast-check";
import { nodeFiles } from "../../../../src/core/adapters/node-files.ts";
import { createNodeLinks } from "../../../../src/core/adapters/node-links.ts";
import { makePlan } from "../../../../src/core/downloads/make-plan.ts";
import { knownAs } from "../../../../src/core/downloads/plan.ts";
import { isBelow } from "../../../../src/core/maintenance/operations/paths.ts";
import type { HubAnalysis } from "../../../../src/core/protocol/hub.ts";
import { type Layout, layouts } from "../../../../src/core/settings.ts";
import { isFault } from "../../../../src/core/util/faults.ts";
import { sha256Of, tinyModel, tinyProjector } from "../../../support/stores/model-files.ts";
import { faultOf } from "../support.ts";
import { COMMIT, analysisOf, pathsOf, placeIn } from "./samples.ts";

suite("where the files of a download go", () => {
  let root = "";
  setup(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "modeldeck-layout-"));
  });
  teardown(() => rm(root, { recursive: true, force: true }));

  const links = createNodeLinks();
  const planIn = async (
    layout: Layout,
    analysis: HubAnalysis,
    more: { readonly subfolder?: string; readonly files?: readonly string[]; readonly format?: string } = {},
  ) =>
    makePlan(
      { files: nodeFiles, links },
      analysis,
      {
        variant: "Q4_K_M",
        ...(more.format !== undefined && { format: more.format }),
        paths: more.files ?? pathsOf(analysis.files),
      },
      placeIn(root, layout, analysis, more.subfolder),
      more,
    );
  const names = async (...given: Parameters<typeof planIn>): Promise<Readonly<Record<string, string>>> =>
    Object.fromEntries(
      (await planIn(...given)).files.map((file) => [file.path, path.relative(root, knownAs(file))] as const),
    );

  const weights = tinyModel("one");

  test("a Hugging Face cache gets blobs by their etag, names in the snapshot, and the branch as a mark", async () => {
    const plan = await planIn("hf-cache", analysisOf({ "t-Q4_K_M.gguf": weights, "sub/config.json": "{}" }));
    const repository = `${root}/models--acme--Tiny-GGUF`;
    assert.equal(plan.folder, `${repository}/snapshots/${COMMIT}`);
    assert.deepEqual(
      plan.files.map(({ target, alias }) => [target, alias]),
      [
        [`${repository}/blobs/${sha256Of(weights)}`, `${repository}/snapshots/${COMMIT}/t-Q4_K_M.gguf`],
        [
          `${repository}/blobs/9e26dfeeb6e641a33dae4961196235bdb965b21b`,
          `${repository}/snapshots/${COMMIT}/sub/config.json`,
        ],
      ],
    );
    assert.deepEqual(plan.marks, [{ path: `${repository}/refs/main`, content: COMMIT }]);
    assert.equal(plan.madeFolders[0], repository);
  });

  test("the cache is found in the folder HF_HOME names, and a commit that was asked for leaves no mark", async () => {
    await mkdir(`${root}/hub`);
    const analysis = analysisOf({ "t-Q4_K_M.gguf": weights }, { revision: COMMIT });
    const plan = await planIn("hf-cache", analysis);
    assert.equal(plan.root, `${root}/hub`);
    assert.ok(plan.files.every(({ target }) => target.startsWith(`${root}/hub/models--acme--Tiny-GGUF/blobs/`)));
    assert.equal(plan.marks, undefined);
    assert.equal(plan.location, "main");
    const request = await planIn("hf-cache", analysisOf({ "t-Q4_K_M.gguf": weights }, { revision: "refs/pr/1" }));
    assert.equal(request.marks?.[0]?.path, `${root}/hub/models--acme--Tiny-GGUF/refs/refs/pr/1`);
  });

  test("where no symbolic links can be made the files themselves lie in the snapshot", async () => {
    const analysis = analysisOf({ "t-Q4_K_M.gguf": weights });
    const without = { ...links, abilities: async () => ({ device: "1", hard: true, symbolic: false, clone: false }) };
    const plan = await makePlan(
      { files: nodeFiles, links: without },
      analysis,
      { variant: "x", paths: ["t-Q4_K_M.gguf"] },
      placeIn(root, "hf-cache", analysis),
      {},
    );
    assert.deepEqual(
      plan.files.map(({ target, alias }) => [path.relative(root, target), alias]),
      [[`models--acme--Tiny-GGUF/snapshots/${COMMIT}/t-Q4_K_M.gguf`, undefined]],
    );
  });

  test("two equal files of a repository share a blob", async () => {
    const plan = await planIn("hf-cache", analysisOf({ "a/config.json": "{}", "b/config.json": "{}" }));
    assert.equal(new Set(plan.files.map(({ target }) => target)).size, 1);
    assert.equal(new Set(plan.files.map(knownAs)).size, 2);
  });

  test("LM Studio gets publisher and model, with GGUF files right in there", async () => {
    const files = { "Q4/t-Q4_K_M.gguf": weights, "mmproj-F16.gguf": tinyProjector() };
    assert.deepEqual(await names("lm-studio", analysisOf(files), { format: "gguf" }), {
      "Q4/t-Q4_K_M.gguf": "acme/Tiny-GGUF/t-Q4_K_M.gguf",
      "mmproj-F16.gguf": "acme/Tiny-GGUF/mmproj-F16.gguf",
    });
    await mkdir(`${root}/.internal`);
    await mkdir(`${root}/models`);
    const home = await names("lm-studio", analysisOf(files, { revision: "dev" }), { format: "gguf" });
    assert.equal(home["mmproj-F16.gguf"], "models/acme/Tiny-GGUF@dev/mmproj-F16.gguf");
  });

  test("ComfyUI gets each file in the folder of its type, by what its path or its name tells", async () => {
    const told: Readonly<Record<string, string>> = {
      "split_files/diffusion_models/wan2.1_t2v.safetensors": "diffusion_models/wan2.1_t2v.safetensors",
      "split_files/text_encoders/umt5_xxl_fp8.safetensors": "text_encoders/umt5_xxl_fp8.safetensors",
      "ae.safetensors": "vae/ae.safetensors",
      "pixel-art-lora.safetensors": "loras/pixel-art-lora.safetensors",
      "clip_vision_h.safetensors": "clip_vision/clip_vision_h.safetensors",
      "t5xxl_fp16.safetensors": "text_encoders/t5xxl_fp16.safetensors",
      "4x-UltraSharp.pth": "upscale_models/4x-UltraSharp.pth",
      "control_v11p_controlnet.pth": "controlnet/control_v11p_controlnet.pth",
    };
    for (const [name, wanted] of Object.entries(told))
      assert.deepEqual(await names("comfyui", analysisOf({ [name]: weights }), { files: [name] }), { [name]: wanted });
  });

  test("ComfyUI's type is the source's own word before all, and is asked for where nothing tells", async () => {
    const said = (value: string) =>
      analysisOf(
        { "vae-like-name.safetensors": weights },
        {
          provider: "civitai",
          repository: "civitai:1",
          title: "Some",
          characteristics: [{ name: "modelType", value, source: "hub", confidence: 0.9 }],
        },
      );
    assert.deepEqual(Object.values(await names("comfyui", said("LORA"))), ["loras/vae-like-name.safetensors"]);
    assert.deepEqual(Object.values(await names("comfyui", said("TextualInversion"))), [
      "embeddings/vae-like-name.safetensors",
    ]);
    const dumb = analysisOf({ "something.safetensors": weights });
    const refused = await faultOf(planIn("comfyui", dumb));
    assert.ok(refused.code === "badArguments" && refused.path === "subfolder");
    assert.match(refused.problem, /checkpoints.*loras.*vae/);
    assert.deepEqual(Object.values(await names("comfyui", dumb, { subfolder: "checkpoints/sdxl" })), [
      "checkpoints/sdxl/something.safetensors",
    ]);
    const other = await faultOf(planIn("comfyui", dumb, { subfolder: "chekpoints" }));
    assert.ok(other.code === "badArguments" && other.problem.includes("checkpoints"));
  });

  test("ComfyUI's own folders win, then those of extra paths, and older names where they are", async () => {
    const lora = analysisOf({ "x-lora.safetensors": weights });
    await mkdir(`${root}/models/unet`, { recursive: true });
    await mkdir(`${root}/elsewhere/loras`, { recursive: true });
    await writeFile(`${root}/extra_model_paths.yaml`, `mine:\n  base_path: ${root}/elsewhere\n  loras: loras\n`);
    const plan = await planIn("comfyui", lora);
    assert.equal(plan.root, `${root}/elsewhere/loras`);
    assert.equal(plan.files[0]?.target, `${root}/elsewhere/loras/x-lora.safetensors`);
    assert.deepEqual(Object.values(await names("comfyui", analysisOf({ "diffusion_models/w.safetensors": weights }))), [
      "models/unet/w.safetensors",
    ]);
    await mkdir(`${root}/models/loras`);
    assert.deepEqual(Object.values(await names("comfyui", lora)), ["models/loras/x-lora.safetensors"]);
  });

  test("a pipeline stays whole in ComfyUI, and a single file comes without what lies beside it", async () => {
    const pipeline = { "model_index.json": "{}", "vae/config.json": "{}", "vae/model.safetensors": weights };
    assert.deepEqual(Object.values(await names("comfyui", analysisOf(pipeline))).toSorted(), [
      "diffusers/Tiny-GGUF/model_index.json",
      "diffusers/Tiny-GGUF/vae/config.json",
      "diffusers/Tiny-GGUF/vae/model.safetensors",
    ]);
    const beside = analysisOf({ "my_vae.safetensors": weights, "config.json": "{}" });
    const plan = await makePlan(
      { files: nodeFiles, links },
      beside,
      { variant: "x", paths: pathsOf(beside.files) },
      placeIn(root, "comfyui", beside),
      {},
    );
    assert.deepEqual(
      plan.files.map(({ target }) => path.relative(root, target)),
      ["vae/my_vae.safetensors"],
    );
  });

  test("what has no place in a layout is refused with the reason", async () => {
    const analysis = analysisOf({ "t-Q4_K_M.gguf": weights });
    for (const layout of ["hf-cache", "lm-studio"] as const) {
      assert.throws(
        () => placeIn(root, layout, analysis, "sub"),
        (error) => isFault(error, "badArguments"),
      );
    }
    const foreign = analysisOf({ "t.gguf": weights }, { provider: "civitai", repository: "civitai:1" });
    assert.throws(
      () => placeIn(root, "hf-cache", foreign),
      (error) => isFault(error, "badArguments"),
    );
    const named = analysisOf(
      { "x.safetensors": weights },
      { provider: "civitai", repository: "civitai:1", revision: "7", title: "../A: b/.. " },
    );
    assert.equal(path.relative(root, placeIn(root, "owner-repo", named).folder), "civitai/A- b@7");
    const clash = analysisOf({ "A.gguf": weights, "a.gguf": tinyModel("two") });
    assert.equal((await faultOf(planIn("owner-repo", clash))).code, "badArguments");
  });

  test("whatever a repository calls its files, branch and itself, nothing goes outside of the root", async () => {
    const good = constantFrom("a", "vae", "refs", "x.safetensors", "lora", "main", "B-1");
    const bad = constantFrom("..", ".", "a/../..", "/etc", "C:\\x", "con", "\0", "~", "a\\..\\..");
    const word = oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: bad }, string({ maxLength: 12 }));
    const model = oneof(word, constantFrom("acme/tiny", "owner/repo"));
    let made = 0;
    await check(
      asyncProperty(
        constantFrom(...layouts),
        uniqueArray(uniqueArray(word, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }),
        model,
        word,
        constantFrom("huggingface" as const, "civitai" as const, "url" as const),
        async (layout, paths, repository, revision, provider) => {
          const files = paths.map((parts, index) => ({
            path: parts.join("/"),
            sizeBytes: 4,
            sha256: sha256Of(String(index)),
          }));
          const analysis = { ...analysisOf({}), provider, repository, revision, title: repository, files };
          try {
            const plan = await makePlan(
              { files: nodeFiles, links },
              analysis,
              { variant: "x", paths: pathsOf(files) },
              placeIn(root, layout, analysis),
              {},
            );
            const all = [
              plan.folder === root ? `${root}/x` : plan.folder,
              ...plan.files.flatMap((file) => [file.target, knownAs(file)]),
              ...(plan.marks ?? []).map((mark) => mark.path),
            ];
            made += 1;
            for (const one of all) assert.ok(isBelow(path.normalize(one), root) && one === path.normalize(one), one);
          } catch (error) {
            if (!isFault(error, "badArguments")) throw error;
          }
        },
      ),
      { numRuns: 300 },
    );
    assert.ok(made >= 20, `${made} plans`);
    assert.deepEqual(await nodeFiles.list(root), []);
  });
});
