import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { Frame } from "playwright-core";
import { TRY, untilDone } from "../support/vscode/gesture.ts";
import { until } from "../support/vscode/until.ts";
import type { TreeRow, Workbench } from "../support/vscode/workbench.ts";
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
  await watchArriving(walk, ON_ITS_WAY);
  await shot("4-arriving");
  await lookAtQueue(walk);
  await pressOnRow(walk, "Pause", (rows) => says(rows, PAUSED));
  await shot("8-paused");

  await workbench.page.reload();
  await untilActive(workbench);
  await workbench.openViewContainer("Model Deck");
  await watchArriving(walk, PAUSED);
  await shot("9-after-reload");
  world.hub.heal();
  const isHere = (rows: readonly TreeRow[]): boolean =>
    rows.some(({ label }) => label.startsWith(world.first.title)) && !rows.some(isGroup);
  // It may be here before one looks.
  await pressOnRow(walk, "Resume", (rows) => isHere(rows) || !says(rows, PAUSED));
  await until(`${world.first.file} among the models`, () => workbench.treeRows(VIEW), isHere, { timeout: 180_000 });
  const file = path.join(world.models, world.first.repository, world.first.file);
  assert.equal((await stat(file)).size, world.first.bytes);
  await workbench.told(/The queue is worked off/);
  await shot("10-done");
  await putTogether(walk, world.second);
}

const ON_ITS_WAY = /^\d+ % .*left/;
const PAUSED = /^\d+ % .*paused$/;

const isGroup = ({ label }: { readonly label: string }): boolean => label === "Arriving";

const untilActive = (workbench: Workbench): Promise<unknown> =>
  until(
    "the status-bar item",
    () => workbench.statusBar("modeldeck.modeldeck.serving").catch(() => undefined),
    (text) => text === "No model",
    { timeout: 180_000 },
  );

async function searchAndChoose({ workbench, world, shot }: DownloadsWalk, model: WorldModel): Promise<void> {
  await workbench.runCommand("Model Deck: Search a Hub for Models…");
  await workbench.pick("Hugging Face");
  // The box before it stands a moment longer.
  await workbench.quickInput().getByText("Search Hugging Face").waitFor();
  await workbench.quickInput().locator("input.input").fill("tiny");
  await until("the answer to what was typed", () =>
    world.hub.requests.some(({ url, status }) => /[?&]search=tiny\b/.test(url) && status === 200),
  );
  await workbench.quickInput().locator(".monaco-progress-container.active").waitFor({ state: "hidden" });
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
  // Ten minutes: what is to be paused must be on its way until then, however slow the machine is.
  world.hub.fail({ kind: "slow", bytesPerSecond: 40_000 }, { door: "cdn", times: Number.POSITIVE_INFINITY });
  await workbench.confirmPicks();
}

/** Whether the one row of what is on its way says so. */
const says = (rows: readonly TreeRow[], words: RegExp): boolean =>
  rows.some(isGroup) && rows.some((row) => words.test(`${row.label} ${row.description}`));

const watchArriving = ({ workbench }: DownloadsWalk, words: RegExp): Promise<unknown> =>
  until(
    `a row that says ${words.source}`,
    () => workbench.treeRows(VIEW),
    (rows) => says(rows, words),
    { timeout: 180_000 },
  );

/** While it arrives its row is drawn anew again and again, and a press may be lost. */
async function pressOnRow(
  { workbench }: DownloadsWalk,
  title: string,
  done: (rows: readonly TreeRow[]) => boolean,
): Promise<void> {
  const row = workbench.treeRow(VIEW, /Tiny-Aurora/);
  await untilDone(
    `the press of "${title}"`,
    async () => {
      await row.hover(TRY);
      await row.getByRole("button", { name: title, exact: true }).click(TRY);
    },
    async () => done(await workbench.treeRows(VIEW)),
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
