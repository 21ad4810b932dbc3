import assert from "node:assert/strict";
import { ask } from "../support/llama-process.ts";
import { until } from "../support/vscode/until.ts";
import type { Walk } from "../support/walk-through.ts";
import type { WorldModel } from "../support/world.ts";

const VIEW = "Models";
const ITEM = "modeldeck.modeldeck.serving";

/**
 * The main job as a person does it: download a model from the palette, see it in the side bar, serve it from the status
 * bar, get its answer; then the second one; then stop. Throws at the first thing that is not as it must be.
 */
export async function mainWalk(walk: Walk): Promise<void> {
  const { workbench, world, step, shot } = walk;
  await until(
    "the status-bar item",
    () => workbench.statusBar(ITEM),
    (text) => text === "No model",
    { timeout: 180_000 },
  );
  step('Model Deck is active: the status bar says "No model"');
  await workbench.openViewContainer("Model Deck");
  const welcome = await until(
    "the welcome of the empty view",
    () => workbench.welcomeText(VIEW).catch(() => ""),
    (text) => /download/i.test(text),
  );
  step(`the view ${VIEW} is empty and says: ${welcome.split("\n", 1)[0] ?? ""}`);
  await shot("1-empty");

  await download(walk, world.first, "2-download");
  await download(walk, world.second, "3-download");
  const rows = await workbench.treeRows(VIEW);
  step(`side bar: ${rows.map(({ label, description }) => `${label} (${description})`).join(", ")}`);
  await shot("4-models");

  await serve(walk, world.first, "5-first");
  await serve(walk, world.second, "6-second");

  await workbench.clickStatusBar(ITEM);
  await workbench.pick(/Unload /);
  await until(
    "the status bar after the stop",
    () => workbench.statusBar(ITEM),
    (text) => text === "No model",
  );
  await assert.rejects(ask(world.server, "Is anybody there?"), "the server still answers");
  step("stopped: nothing listens any more");
  await shot("7-stopped");
}

export async function download({ workbench, step, shot }: Walk, model: WorldModel, name: string): Promise<void> {
  await workbench.runCommand("Model Deck: Download Model…");
  await workbench.answerInput(model.repository);
  const choice = new RegExp(`^\\s*${model.quantization} ·`);
  await until(
    "the files to pick from",
    () => workbench.picks(),
    (labels) => labels.some((label) => choice.test(label)),
  );
  await workbench.pick(choice);
  await shot(`${name}-pick`);
  const began = performance.now();
  await workbench.confirmPicks();
  step(`picked ${model.quantization} of ${model.repository}`);
  await workbench.runCommand("Model Deck: Open Panel");
  const queue = (await workbench.webview("modeldeck.modeldeck")).locator("body");
  await until(
    "the queue on the page",
    () => queue.innerText(),
    (text) => text.includes(model.repository),
  );
  await shot(`${name}-queue`);
  const wanted = rowOf(model);
  await until(
    `the row of ${model.file}`,
    () => workbench.treeRows(VIEW),
    // While it arrives its row is in a group of its own.
    (rows) => rows.some(({ label }) => wanted.test(label)) && !rows.some(({ label }) => label === "Arriving"),
    { timeout: 180_000 },
  );
  step(
    `${model.file} is here (${(model.bytes / 1e6).toFixed(1)} MB in ${Math.round(performance.now() - began)} ms, verified)`,
  );
}

/** Display names come from the file's name. */
export const rowOf = ({ title }: WorldModel): RegExp => new RegExp(title.replaceAll(" ", "[- ]"));

async function serve({ workbench, world, step, shot }: Walk, model: WorldModel, name: string): Promise<void> {
  await workbench.clickStatusBar(ITEM);
  await until(
    "the profiles",
    () => workbench.picks(),
    (labels) => labels.some((label) => label.includes(model.title)),
  );
  await shot(`${name}-profiles`);
  const began = performance.now();
  await workbench.pick(new RegExp(model.title));
  const seen = new Set<string>();
  const look = async (): Promise<string> => {
    const text = (await workbench.statusBar(ITEM)) ?? "";
    if (!seen.has(text)) await shot(`${name}-${seen.size}`);
    seen.add(text);
    return text;
  };
  await until(`the status bar with ${model.title}`, look, (text) => text === world.titleOf(model), {
    timeout: 180_000,
    every: 20,
  });
  step(`status bar: ${[...seen].join(" → ")} in ${Math.round(performance.now() - began)} ms`);
  assert.equal(await ask(world.server, "What do you say?"), model.reply);
  step(`${world.server} answers: ${model.reply}`);
}
