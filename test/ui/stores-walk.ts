import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import type { Collection } from "../support/collection/collection.ts";
import { TRY, untilDone } from "../support/vscode/gesture.ts";
import { until } from "../support/vscode/until.ts";
import type { TreeRow, Workbench } from "../support/vscode/workbench.ts";
import { describeAndLook } from "./card-walk.ts";

export const VIEW = "Models";

export interface StoresWalk {
  readonly workbench: Workbench;
  readonly collection: Collection;
  readonly shot: (name: string) => Promise<void>;
}

/**
 * A person with five programs brings in what they hold, finds what can see, looks at a model closely, loses a file, and
 * has the doctor tidy up. Throws at the first thing that is not as it must be.
 */
export async function storesWalk(walk: StoresWalk): Promise<void> {
  const { workbench, shot } = walk;
  await workbench.openViewContainer("Model Deck");
  await until(
    "the welcome of the empty view",
    () => workbench.welcomeText(VIEW).catch(() => ""),
    (text) => /Import them from/.test(text),
    { timeout: 180_000 },
  );
  await shot("01-welcome");
  await scan(walk);
  await importAll(walk);
  await badges(walk);
  await filterBySight(walk);
  await hover(walk);
  await describeAndLook(walk);
  await loseFile(walk);
  await doctor(walk);
}

const names = (rows: readonly TreeRow[]): readonly string[] =>
  rows.filter(({ level }) => level === 2).map(({ label }) => label);

const untilRows = (
  { workbench }: StoresWalk,
  what: string,
  fits: (labels: readonly string[], rows: readonly TreeRow[]) => boolean,
): Promise<readonly TreeRow[]> =>
  until(
    what,
    () => workbench.treeRows(VIEW),
    (rows) => fits(names(rows), rows),
  );

async function scan(walk: StoresWalk): Promise<void> {
  const { workbench, shot } = walk;
  await workbench.pressInView(VIEW, "Scan for Models…");
  await workbench.pick("main");
  await shot("02-scan-options");
  await workbench.confirmPicks();
  await workbench.pick("None: leave it unknown");
  await workbench.previewText(
    "Scan for Models",
    /5 entries added/,
    /\+ add entry {2}aurora-8b-instruct-gguf-llama\.cpp-q4_k_m .+ 4\.5 GB · .+ · tools/,
    /\+ add entry {2}old-classifier-pytorch .+ unsafe format · /,
  );
  await shot("03-scan-preview");
  await workbench.pressInEditor("Apply");
  await untilRows(walk, "the five models of the folder", (labels) => labels.length === 5);
  await shot("04-scanned");
}

async function importAll(walk: StoresWalk): Promise<void> {
  await importOf(walk, "Import the Hugging Face Cache…", "Sparrow Embed", async ({ workbench }) => {
    await workbench.pick("Where Hugging Face's own tools keep them");
    await workbench.confirmPicks();
  });
  await importOf(walk, "Import Ollama Models…", "fable 3b", async ({ workbench }) => {
    await workbench.confirmPicks();
    await workbench.pick("ollama");
  });
  await importOf(walk, "Import LM Studio Models…", "Nimbus 1B", async ({ workbench }) => {
    await workbench.pick("Where LM Studio keeps them");
    await workbench.confirmPicks();
  });
  await importOf(walk, "Import ComfyUI Models…", "ink sketch", async ({ workbench }) => {
    await workbench.pick("The ComfyUI folders of the settings");
    await workbench.confirmPicks();
  });
  await importOf(walk, "Import InvokeAI Models…", "Watercolor", async ({ workbench }) => {
    await workbench.pick("Where InvokeAI keeps them");
    await workbench.confirmPicks();
  });
}

/** From the menu of the view. */
async function importOf(
  walk: StoresWalk,
  title: string,
  brings: string,
  answer: (walk: StoresWalk) => Promise<void>,
): Promise<void> {
  const { workbench, shot } = walk;
  await workbench.openViewMenu(VIEW);
  if (brings === "Sparrow Embed") {
    await untilDone(
      "the menu of the stores",
      () => workbench.menuItem("Import from").hover(TRY),
      () => workbench.menuItem(title).isVisible(),
    );
    await shot("05-import-menu");
  }
  await workbench.pressMenuItem(title, "Import from");
  await answer(walk);
  await workbench.previewText(title.replace("…", ""), /add entry/);
  if (brings === "fable 3b") await shot("06-import-preview");
  await workbench.pressInEditor("Apply");
  await untilRows(walk, `${brings} in the tree`, (labels) => labels.some((label) => label.startsWith(brings)));
}

