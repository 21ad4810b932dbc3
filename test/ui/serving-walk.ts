import assert from "node:assert/strict";
import { appendFile } from "node:fs/promises";
import { ask } from "../support/llama-process.ts";
import { until } from "../support/vscode/until.ts";
import type { Walk } from "../support/walk-through.ts";
import { download } from "./main-walk.ts";

const ITEM = "modeldeck.modeldeck.serving";
const PAGE = "modeldeck.modeldeck";

/**
 * Serving as a person sees it: picked by its number, its tile with figures, its log searched, a load that fails with what
 * is offered, and how one gets started.
 */
export async function servingWalk(walk: Walk): Promise<void> {
  const { workbench, world, step, shot } = walk;
  await until(
    "the status-bar item",
    () => workbench.statusBar(ITEM),
    (text) => text === "No model",
    { timeout: 180_000 },
  );
  await workbench.runCommand("Model Deck: Get Started");
  await workbench.page.getByText("See what can serve models here").first().waitFor();
  await shot("1-get-started");
  await workbench.runCommand("Model Deck: Set Up What Serves Models…");
  const found = await until(
    "what can serve",
    () => workbench.picks(),
    (labels) => labels.some((label) => label.includes("llama.cpp")),
  );
  step(`what can serve: ${found.join(", ")}`);
  await shot("2-set-up");
  await workbench.leaveInput();

  await workbench.openViewContainer("Model Deck");
  await download(walk, world.first, "3-download");
  await appendFile(world.profilesFile, "\n[broken]\nNAME=Broken One\nMODEL=no-such-file.gguf\n");

  await workbench.clickStatusBar(ITEM);
  await until(
    "the profiles, numbered",
    () => workbench.picks(),
    (labels) => labels.some((label) => label.startsWith("1 ")),
  );
  await shot("4-profiles");
  const first = (await workbench.picks()).findIndex((label) => label.includes(world.first.title));
  await workbench.pressInInput(String(first + 1));
  await until(
    `the status bar with ${world.first.title}`,
    () => workbench.statusBar(ITEM),
    (text) => text === world.titleOf(world.first),
    { timeout: 180_000 },
  );
  step("served, picked by its number");

  await workbench.runCommand("Model Deck: Show Servers");
  const page = (await workbench.webview(PAGE)).locator("body");
  await page.getByRole("listitem", { name: world.titleOf(world.first) }).waitFor();
  for (let question = 0; question < 3; question += 1)
    assert.equal(await ask(world.server, `What do you say? ${question}`), world.first.reply);
  await until(
    "figures on the tile",
    () => page.locator(".servers").innerText(),
    (text) => /Generation\s+[\d.,]+ t\/s/.test(text) && /Memory\s+[\d.]+ [MG]B/.test(text) && /CPU\s+\d+ %/.test(text),
  );
  step(`tile: ${(await page.locator(".servers dl").innerText()).replaceAll(/\s+/g, " ")}`);
  await shot("5-tile");
  for (const theme of ["Dark Modern", "Dark High Contrast"]) {
    await workbench.setTheme(theme);
    await shot(`5-tile ${theme}`);
  }

  await page.getByRole("button", { name: /^Logs: / }).click();
  await page.getByRole("textbox", { name: "Find" }).fill("slot");
  await until(
    "what is found in the log",
    () => page.locator(".search .count").innerText(),
    (text) => /^0 of [1-9]/.test(text),
  );
  await page.getByRole("button", { name: "Next" }).click();
  await shot("6-logs");

  await workbench.clickStatusBar(ITEM);
  await workbench.pick(/Broken One/);
  await workbench.told(/no-such-file/);
  // With a button it is shown whole, not cut off behind the path.
  await workbench.page.locator(".notifications-toasts").getByRole("button", { name: "Show Log" }).first().waitFor();
  await shot("7-failed");
  assert.equal(await workbench.statusBar(ITEM), world.titleOf(world.first), "what served goes on");
  await serveFromCard(walk);
}

async function serveFromCard({ workbench, world, shot }: Walk): Promise<void> {
  const says = (words: string): Promise<unknown> =>
    until(
      `the status bar with ${words}`,
      () => workbench.statusBar(ITEM),
      (text) => text === words,
      { timeout: 180_000 },
    );
  await workbench.runCommand("Model Deck: Show Model Card…");
  const card = await workbench.webview(PAGE, "article.card");
  await card.getByRole("button", { name: "Ask the Server" }).waitFor();
  assert.equal(await card.getByRole("button", { name: "Serve", exact: true }).count(), 0, "it is served already");
  await workbench.runCommand("Model Deck: Stop Serving");
  await says("No model");
  await card.getByRole("button", { name: "Serve", exact: true }).click();
  await says(world.titleOf(world.first));
  await shot("8-card");
}
