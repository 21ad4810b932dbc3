import assert from "node:assert/strict";
import { lstat, readFile, readlink } from "node:fs/promises";
import path from "node:path";
import { layouts } from "../../../../src/core/settings.ts";
import { targetsOf } from "../../../../src/core/downloads/targets-of.ts";
import type { DownloadRequest } from "../../../../src/core/downloads/queue.ts";
import { tinyModel } from "../../../support/stores/model-files.ts";
import { type QueueOptions, type QueueWorld, openQueue, temporary, until, untilState } from "../queue-support.ts";
import { type TestHub, CRAWL, hubWith, namesBelow, never, sampleBytes, sha256Of } from "../support.ts";

const WEIGHTS = Buffer.from(tinyModel("queue"));
const LARGE = sampleBytes(300_000, 5);
const CONTENTS = {
  "owner/tiny//Q4/tiny-Q4_K_M.gguf": WEIGHTS,
  "owner/tiny//README.md": "# Tiny",
  "owner/large//large-Q4_K_M.gguf": LARGE,
  "owner/tensors//model.safetensors": sampleBytes(50_000, 9),
  "base/tensors//config.json": '{"model_type":"llama"}',
  "base/tensors//tokenizer.json": '{"a":1}',
};

suite("the download queue in each layout", () => {
  let hub: TestHub;
  let storage: { readonly folder: string; remove(): Promise<void> };
  let world: QueueWorld;
  let models: string;
  const open = async (options: Partial<QueueOptions> = {}, bytesPerSecond?: number): Promise<void> => {
    hub = await hubWith(CONTENTS, bytesPerSecond === undefined ? {} : { bytesPerSecond });
    storage = await temporary();
    models = path.join(storage.folder, "models");
    world = await openQueue(hub.hub, { storage: storage.folder, models, stores: [models], ...options });
  };
  teardown(async () => {
    await world.close();
    await hub.close();
    await storage.remove();
  });
  const add = async (request: DownloadRequest): Promise<string> => {
    const [id] = await world.queue.add(request, never);
    return id ?? assert.fail();
  };
  const fetched = (file: string): number =>
    hub.hub.requests.filter(({ url, bytes }) => url.includes(file) && bytes > 0).length;

  const commit = (): string => hub.hub.commit("owner/tiny");
  const names = {
    "owner-repo": () => "owner/tiny/Q4/tiny-Q4_K_M.gguf",
    flat: () => "Q4/tiny-Q4_K_M.gguf",
    "lm-studio": () => "owner/tiny/tiny-Q4_K_M.gguf",
    "hf-cache": () => `models--owner--tiny/snapshots/${commit()}/Q4/tiny-Q4_K_M.gguf`,
    comfyui: () => "diffusion_models/tiny-Q4_K_M.gguf",
  };
  for (const layout of layouts)
    test(`puts a model where ${layout} has it, and its entry names it so`, async () => {
      await open({ layout });
      const subfolder = layout === "comfyui" ? "diffusion_models" : undefined;
      const id = await add({ model: "owner/tiny", subfolder });
      const done = await untilState(world.queue, id, "done");
      const { entry, reason } = done;
      assert.equal(reason, undefined);
      const at = path.join(models, names[layout]());
      assert.deepEqual([...targetsOf([{ ...done, state: "running" }])], [at]);
      assert.deepEqual(await readFile(at), WEIGHTS);
      const shown = await world.registry.show(entry ?? "");
      assert.equal(shown.path, at);
      assert.deepEqual(
        shown.files.map((file) => [file.path, file.proof]),
        [[at, "sha256"]],
      );
      assert.equal(shown.format, "gguf");
      assert.ok(shown.characteristics.some(({ name, value }) => name === "context" && value === 2048));
      if (layout !== "hf-cache") return;
      assert.equal(await readlink(at), `../../../blobs/${sha256Of(WEIGHTS)}`);
      assert.equal(await readFile(path.join(models, "models--owner--tiny/refs/main"), "utf8"), commit());
    });

  test("takes the bytes from where they are into a cache, fetching none, and links them out", async () => {
    await open();
    const first = await add({ model: "owner/tiny" });
    await untilState(world.queue, first, "done");
    hub.hub.forget();
    await world.close();
    const cache = path.join(storage.folder, "cache");
    const program = path.join(storage.folder, "program");
    world = await openQueue(hub.hub, {
      storage: storage.folder,
      models: cache,
      layout: "hf-cache",
      stores: [models],
      generation: 2,
    });
    const id = await add({ model: "owner/tiny", location: "main", linkOut: [program] });
    const done = await untilState(world.queue, id, "done");
    assert.equal(done.reason, undefined);
    assert.equal(done.files[0]?.reusedFrom, path.join(models, "owner/tiny/Q4/tiny-Q4_K_M.gguf"));
    assert.equal(fetched("tiny-Q4_K_M.gguf"), 0);
    assert.ok((await lstat(path.join(program, "tiny-Q4_K_M.gguf"))).isSymbolicLink());
    assert.deepEqual(await readFile(path.join(program, "tiny-Q4_K_M.gguf")), WEIGHTS);
  });

  test("cancelled on the way into a cache, it leaves nothing at all", async () => {
    await open({ layout: "hf-cache" }, CRAWL);
    const id = await add({ model: "owner/large" });
    await until(world.queue, (one) => one.id === id && one.bytesDone > 0);
    await world.queue.cancel({ ids: [id] });
    assert.deepEqual(await namesBelow(models), []);
    assert.equal(await lstat(path.join(models, "models--owner--large")).catch(() => undefined), undefined);
  });

  test("fetches configuration of a support repository with the model", async () => {
    await open();
    const id = await add({ model: "owner/tensors", supportRepo: "base/tensors" });
    const done = await untilState(world.queue, id, "done");
    const folder = path.join(models, "owner/tensors");
    assert.deepEqual(await namesBelow(folder), ["config.json", "model.safetensors", "tokenizer.json"]);
    assert.equal(await readFile(path.join(folder, "tokenizer.json"), "utf8"), '{"a":1}');
    assert.equal((await world.registry.show(done.entry ?? "")).files.length, 3);
  });
});
