import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { Frame } from "playwright-core";
import { TRY, untilDone } from "../support/vscode/gesture.ts";
import { until } from "../support/vscode/until.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import type { World, WorldModel } from "../support/world.ts";

export interface DownloadsWalk {
  readonly workbench: Workbench;
  readonly world: World;
  readonly shot: (name: string) => Promise<void>;
}

const EXTENSION = "modeldeck.modeldeck";
const VIEW = "Models";

/**
 * A download as a person has it: searched, chosen, watched, paused, the window opened anew, gone on, here; then another
 * one put together in the form.
 */
export async function downloadsWalk(walk: DownloadsWalk): Promise<void> {
  const { workbench, world, shot } = walk;
  await untilActive(workbench);
  await workbench.openViewContainer("Model Deck");
  await workbench.widenSideBar(120);
  await searchAndChoose(walk, world.first);
  await watchArriving(walk, /^\d+ % .*left/);
  await shot("4-arriving");
  await lookAtQueue(walk);
  await pressOnRow(workbench, "Pause");
  await watchArriving(walk, /^\d+ % .*paused$/);
  await shot("8-paused");

  await workbench.page.reload();
  await untilActive(workbench);
  await workbench.openViewContainer("Model Deck");
  await watchArriving(walk, /^\d+ % .*paused$/);
  await shot("9-after-reload");
  await pressOnRow(workbench, "Resume");
  await until(
    `${world.first.file} among the models`,
    () => workbench.treeRows(VIEW),
    (rows) => rows.some(({ label }) => label.startsWith(world.first.title)) && !rows.some(isGroup),
    { timeout: 180_000 },
  );
  const file = path.join(world.models, world.first.repository, world.first.file);
  assert.equal((await stat(file)).size, world.first.bytes);
  await until(
    "the notice of the queue's end",
    () => workbench.notifications(),
    (all) => all.some((text) => text.includes("The queue is worked off")),
  );
  await shot("10-done");
  await putTogether(walk, world.second);
}

const isGroup = ({ label }: { readonly label: string }): boolean => label === "Arriving";

const untilActive = (workbench: Workbench): Promise<unknown> =>
  until(
    "the status-bar item",
    () => workbench.statusBar("modeldeck.modeldeck.serving").catch(() => undefined),
    (text) => text === "No model",
    { timeout: 180_000 },
  );

async function searchAndChoose({ workbench, shot }: DownloadsWalk, model: WorldModel): Promise<void> {
  await workbench.runCommand("Model Deck: Search a Hub for Models…");
  await workbench.pick("Hugging Face");
  await workbench.quickInput().locator("input.input").fill("tiny");
  const hit = new RegExp(model.repository);
  await until(
    "what the hub has",
    () => workbench.picks(),
    (labels) => labels.some((label) => hit.test(label)),
  );
  await shot("1-search");
  await workbench.pick(hit);
  const choice = new RegExp(`^\\s*${model.quantization} ·`);
  await until(
    "its quantizations",
    () => workbench.picks(),
    (labels) => labels.some((label) => choice.test(label)),
  );
  await workbench.pick(choice);
  await shot("2-choose");
  await workbench.confirmPicks();
}

/** Until the one row of what is on its way says so. */
const watchArriving = ({ workbench }: DownloadsWalk, words: RegExp): Promise<unknown> =>
  until(
    `a row that says ${words.source}`,
    () => workbench.treeRows(VIEW),
    (rows) => rows.some(isGroup) && rows.some((row) => words.test(`${row.label} ${row.description}`)),
    { timeout: 180_000 },
  );

async function pressOnRow(workbench: Workbench, title: string): Promise<void> {
  const row = workbench.treeRow(VIEW, /Tiny-Aurora/);
  const button = row.getByRole("button", { name: title, exact: true });
  // While it arrives its row is drawn anew several times a second. It has this button until it was pressed.
  await untilDone(
    `the press of "${title}"`,
    async () => {
      await row.hover(TRY);
      await button.click(TRY);
    },
    async () => !(await button.isVisible()),
  );
}

