import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { TRY, untilDone } from "../support/vscode/gesture.ts";
import { holdServer } from "../support/hold-server.ts";
import { until } from "../support/vscode/until.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import type { Walk } from "../support/walk-through.ts";

const ITEM = "modeldeck.modeldeck.serving";
const EXTENSION = "modeldeck.modeldeck";

/**
 * A tinkerer changes a profile in its form, sees in its file what is wrong, clones it for measurements, compares the two,
 * loads it once with other values, and measures it.
 */
export async function profilesWalk(walk: Walk): Promise<void> {
  await until(
    "the status-bar item",
    () => walk.workbench.statusBar(ITEM),
    (text) => text === "No model",
    { timeout: 180_000 },
  );
  await fillForm(walk);
  await lookAtFile(walk);
  await cloneAndCompare(walk);
  await loadWithOthers(walk);
  await measure(walk);
}

async function fillForm({ workbench, world, shot }: Walk): Promise<void> {
  await workbench.runCommand("Model Deck: Edit Profile…");
  await workbench.pick(/Tiny Aurora/);
  const form = await workbench.webview(EXTENSION, "form.entry");
  const context = form.getByRole("textbox", { name: "Context, in tokens" });
  await context.fill("lots");
  await form.locator(".value .problem", { hasText: "Takes a whole number from 0" }).waitFor();
  await shot("1-form-problem");
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByRole("status").getByText("Context, in tokens: Takes").waitFor();
  await context.fill("2k");
  await form.getByRole("textbox", { name: /^Arguments/ }).fill("--wrong-flag");
  await form.locator(".command", { hasText: "-c 2048 " }).waitFor();
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByRole("status").getByText("Saved.").waitFor();
  await form.getByText("The server does not know --wrong-flag.").waitFor();
  assert.match(await readFile(world.profilesFile, "utf8"), /CTX_SIZE=2048\nEXTRA_ARGS=--wrong-flag\n/);
  await shot("2-form-flag");
  await workbench.setTheme("Light Modern");
  await shot("3-form-light");
  await form.getByRole("button", { name: "Open File" }).click();
}

