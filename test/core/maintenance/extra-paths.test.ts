import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openDeck } from "../../../src/core/open-deck.ts";
import type { Plan } from "../../../src/core/protocol/maintenance.ts";
import { safetensors } from "../../support/stores/model-files.ts";

test("importing from ComfyUI reads the files of extra paths that the settings name, once, and says which is not there", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "modeldeck-extra-"));
  const at = (...names: string[]): string => path.join(root, ...names);
  for (const folder of ["one/models/vae", "one/models/loras", "two/models/vae", "two/models/loras", "more/checkpoints"])
    await mkdir(at(folder), { recursive: true });
  await writeFile(at("one/models/vae/own.safetensors"), safetensors());
  await writeFile(at("more/checkpoints/extra.safetensors"), safetensors());
  await writeFile(at("extra.yaml"), `elsewhere:\n  base_path: ${at("more")}\n  checkpoints: checkpoints\n`);
  const deck = await openDeck({
    storage: at("data"),
    settings: {
      locations: { one: { path: at("one"), layout: "comfyui" }, two: { path: at("two"), layout: "comfyui" } },
      "comfyui.extraModelPaths": [at("extra.yaml"), at("gone.yaml")],
      "serving.engine": "process",
      "ollama.url": "http://127.0.0.1:9",
    },
  });
  try {
    const plan = (await deck.run("maintenance.plan", { operation: "importComfyUI", options: {} })) as Plan;
    assert.deepEqual(
      plan.firstSteps.filter(({ deed }) => deed === "addEntry").map(({ what }) => what),
      ["extra-comfyui-safetensors-f16", "own-comfyui-safetensors-f16"],
    );
    assert.deepEqual(
      plan.findings.map(({ kind, what }) => [kind, what]),
      [["unreadable", at("gone.yaml")]],
    );
  } finally {
    await deck.close();
    await rm(root, { recursive: true });
  }
});