async function badges(walk: StoresWalk): Promise<void> {
  const rows = await untilRows(walk, "all thirteen", (labels) => labels.length === 13);
  const description = (label: string): string => rows.find((row) => row.label.startsWith(label))?.description ?? "";
  assert.match(description("Aurora 8B"), /128K · tools · thinking/);
  assert.match(description("Lumen VL"), /vision/);
  assert.match(description("Swarm"), /30B-A2\.9B/);
  assert.match(description("Sparrow"), /embeddings/);
  assert.match(description("ink sketch"), /LoRA/);
  assert.match(description("Old Classifier"), /unsafe format/);
  // As wide as one needs it to read the badges.
  await walk.workbench.widenSideBar(220);
  await walk.shot("07-all-dark");
  await walk.workbench.setTheme("Light Modern");
  await walk.shot("08-all-light");
  await walk.workbench.setTheme("Dark Modern");
}

async function filterBySight(walk: StoresWalk): Promise<void> {
  const { workbench, shot } = walk;
  await workbench.pressInView(VIEW, "Filter Models…");
  await workbench.pick("What it can do");
  await workbench.pick("vision");
  await shot("09-filter");
  await workbench.confirmPicks();
  const rows = await untilRows(walk, "those that see", (labels) => labels.length === 3);
  assert.deepEqual(
    names(rows).map((label) => label.split(" (", 1)[0]),
    ["Lumen VL 4B", "glimpse", "Heron VL Mini"],
  );
  await shot("10-filtered");
  await workbench.leaveInput();
  await workbench.runCommand("Model Deck: Clear Filter of Models");
  await untilRows(walk, "all again", (labels) => labels.length === 13);
}

async function hover(walk: StoresWalk): Promise<void> {
  const { workbench, shot } = walk;
  const label = workbench.treeRow(VIEW, /Aurora 8B/).locator(".label-name");
  const told = async (): Promise<boolean> => {
    const texts = await workbench.page.locator(".monaco-hover").filter({ visible: true }).allInnerTexts();
    return texts.some((text) => /Thinking/.test(text) && /Fits/i.test(text) && /template/i.test(text));
  };
  // A row that is drawn anew below the pointer takes its hover along.
  await untilDone(
    "the hover with what is known",
    async () => {
      await workbench.page.mouse.move(900, 500);
      await label.hover(TRY);
    },
    told,
    { patience: 8000 },
  );
  await shot("11-hover");
  await workbench.page.mouse.move(900, 500);
}

/** The file goes while the view is open; the row says so by itself. */
async function loseFile(walk: StoresWalk): Promise<void> {
  await rm(walk.collection.removable);
  await untilRows(walk, "the mark of the one that is gone", (_, rows) =>
    rows.some(({ label, description }) => label.startsWith("Wisp") && description.startsWith("missing")),
  );
  await walk.shot("20-missing");
}

async function doctor(walk: StoresWalk): Promise<void> {
  const { workbench, shot, collection } = walk;
  await workbench.runCommand("Model Deck: Doctor: Examine Models and Stores…");
  await workbench.pick("All locations and known stores");
  await workbench.quickInput().getByText("Days after which").waitFor();
  await workbench.pressInInput("Enter");
  await workbench.previewText("Doctor", /Halfway-7B/, /Gone-3B/, /wisp-1b/, /old-classifier/);
  await shot("21-doctor");
  await workbench.pressInEditor("Mend…");
  for (const what of [/partial downloads/, /links that lead nowhere/, /files are gone/]) await workbench.pick(what);
  await shot("22-mend");
  await workbench.confirmPicks();
  await workbench.previewText("Doctor: Mend", /remove entry/);
  await shot("23-mend-preview");
  await workbench.pressInEditor("Apply");
  await workbench.answerDialog("Apply");
  await untilRows(
    walk,
    "the entry without a file to go",
    (labels) => !labels.some((label) => label.startsWith("Wisp")),
  );
  const partial = path.join(collection.models, "demo/Halfway-7B-GGUF/Halfway-7B-Q4_K_M.gguf.partial");
  await until("the partial download to go", () => !existsSync(partial));
  await until(
    "the report that no longer holds to go",
    () => workbench.page.locator(".editor-group-container .tab").count(),
    (count) => count === 0,
  );
  await shot("24-mended");
}
