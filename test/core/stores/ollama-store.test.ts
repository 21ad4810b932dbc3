import assert from "node:assert/strict";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StoreDisk } from "../../../src/core/ports/store-disk.ts";
import { readOllamaModels } from "../../../src/core/stores/ollama-store.ts";
import { fault } from "../../../src/core/util/faults.ts";
import { safetensors, sha256Of, tinyModel, tinyProjector, put } from "../../support/stores/model-files.ts";
import { putOllama } from "../../support/stores/ollama.ts";
import { scanStore } from "../../support/stores/scan.ts";

const LIBRARY = "registry.ollama.ai/library";

suite("Ollama's store on the disk", () => {
  let root = "";
  setup(async () => {
    root = await mkdtemp(path.join(tmpdir(), "modeldeck-ollama-store-"));
  });
  teardown(() => rm(root, { recursive: true, force: true }));
  const scan = (change?: (disk: StoreDisk) => StoreDisk) =>
    scanStore(readOllamaModels, { store: "ollama", root }, change);

  test("gives each name and tag with its blobs, their digests, and what all of them say", async () => {
    const weights = tinyModel("see");
    await putOllama(root, `${LIBRARY}/see/7b-q4_K_M`, {
      layers: [
        ["template", "{{ if .Tools }}{{ .Tools }}{{ end }}{{ .Prompt }}"],
        ["model", weights],
        ["license", "MIT License\n"],
        ["projector", tinyProjector()],
      ],
      config: { model_format: "gguf", model_type: "7.1B", file_type: "Q4_K_M", capabilities: ["completion", "vision"] },
    });
    const { models, problems } = await scan();
    assert.deepEqual(problems, []);
    assert.equal(models.length, 1);
    const [model] = models;
    assert.deepEqual(
      [model?.servedModelId, model?.family, model?.backend, model?.format, model?.quantization, model?.path],
      ["see:7b-q4_K_M", "see-7b", "ollama", "gguf", "Q4_K_M", `${root}/blobs/sha256-${sha256Of(weights)}`],
    );
    assert.equal(model?.files[0]?.sha256, sha256Of(weights));
    assert.equal(model.files.length, 5);
    const says = (name: string, source: string): unknown =>
      model.characteristics.find((one) => one.name === name && one.source === source)?.value;
    assert.deepEqual(
      [says("tools", "template"), says("vision", "store"), says("licence", "store"), says("context", "gguf")],
      [true, true, "mit", 2048],
    );
    const keys = model.characteristics.map(({ name, source }) => `${name} ${source}`);
    assert.equal(new Set(keys).size, keys.length);
  });

  test("gives two tags of the same weights as two models of one blob", async () => {
    const weights = tinyModel("same");
    for (const tag of ["latest", "1b"])
      await putOllama(root, `${LIBRARY}/same/${tag}`, { layers: [["model", weights]] });
    const { models } = await scan();
    assert.deepEqual(new Set(models.map(({ servedModelId }) => servedModelId)), new Set(["same:1b", "same:latest"]));
    assert.equal(new Set(models.map((model) => model.path)).size, 1);
  });

  test("knows what was pulled from a hub, and whose it is", async () => {
    await putOllama(root, "hf.co/acme/Tiny-GGUF/Q4_K_M", { layers: [["model", tinyModel("hub")]] });
    const [model] = (await scan()).models;
    assert.deepEqual(model?.source, { provider: "huggingface", reference: "acme/Tiny-GGUF" });
    assert.equal(model.servedModelId, "hf.co/acme/Tiny-GGUF:Q4_K_M");
  });

  test("leaves out what runs in the cloud, without a word", async () => {
    await putOllama(root, `${LIBRARY}/far/cloud`, {
      layers: [["license", "x"]],
      config: { remote_host: "example.org" },
    });
    assert.deepEqual(await scan(), { models: [], problems: [] });
  });

  test("gives weights that are many tensors by what the configuration says", async () => {
    await putOllama(root, `${LIBRARY}/many/latest`, {
      layers: [
        ["tensor", safetensors({ one: "1" })],
        ["tensor", safetensors({ two: "2" })],
      ],
      config: { model_format: "safetensors", model_type: "3B", file_type: "F16" },
    });
    const [model] = (await scan()).models;
    assert.deepEqual([model?.format, model?.quantization, model?.files.length], ["safetensors", "F16", 3]);
  });

  test("says what is broken, and goes on", async () => {
    await putOllama(root, `${LIBRARY}/good/latest`, { layers: [["model", tinyModel("good")]] });
    const cut = tinyModel("cut");
    const cutManifest = await putOllama(root, `${LIBRARY}/cut/latest`, { layers: [["model", cut]] });
    await writeFile(`${root}/blobs/sha256-${sha256Of(cut)}`, cut.subarray(0, 20));
    const gone = tinyModel("gone");
    const goneManifest = await putOllama(root, `${LIBRARY}/gone/latest`, { layers: [["model", gone]] });
    await rm(`${root}/blobs/sha256-${sha256Of(gone)}`);
    const broken = await put(`${root}/manifests/${LIBRARY}/broken/latest`, "{");
    await symlink("circle", `${root}/manifests/circle`);
    await put(`${root}/manifests/.DS_Store`, "x");
    const { models, problems } = await scan();
    assert.deepEqual(
      models.map(({ servedModelId }) => servedModelId),
      ["good:latest"],
    );
    assert.deepEqual(
      problems.map(({ path: where }) => where),
      [broken, cutManifest, goneManifest],
    );
    assert.match(problems[1]?.problem ?? "", /ollama pull cut:latest/);
  });

  test("of the service's user says how to be let in", async () => {
    await putOllama(root, `${LIBRARY}/good/latest`, { layers: [["model", tinyModel("good")]] });
    // Tests may run as root, from whom nothing is kept.
    const locked = (disk: StoreDisk): StoreDisk => ({
      ...disk,
      list: (folder) => {
        throw fault({ code: "fileUnreadable", path: folder, reason: "permission denied" });
      },
    });
    const { models, problems } = await scan(locked);
    assert.deepEqual(models, []);
    assert.equal(problems[0]?.path, `${root}/manifests`);
    assert.match(problems[0].problem, /usermod -aG ollama/);
  });
});
