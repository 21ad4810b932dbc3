import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { until } from "../support/vscode/until.ts";
import type { World } from "../support/world.ts";
import type { Walk } from "./main-walk.ts";

const ITEM = "modeldeck.modeldeck.serving";

/** Profiles of the fake server: one that serves, and one that runs out of memory. */
export async function layProfiles(world: World): Promise<void> {
  await writeFile(path.join(world.models, "x.gguf"), "GGUF");
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
      { timeout: 60_000 },
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
    await workbench.page.keyboard.press(String(number));
  };
  await pick(2);
  const offers = async (): Promise<readonly string[]> =>
    workbench.page.locator(".notifications-toasts .monaco-button").allInnerTexts();
  const told = await until("what is offered", offers, (buttons) => buttons.some((button) => button.includes("16k")), {
    timeout: 30_000,
  });
  step(`offered: ${told.join(", ")}`);
  await shot("1-offers");
  assert.deepEqual([...told].sort(), ["Show Log", "Try with 16k tokens", "Try with a q8_0 cache"]);
  const text = (await workbench.notifications()).find((one) => one.includes("Good One")) ?? "";
  assert.match(text, /Good One serves again/);
  await workbench.pressInNotification("Good One", "Try with 16k tokens");
  await until("the next offer, of half as much", offers, (buttons) => buttons.some((button) => button.includes("8k")), {
    timeout: 30_000,
  });
  await shot("2-next-offer");
  await workbench.clickStatusBar(ITEM);
  await workbench.pick(/Unload /);
  await serves("No model");
}
