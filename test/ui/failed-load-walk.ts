import assert from "node:assert/strict";
import { truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { until } from "../support/vscode/until.ts";
import type { Walk } from "../support/walk-through.ts";
import type { World } from "../support/world.ts";

const PAGE = "modeldeck.modeldeck";
const ITEM = "modeldeck.modeldeck.serving";

/** Profiles of the fake server: one that serves, one that runs out of memory, one that no machine has room for. */
export async function layProfiles(world: World): Promise<void> {
  await writeFile(path.join(world.models, "x.gguf"), "GGUF");
  const huge = path.join(world.models, "huge.gguf");
  await writeFile(huge, "GGUF");
  await truncate(huge, 2 ** 42);
  await writeFile(
    world.profilesFile,
    `[good]
NAME=Good One
MODEL=x.gguf

[greedy]
NAME=Greedy One
MODEL=x.gguf
CTX_SIZE=32768
EXTRA_ARGS=--fake-load-ms 300 --fake-log cudaErrorOutOfMemory --fake-exit 1

[huge]
NAME=Huge One
MODEL=huge.gguf
`,
  );
}

/**
 * The window starts a model by itself, as `serving.autostart` says; then a load runs out of memory: what served before
 * comes back, and what would help is offered.
 */
export async function failedLoadWalk({ workbench, step, shot }: Walk): Promise<void> {
  const serves = (name: string): Promise<unknown> =>
    until(
      `the status bar with ${name}`,
      () => workbench.statusBar(ITEM),
      (text) => text === name,
      { timeout: 180_000 },
    );
  await serves("Good One");
  step("a window that was opened started its model");
  const pick = async (number: number): Promise<void> => {
    await workbench.clickStatusBar(ITEM);
    await until(
      "the profiles",
      () => workbench.picks(),
      (labels) => labels.some((label) => label.includes("Greedy One")),
    );
    await workbench.pressInInput(String(number));
  };
  await pick(2);
  const offers = (): Promise<readonly string[]> => workbench.notificationButtons();
  const offered = await until("what is offered", offers, (buttons) => buttons.some((button) => button.includes("16k")));
  step(`offered: ${offered.join(", ")}`);
  await shot("1-offers");
  assert.deepEqual([...offered].sort(), ["Show Log", "Try with 16k Tokens", "Try with a q8_0 Cache"]);
  await workbench.told(/Good One serves again/);
  await workbench.pressInNotification("Good One", "Try with 16k Tokens");
  await until("the next offer, of half as much", offers, (buttons) => buttons.some((button) => button.includes("8k")));
  await shot("2-next-offer");

  await workbench.runCommand("Model Deck: Show Servers");
  const tile = (await workbench.webview(PAGE)).locator("body").getByRole("listitem", { name: "Good One" });
  const onTile = (): Promise<readonly string[]> => tile.locator(".offers vscode-button").allInnerTexts();
  const first = await until("the offers on the tile", onTile, (labels) => labels.length > 0);
  assert.deepEqual([...first], ["Try with 8k Tokens", "Try with a q8_0 Cache"]);
  await shot("3-offers-on-the-tile");
  await tile.getByRole("button", { name: /^Try with 8k/ }).click();
  await until("what is offered after that", onTile, ([best]) => best?.includes("4k") === true);
  await serves("Good One");
  step("an offer was taken from the tile");

  await pick(3);
  const choices = await until(
    "what is to be done with what does not fit",
    () => workbench.picks(),
    // The rows of the box before may still be there.
    ([load, cancel]) => load === "Load Anyway" && cancel === "Cancel",
  );
  await shot("4-does-not-fit");
  assert.deepEqual(choices.slice(0, 2), ["Load Anyway", "Cancel"]);
  await workbench.pick(/Cancel/);
  assert.equal(await workbench.statusBar(ITEM), "Good One", "what served was not touched");
  await pick(3);
  await workbench.pick(/Load Anyway/);
  await serves("Huge One");
  await workbench.clickStatusBar(ITEM);
  await workbench.pick(/Unload /);
  await serves("No model");
}
