import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { readSettings } from "../../../src/core/settings.ts";
import type { StoreKind } from "../../../src/core/stores/found.ts";
import { withNamedInvoke } from "../../../src/core/stores/invokeai-named.ts";
import { huggingFacePlaces, invokeAiPlaces, storePlaces } from "../../../src/core/stores/places.ts";

suite("where stores lie", () => {
  let home = "";
  setup(async () => {
    home = await mkdtemp(path.join(tmpdir(), "modeldeck-places-"));
  });
  teardown(() => rm(home, { recursive: true, force: true }));

  const places = (kind: StoreKind, settings: Readonly<Record<string, unknown>> = {}, env = {}) =>
    storePlaces(kind, { env, home, settings: readSettings(settings, `${home}/storage`).settings }, nodeFiles);
  const folder = async (name: string): Promise<string> => {
    await mkdir(`${home}/${name}`, { recursive: true });
    return `${home}/${name}`;
  };

  test("the cache of Hugging Face is where the first of its variables says", () => {
    const env = { HF_HUB_CACHE: "/a", HUGGINGFACE_HUB_CACHE: "/b", HF_HOME: "/c", XDG_CACHE_HOME: "/d" };
    assert.deepEqual(huggingFacePlaces(env, "/home/me"), ["/a"]);
    assert.deepEqual(huggingFacePlaces({ ...env, HF_HUB_CACHE: "" }, "/home/me"), ["/b"]);
    assert.deepEqual(huggingFacePlaces({ HF_HOME: "~/hf/", XDG_CACHE_HOME: "/d" }, "/home/me"), ["/home/me/hf/hub"]);
    assert.deepEqual(huggingFacePlaces({ XDG_CACHE_HOME: "/d" }, "/home/me"), ["/d/huggingface/hub"]);
    assert.deepEqual(huggingFacePlaces({}, "C:\\Users\\me"), ["C:/Users/me/.cache/huggingface/hub"]);
    assert.deepEqual(huggingFacePlaces({}, undefined), []);
  });

  test("InvokeAI is where its variable says, else at home", () => {
    assert.deepEqual(invokeAiPlaces({ INVOKEAI_ROOT: "/i/" }, "/home/me"), ["/i"]);
    assert.deepEqual(invokeAiPlaces({}, "/home/me"), ["/home/me/invokeai"]);
  });

  test("what is not there is left out, and locations of that layout come first", async () => {
    const cache = await folder("other-cache");
    assert.deepEqual(await places("huggingface"), []);
    const own = await folder(".cache/huggingface/hub");
    const locations = { hub: { path: cache, layout: "hf-cache" }, plain: { path: home, layout: "flat" } };
    assert.deepEqual(await places("huggingface", { locations }), [cache, own]);
    assert.deepEqual(await places("folder", { locations }), [home]);
    assert.deepEqual(await places("comfyui", { locations }), []);
  });

  test("what a person named goes before what programs say", async () => {
    const studio = await folder("studio");
    assert.deepEqual(await places("lmstudio", { "lmstudio.root": studio }), [studio]);
    const models = await folder("studio/models");
    assert.deepEqual(await places("lmstudio", { "lmstudio.root": studio }), [models]);
    const comfy = await folder("comfy");
    assert.deepEqual(await places("comfyui", { "comfyui.root": comfy }), [comfy]);
    const invoke = await folder("art");
    const env = { INVOKEAI_ROOT: await folder("other") };
    for (const named of [
      { "invokeai.database": `${invoke}/databases/invokeai.db` },
      { "invokeai.database": `${invoke}/mine.db`, "invokeai.models": "/elsewhere/models" },
      { "invokeai.models": `${invoke}/models` },
    ])
      assert.deepEqual(await places("invokeai", named, env), [invoke], JSON.stringify(named));
    assert.deepEqual(await places("invokeai", {}, env), [env.INVOKEAI_ROOT]);
  });

  test("the database and models that were named are those of that InvokeAI alone", () => {
    const named = { database: "/art/databases/own.db", models: "/weights" };
    const asks = [
      { store: "invokeai", root: "/art" },
      { store: "invokeai", root: "/other" },
      { store: "comfyui", root: "/art" },
    ] as const;
    assert.deepEqual(withNamedInvoke(asks, named), [{ ...asks[0], ...named }, asks[1], asks[2]]);
    // A folder may be written with a slash at its end: its files have one name all the same.
    assert.deepEqual(withNamedInvoke(asks, { ...named, models: "/weights/" }), withNamedInvoke(asks, named));
    assert.deepEqual(withNamedInvoke(asks, { database: undefined, models: undefined }), asks);
  });

  test("LM Studio's home is where it points to, and its settings may name another folder", async () => {
    const usual = await folder(".lmstudio/models");
    assert.deepEqual(await places("lmstudio"), [usual]);
    const older = await folder(".cache/lm-studio/models");
    assert.deepEqual(await places("lmstudio"), [older]);
    const pointed = await folder("apps/lms");
    const models = await folder("apps/lms/models");
    await writeFile(`${home}/.lmstudio-home-pointer`, `${pointed}\n`);
    assert.deepEqual(await places("lmstudio"), [models]);
    const big = await folder("big");
    await writeFile(`${pointed}/settings.json`, JSON.stringify({ downloadsFolder: big }));
    assert.deepEqual(await places("lmstudio"), [big]);
    await writeFile(`${pointed}/settings.json`, "{broken");
    assert.deepEqual(await places("lmstudio"), [models]);
  });

  test("Ollama's store is where its setting or its variable says", async () => {
    await folder("store/manifests");
    assert.deepEqual(await places("ollama", { "ollama.models": `${home}/store` }), [`${home}/store`]);
    assert.deepEqual(await places("ollama", {}, { OLLAMA_MODELS: `${home}/store` }), [`${home}/store`]);
    assert.deepEqual(await places("ollama", {}, { OLLAMA_MODELS: `${home}/none` }), []);
  });
});