async function lookAtQueue({ workbench, shot }: DownloadsWalk): Promise<void> {
  await workbench.openMenuOf(workbench.treeRow(VIEW, /Tiny-Aurora/));
  await shot("5-menu");
  await workbench.pressMenuItem("Show in Queue");
  const page = await workbench.webview(EXTENSION, "#tab-queue");
  await until(
    "the opened tile",
    () => page.locator("body").innerText(),
    (text) => text.includes(".gguf"),
  );
  await shot("6-queue");
  await page.getByRole("tab", { name: "Queue" }).click();
  await workbench.runCommand("View: Toggle Maximized Panel");
  await page.getByRole("slider").focus();
  await workbench.page.keyboard.press("ArrowLeft");
  await shot("7-queue-limited");
  await workbench.page.keyboard.press("ArrowRight");
  await workbench.runCommand("View: Toggle Maximized Panel");
}

/** The form in each theme, then what it queues. */
async function putTogether({ workbench, world, shot }: DownloadsWalk, model: WorldModel): Promise<void> {
  await workbench.runCommand("Notifications: Clear All Notifications");
  await moreOptions(workbench, model);
  await workbench.runCommand("Model Deck: Download Model with Options…");
  await workbench.answerInput(model.repository);
  const form = await workbench.webview(EXTENSION, "form.download");
  await form.getByRole("heading", { level: 1, name: model.repository }).waitFor();
  await shot("11-form");
  await form.getByRole("checkbox", { name: new RegExp(model.quantization) }).click();
  await form.getByText(/to fetch\.$/).waitFor();
  assert.match(await commandOf(form), /^modeldeck downloads\.add --model demo\/Tiny-Borealis-GGUF/);
  await shot("12-form-chosen-dark");
  await form.getByRole("button", { name: "Copy: The same in a terminal" }).scrollIntoViewIfNeeded();
  await shot("13-form-preview-dark");
  await form.evaluate(() => globalThis.scrollTo(0, document.documentElement.scrollHeight));
  await shot("14-form-end-dark");
  await form.getByRole("textbox", { name: "Support repository" }).fill("demo/nothing-here");
  await form.getByText(/There is no repository/).waitFor();
  await shot("15-form-problem-dark");
  await form.getByRole("textbox", { name: "Support repository" }).fill("");
  await form.getByText(/There is no repository/).waitFor({ state: "hidden" });
  await form.evaluate(() => globalThis.scrollTo(0, 0));
  await workbench.setTheme("Light Modern");
  await shot("16-form-light");
  await workbench.setTheme("Dark High Contrast");
  await shot("17-form-contrast");
  await workbench.setTheme("Dark Modern");
  // Another editor is in front for a while: what was chosen is there when the form is back.
  await workbench.runCommand("Model Deck: Show Model Statistics");
  await workbench.webview(EXTENSION, ".stats");
  await workbench.page.getByRole("tab", { name: /Download demo/ }).click();
  const again = await workbench.webview(EXTENSION, "form.download");
  await again.getByRole("button", { name: "Download Paused" }).click();
  await again.getByText("1 download is in the queue.").waitFor();
  await shot("18-form-queued");
  await again.getByRole("button", { name: "Show Queue" }).click();
  const page = await workbench.webview(EXTENSION, "#tab-queue");
  await page.getByRole("button", { name: /^Resume: demo\/Tiny-Borealis/ }).waitFor();
  // The page takes the focus once it is there.
  await page.getByRole("tab", { name: "Queue" }).click();
  await workbench.runCommand("View: Toggle Maximized Panel");
  await shot("19-queue-dark");
  await workbench.setTheme("Light Modern");
  await shot("20-queue-light");
  await workbench.runCommand("View: Toggle Maximized Panel");
  assert.equal(world.hub.requests.filter(({ url, bytes }) => url.includes(model.file) && bytes > 1e6).length, 0);
}

/** From the quick way to the form, with what was checked there. */
async function moreOptions(workbench: Workbench, model: WorldModel): Promise<void> {
  await workbench.runCommand("Model Deck: Download Model…");
  await workbench.answerInput(model.repository);
  await workbench.pick(new RegExp(`^\\s*${model.quantization} ·`));
  await workbench.pick(/More Options…/);
  const form = await workbench.webview(EXTENSION, "form.download");
  const box = form.getByRole("checkbox", { name: new RegExp(model.quantization) });
  await until(
    "the variant that was checked before",
    () => box.getAttribute("aria-checked"),
    (checked) => checked === "true",
  );
  await workbench.runCommand("View: Close All Editors");
}

const commandOf = (form: Frame): Promise<string> => form.locator(".command code").innerText();