/** Lenses over each profile, problems at their lines, keys to choose from. */
async function lookAtFile({ workbench, world, shot }: Walk): Promise<void> {
  const { page } = workbench;
  await workbench.previewText("models.conf");
  await until(
    "a lens over each profile",
    () => page.locator(".codelens-decoration", { hasText: "Benchmark" }).count(),
    (count) => count === 2,
  );
  await workbench.runCommand("Problems: Focus on Problems View");
  const problems = (): Promise<string[]> => page.locator(".markers-panel .monaco-list-row").allInnerTexts();
  const told = await until("both problems", problems, (all) => all.length === 3);
  assert.match(told.join("\n"), /does not know --wrong-flag[^]*\[Ln 8, Col 1\]/);
  assert.match(told.join("\n"), /Tiny-Borealis-Q8_0\.gguf is not there[^]*\[Ln 13, Col 1\]/);
  await shot("4-file-light");
  await workbench.setTheme("Dark Modern");
  // The line with what the server does not know goes. The lenses of the new theme may push it down below the pointer.
  const line = page.locator(".editor-group-container.active .view-line", { hasText: "EXTRA_ARGS" });
  await untilDone(
    "the line to be selected",
    async () => {
      await line.click(TRY);
      await page.keyboard.press("Home");
      await page.keyboard.press("Shift+End");
    },
    async () => /^Ln 8, .*\(23 selected\)$/.test((await workbench.statusBar("status.editor.selection")) ?? ""),
  );
  await page.keyboard.press("Delete");
  const offered = page.locator(".suggest-widget.visible .monaco-list-row");
  await untilDone(
    "what may stand there",
    async () => {
      if (!(await offered.first().isVisible())) await page.keyboard.press("Control+Space");
    },
    () => offered.first().isVisible(),
  );
  await until(
    "keys without MODEL and CTX_SIZE, which are there already",
    async () => (await offered.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label") ?? ""))).join("|"),
    (keys) => /^N_GPU_LAYERS\b[^|]*\|FIT\b/.test(keys),
  );
  await shot("5-completion");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+s");
  await until("one problem less", problems, (all) => all.length === 2);
  await until(
    "the file without the flag",
    () => readFile(world.profilesFile, "utf8"),
    (text) => !text.includes("wrong-flag"),
  );
  await workbench.closePanel();
}

async function cloneAndCompare({ workbench, world, shot }: Walk): Promise<void> {
  await workbench.runCommand("Model Deck: Clone Profile…");
  await workbench.pick(/Tiny Aurora/);
  await workbench.quickInput().getByText("Id of the new profile").waitFor();
  await workbench.answerInput("bench-aurora");
  await until(
    "the clone in the file",
    () => readFile(world.profilesFile, "utf8"),
    (text) => /\[bench-aurora\]\nNAME=Tiny Aurora \(bench-aurora\)\n/.test(text),
  );
  const place = (await readFile(world.profilesFile, "utf8")).split("\n").indexOf("[bench-aurora]") + 1;
  await until(
    "the clone in front",
    () => workbench.statusBar("status.editor.selection"),
    (text) => text?.startsWith(`Ln ${place},`) === true,
  );
  await workbench.runCommand("Model Deck: Compare Profiles…");
  await workbench.pick("Tiny Aurora");
  const others = await until(
    "what to compare with",
    () => workbench.picks(),
    (labels) => labels.length > 0 && !labels.includes("Tiny Aurora"),
  );
  assert.ok(others.some((label) => label.includes("bench-aurora")));
  await workbench.pick(/bench-aurora/);
  await workbench.page.getByRole("tab", { name: /tiny-aurora · bench-aurora/ }).waitFor();
  await shot("6-compared");
  await workbench.runCommand("View: Close All Editors");
  await workbench.clickStatusBar(ITEM);
  await workbench.pick(/Benchmark Profiles…/);
  await until(
    "the profiles for measurements alone",
    () => workbench.picks(),
    (labels) => /^1 {2}Tiny Aurora \(bench-aurora\)\|[^|]*$/.test(labels.join("|")),
  );
  await shot("7-bench-menu");
  await workbench.leaveInput();
}

/** Until Enter means that row. */
const isFirst = (workbench: Workbench, label: RegExp): Promise<unknown> =>
  workbench.quickInput().locator(".monaco-list-row.focused .label-name", { hasText: label }).waitFor();

/** By the button of a row, then by the keyboard alone. */
async function loadWithOthers({ workbench, world, shot }: Walk): Promise<void> {
  const serves = async (context: number): Promise<void> => {
    const told = async (): Promise<number> => {
      const answer = await fetch(`${world.server}/props`, { signal: AbortSignal.timeout(10_000) }).catch(
        () => undefined,
      );
      const props = (await answer?.json().catch(() => undefined)) as
        | { default_generation_settings?: { n_ctx?: number } }
        | undefined;
      return props?.default_generation_settings?.n_ctx ?? 0;
    };
    await until(`a context of ${context}`, told, (tokens) => tokens === context, { timeout: 180_000 });
  };
  const input = workbench.quickInput().locator("input.input");
  const answer = async (step: string, text: string): Promise<void> => {
    await workbench.quickInput().getByText(step).waitFor();
    await input.fill(text);
    await workbench.pressInInput("Enter");
  };
  await workbench.clickStatusBar(ITEM);
  const row = workbench.quickInput().locator(".monaco-list-row", { hasText: "1  Tiny Aurora" });
  await untilDone(
    "what to load with",
    async () => {
      await row.hover(TRY);
      await row.getByRole("button", { name: /Load with Another Context/ }).click(TRY);
    },
    async () => (await workbench.picks()).some((label) => /^\s*Context…/.test(label)),
  );
  await workbench.pick(/Context…/);
  await answer("Tokens of context", "many");
  await workbench.quickInput().getByText("A whole number from 1").waitFor();
  await shot("8-override-problem");
  await answer("A whole number", "1k");
  await workbench.pick(/GPU Layers…/);
  await answer("Layers on the GPU", "0");
  await workbench.pick(/Cache Type…/);
  await workbench.quickInput().getByText("iq4_nl").waitFor();
  await shot("9-override-cache");
  await workbench.pick("q8_0");
  await workbench.quickInput().getByText("Context: 1k tokens · GPU Layers: 0 · Cache Type: q8_0").waitFor();
  await shot("9-override-all");
  await workbench.pick(/Load Now/);
  await serves(1024);

  await workbench.clickStatusBar(ITEM);
  await input.fill("Load with");
  await until(
    "the row for the keyboard",
    () => workbench.picks(),
    (labels) => labels[0]?.includes("Load with Another Context") === true,
  );
  await isFirst(workbench, /Load with Another Context/);
  await workbench.pressInInput("Enter");
  // The row that was chosen has the same words as the title of what it opens.
  await workbench.quickInput().locator(".quick-input-title", { hasText: "Layers or Cache Type" }).waitFor();
  await until(
    "the profiles by number",
    () => workbench.picks(),
    (labels) => labels[0]?.startsWith("1 ") === true,
  );
  await input.fill("1");
  await workbench.quickInput().getByText("GPU Layers…").waitFor();
  await input.fill("Context");
  await isFirst(workbench, /Context…/);
  await workbench.pressInInput("Enter");
  await answer("Tokens of context", "768");
  // What is set stands first, to be loaded with.
  await workbench.quickInput().getByText("Context: 768 tokens").waitFor();
  await isFirst(workbench, /Load Now/);
  await workbench.pressInInput("Enter");
  await serves(768);
  await shot("10-overridden");
}

async function measure({ workbench, world, shot }: Walk): Promise<void> {
  await workbench.runCommand("Model Deck: Benchmark Profile…");
  await workbench.pick("Tiny Aurora");
  // So small a model is through before anybody can look: it stands still until somebody has.
  const goOn = await holdServer(world.storage);
  try {
    await workbench.pick("Measure");
    await workbench.told(/Benchmark of tiny-aurora: \d+ of \d+/);
    await shot("11-measuring");
  } finally {
    goOn();
  }
  await workbench.told(/tiny-aurora: Measured .+ tokens a second generated/, { timeout: 600_000 });
  await shot("12-measured");
}
