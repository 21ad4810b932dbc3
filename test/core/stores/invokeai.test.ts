import assert from "node:assert/strict";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import path from "node:path";
import { readInvokeAi } from "../../../src/core/stores/invokeai.ts";
import { invokeVersions, makeInvokeDatabase } from "../../support/stores/invokeai.ts";
import { put, safetensors, sha256Of } from "../../support/stores/model-files.ts";
import { scanStore } from "../../support/stores/scan.ts";
import { startSqliteWriter } from "../../support/stores/sqlite-writer.ts";

suite("InvokeAI's list of models", () => {
  let root = "";
  setup(async () => {
    root = await mkdtemp(path.join(tmpdir(), "modeldeck-invoke-"));
  });
  teardown(() => rm(root, { recursive: true, force: true }));
  const scan = () => scanStore(readInvokeAi, { store: "invokeai", root });
  const plain = { key: "k1", name: "Foo XL", base: "sdxl", type: "main", path: "sdxl/main/foo.safetensors" };

  for (const version of invokeVersions)
    test(`of version ${version} gives each model where it lies, with what it says of it`, async () => {
      const weights = safetensors({ a: "1" });
      await put(`${root}/models/${plain.path}`, weights);
      const outside = await put(`${root}/own/style.safetensors`, safetensors({ a: "2" }));
      await put(`${root}/models/model_images/k2.webp`, "picture");
      await makeInvokeDatabase(root, version, [
        { ...plain, hash: `sha256:${sha256Of(weights)}`, description: "Fine pictures" },
        {
          key: "k2",
          name: "Style",
          base: "sdxl",
          type: "lora",
          path: outside,
          trigger_phrases: ["in style"],
          source: "acme/style",
          source_type: "hf_repo_id",
        },
      ]);
      const { models, problems } = await scan();
      assert.deepEqual(problems, []);
      const [main, lora] = models;
      assert.deepEqual(
        [main?.path, main?.displayName, main?.description, main?.baseModel, main?.files[0]?.sha256],
        [`${root}/models/${plain.path}`, "Foo XL", "Fine pictures", "sdxl", sha256Of(weights)],
      );
      assert.deepEqual(
        [lora?.path, lora?.triggerWords, lora?.source, lora?.preview],
        [
          outside,
          ["in style"],
          { provider: "huggingface", reference: "acme/style" },
          `${root}/models/model_images/k2.webp`,
        ],
      );
      assert.ok(lora?.characteristics.some(({ name, value }) => name === "modelType" && value === "lora"));
    });

  test("is read where a person says it lies, with the models where she says", async () => {
    const file = await makeInvokeDatabase(root, "6.9", [plain]);
    const database = `${root}/mine.db`;
    await rename(file, database);
    const weights = await put(`${root}/weights/${plain.path}`, safetensors());
    const ask = { store: "invokeai", root, database, models: `${root}/weights` } as const;
    const { models, problems } = await scanStore(readInvokeAi, ask);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      models.map((model) => model.path),
      [weights],
    );
  });

  test("gives a pipeline's folder as one model, whose composite hash is no digest", async () => {
    const folder = `${root}/models/k3`;
    await put(`${folder}/model_index.json`, JSON.stringify({ _class_name: "StableDiffusionPipeline" }));
    await put(`${folder}/unet/config.json`, "{}");
    await put(`${folder}/unet/diffusion_pytorch_model.safetensors`, safetensors());
    await put(`${folder}/vae/config.json`, "{}");
    await put(`${folder}/vae/diffusion_pytorch_model.safetensors`, safetensors({ a: "1" }));
    const hash = `sha256:${"a".repeat(64)}`;
    await makeInvokeDatabase(root, "6.9", [{ ...plain, key: "k3", path: "k3", format: "diffusers", hash }]);
    const { models } = await scan();
    assert.deepEqual(
      models.map((model) => model.path),
      [folder],
    );
    assert.ok(models[0]?.files.every(({ sha256 }) => sha256 === undefined));
  });

  test("is followed to another folder of models, and says what is gone from it", async () => {
    await put(`${root}/invokeai.yaml`, `schema_version: 4.0.2\nmodels_dir: ${root}/big\n`);
    await put(`${root}/big/${plain.path}`, safetensors());
    const gone = { ...plain, key: "k2", name: "Gone", path: "gone.safetensors" };
    const remote = { ...plain, key: "k4", name: "Far", path: "far", source_type: "external" };
    await makeInvokeDatabase(root, "6.9", [plain, gone, remote]);
    const { models, problems } = await scan();
    assert.deepEqual(
      models.map((model) => model.path),
      [`${root}/big/${plain.path}`],
    );
    assert.deepEqual(
      problems.map(({ path: where }) => where),
      [`${root}/big/gone.safetensors`],
    );
    assert.match(problems[0]?.problem ?? "", /Gone/);
  });

  test("is read while InvokeAI runs: what is committed, and nothing of it changes", async () => {
    await put(`${root}/models/${plain.path}`, safetensors());
    await put(`${root}/models/late.safetensors`, safetensors({ a: "1" }));
    const file = await makeInvokeDatabase(root, "6.9", [plain]);
    const writer = await startSqliteWriter(file);
    const insert = (key: string, name: string): string => {
      const config = {
        ...plain,
        key,
        name,
        path: "late.safetensors",
        hash: "",
        format: "",
        source: "",
        source_type: "path",
        file_size: 1,
      };
      return `INSERT INTO models (id, config) VALUES ('${key}', '${JSON.stringify({ ...config, path: `${key}.safetensors` })}')`;
    };
    try {
      await writer.run(`PRAGMA wal_autocheckpoint=0; ${insert("late", "Committed")}`);
      await writer.run(`BEGIN; ${insert("open", "Open")}`);
      const contents = () => Promise.all(["", "-wal"].map((end) => readFile(`${file}${end}`)));
      const before = await contents();
      const { models, problems } = await scan();
      assert.deepEqual(problems, []);
      assert.deepEqual(models.map(({ displayName }) => displayName).toSorted(), ["Committed", "Foo XL"]);
      assert.deepEqual(await contents(), before);
    } finally {
      await writer.stop();
    }
  });

  test("asks to close InvokeAI where it cannot be read as it is", async () => {
    const file = await makeInvokeDatabase(root, "6.9", []);
    await writeFile(`${file}-journal`, Buffer.alloc(512, 7));
    const { problems } = await scan();
    assert.deepEqual(
      problems.map(({ path: where }) => where),
      [file],
    );
    assert.match(problems[0]?.problem ?? "", /Close InvokeAI first/);
  });

  test("that is damaged, of an unknown version, or not there is one row of the report", async () => {
    const missing = await scan();
    assert.deepEqual([missing.models.length, missing.problems.length], [0, 1]);
    const file = await put(`${root}/databases/invokeai.db`, "no database ".repeat(50));
    assert.equal((await scan()).problems.length, 1);
    await rm(file);
    const other = new DatabaseSync(file);
    other.exec("CREATE TABLE entirely_new(x)");
    other.close();
    assert.match((await scan()).problems[0]?.problem ?? "", /not known/);
  });

  test("with one row that is no JSON gives all others", async () => {
    await put(`${root}/models/${plain.path}`, safetensors());
    const file = await makeInvokeDatabase(root, "3", [plain]);
    const database = new DatabaseSync(file);
    database.exec("INSERT INTO model_config VALUES ('bad', 'any', 'main', 'Bad', 'x', NULL, '{')");
    database.close();
    const { models, problems } = await scan();
    assert.deepEqual(
      models.map(({ displayName }) => displayName),
      ["Foo XL"],
    );
    assert.match(problems[0]?.problem ?? "", /Bad/);
  });
});
