import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Frame } from "playwright-core";
import { openDeck } from "../../src/core/open-deck.ts";
import { TRY, untilDone } from "../support/vscode/gesture.ts";
import { until } from "../support/vscode/until.ts";
import type { Workbench } from "../support/vscode/workbench.ts";

const VIEW = "Models";
const EXTENSION = "modeldeck.modeldeck";

export interface LibraryWalk {
  readonly workbench: Workbench;
  readonly shot: (name: string) => Promise<void>;
}

/** Four models of a collector, one of them deprecated, in a registry of their own. @param storage the data folder */
export async function fillRegistry(folder: string, storage: string): Promise<void> {
  const models = path.join(folder, "collection");
  await mkdir(models, { recursive: true });
  const file = async (name: string): Promise<string> => {
    const at = path.join(models, name);
    await writeFile(at, name);
    return at;
  };
  const entry = (family: string, backend: string, download_format: string, quantization: string) => ({
    name: [family, backend, download_format, quantization].join("-"),
    family,
    backend,
    download_format,
    quantization,
    download_location: "main",
  });
  const list = [
    {
      ...entry("aurora-7b", "llama.cpp", "gguf", "q4_k_m"),
      download_path: await file("aurora.gguf"),
      download_size_bytes: 4_900_000_000,
      roles: ["chat"],
      role_priority: { chat: 10 },
    },
    {
      ...entry("borealis-3b", "llama.cpp", "gguf", "q8_0"),
      download_path: await file("borealis.gguf"),
      download_size_bytes: 3_200_000_000,
      roles: ["chat", "code"],
      role_priority: { chat: 20 },
    },
    {
      ...entry("aurora-7b", "vllm", "safetensors", "bf16"),
      download_path: await file("aurora.safetensors"),
      download_size_bytes: 14_000_000_000,
      roles: ["chat"],
      role_priority: { chat: 30 },
      capabilities: { vision: true },
    },
    { ...entry("old-1b", "ollama", "gguf", "q4_0"), deprecated: true },
  ];
  const json = path.join(folder, "registry.json");
  await writeFile(json, JSON.stringify(list));
  const deck = await openDeck({ storage });
  await deck.run("models.import", { path: json });
  await deck.close();
}

/** A collector looks at what she has: filter, groups, the form of a model, the order of a role, numbers and settings. */
export async function libraryWalk(walk: LibraryWalk): Promise<void> {
  const { workbench, shot } = walk;
  await workbench.openViewContainer("Model Deck");
  await rows(
    walk,
    "models of two back ends",
    (labels) => labels.join("|").includes("llama.cpp") && labels.length === 5,
  );
  await shot("1-models");
  await filter(walk);
  await group(walk);
  await editEntry(walk);
  await orderRole(walk);
  await numbersAndSettings(walk);
}

const rows = (
  { workbench }: LibraryWalk,
  what: string,
  fits: (labels: readonly string[]) => boolean,
): Promise<readonly string[]> =>
  until(what, async () => (await workbench.treeRows(VIEW)).map(({ label }) => label), fits, { timeout: 180_000 });

async function filter(walk: LibraryWalk): Promise<void> {
  const { workbench, shot } = walk;
  await workbench.runCommand("Model Deck: Filter Models…");
  await workbench.pick("Role");
  await workbench.pick("code");
  await rows(walk, "only the model for code", (labels) => labels.length === 2);
  await shot("2-filter");
  await workbench.leaveInput();
  await workbench.runCommand("Model Deck: Clear Filter of Models");
  await rows(walk, "all of them again", (labels) => labels.length === 5);
  await workbench.runCommand("Model Deck: Filter Models…");
  await workbench.pick("With deprecated");
  await rows(walk, "the deprecated one, too", (labels) => labels.length === 7);
  await workbench.leaveInput();
}

async function group(walk: LibraryWalk): Promise<void> {
  await walk.workbench.runCommand("Model Deck: Group Models by…");
  await walk.workbench.pick("Family");
  await rows(walk, "families", (labels) => labels.includes("aurora-7b") && labels.includes("old-1b"));
  await walk.shot("3-families");
}

async function editEntry({ workbench, shot }: LibraryWalk): Promise<void> {
  await workbench.runCommand("Model Deck: Edit Model…");
  await workbench.pick(/borealis/i);
  const page = await workbench.webview(EXTENSION, "form.entry");
  await page.getByRole("checkbox", { name: "reasoning" }).click();
  await page.getByRole("textbox", { name: "Notes" }).fill("The small one.");
  await page.getByRole("button", { name: "Insert" }).click();
  await page.getByText("Not saved yet").waitFor();
  await page.evaluate(() => globalThis.scrollTo(0, 0));
  await shot("4-form");
  await workbench.setTheme("Light Modern");
  await page.getByText("Not saved yet").waitFor();
  await shot("5-form-light");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").getByText("Saved.").waitFor();
  await shot("6-saved");
}

async function orderRole({ workbench, shot }: LibraryWalk): Promise<void> {
  await workbench.runCommand("Model Deck: Edit Roles");
  const page = await workbench.webview(EXTENSION, ".candidates li");
  const titles = (): Promise<string[]> => page.locator(".candidates .title").allInnerTexts();
  const before = await until("the three of the role", titles, (all) => all.length === 3);
  await page.getByRole("button", { name: `Up: ${before[1]}` }).click();
  await until("the second to come first", titles, (now) => now[0] === before[1] && now[1] === before[0]);
  await shot("7-roles-light");
  const isBack = async (): Promise<boolean> => (await titles())[0] === before[0];
  await untilDone(
    "the first to go back by drag",
    async () => {
      if (!(await isBack())) await dragFirstDown(page);
    },
    isBack,
    { patience: 20_000 },
  );
}

const dragFirstDown = (page: Frame): Promise<void> =>
  page.locator(".candidates li").nth(0).dragTo(page.locator(".candidates li").nth(1), TRY);

async function numbersAndSettings({ workbench, shot }: LibraryWalk): Promise<void> {
  await workbench.runCommand("Model Deck: Show Model Statistics");
  const stats = await workbench.webview(EXTENSION, "table.stats");
  assert.match(await stats.locator("h1").innerText(), /^4 models, 22/);
  await shot("8-numbers-light");
  await workbench.setTheme("Dark Modern");
  await shot("9-numbers");
  await workbench.runCommand("Model Deck: Show Effective Settings");
  const settings = await workbench.webview(EXTENSION, "table.settings");
  const row = settings.getByRole("row", { name: /modelDeck\.locations/ });
  assert.match(await row.innerText(), /(user|remote) settings/);
  await shot("10-settings");
  await settings.getByRole("button", { name: "Change: modelDeck.serving.port" }).click();
  await workbench.page.locator(".settings-editor").getByText("Serving: Port").first().waitFor();
}
