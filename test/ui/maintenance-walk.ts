import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Locator } from "playwright-core";
import { literally } from "../support/vscode/exactly.ts";
import { TRY, untilDone } from "../support/vscode/gesture.ts";
import { until } from "../support/vscode/until.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import type { World, WorldModel } from "../support/world.ts";
import { download, rowOf } from "./main-walk.ts";

const VIEW = "Models";

export interface MaintenanceWalk {
  readonly workbench: Workbench;
  readonly world: World;
  readonly shot: (name: string) => Promise<void>;
}

/**
 * A person tidies up: two models are here; both get a role, one is removed with its files after a look at the preview,
 * and comes back from the history; then all files are checked. Throws at the first thing that is not as it must be.
 */
export async function maintenanceWalk(walk: MaintenanceWalk): Promise<void> {
  const { workbench, world } = walk;
  await until(
    "the status-bar item",
    () => workbench.statusBar("modeldeck.modeldeck.serving"),
    (text) => text === "No model",
    { timeout: 180_000 },
  );
  await workbench.openViewContainer("Model Deck");
  await download({ ...walk, step: () => {} }, world.first, "1-download");
  await download({ ...walk, step: () => {} }, world.second, "2-download");
  await workbench.closePanel();

  await giveRole(walk);
  await workbench.runCommand("Model Deck: Show History");
  await until(
    "both edits in the history",
    () => workbench.treeRows("History"),
    (rows) => rows.length === 2 && rows.every(({ label }) => label.startsWith("Edit ")),
  );
  await workbench.runCommand("Model Deck: Show Backups");
  const file = path.join(world.models, world.second.repository, world.second.file);
  const bytes = await readFile(file);
  await remove(walk, world.second, file);
  await undo(walk, world.second);
  assert.deepEqual(await readFile(file), bytes, "what came back is not what was removed");
  await check(walk);
}

const chosen = ({ page }: Workbench): Locator => page.locator(".pane .monaco-list-row.selected");

/** Both models are chosen, and get the same role by one command. */
async function giveRole({ workbench, world, shot }: MaintenanceWalk): Promise<void> {
  const first = workbench.treeRow(VIEW, rowOf(world.first)).locator(".label-name");
  const second = workbench.treeRow(VIEW, rowOf(world.second)).locator(".label-name");
  await untilDone(
    "both models chosen",
    async () => {
      await first.click(TRY);
      await second.click({ ...TRY, modifiers: ["Control"] });
    },
    async () => (await chosen(workbench).count()) === 2,
  );
  await workbench.openMenuOf(second);
  await workbench.pressMenuItem("Edit Roles…");
  await workbench.pick("chat");
  await shot("3-roles");
  await workbench.confirmPicks();
  await workbench.told(/Roles changed: 2 models/);
}

async function remove({ workbench, world, shot }: MaintenanceWalk, model: WorldModel, file: string): Promise<void> {
  const row = workbench.treeRow(VIEW, rowOf(model)).locator(".label-name");
  await untilDone(
    "it alone chosen",
    () => row.click(TRY),
    async () => (await chosen(workbench).count()) === 1,
  );
  await workbench.openMenuOf(row);
  await workbench.pressMenuItem("Remove…");
  await workbench.pick(/Entry and files/);
  await workbench.previewText("Remove Models", /undone from the history[^]*remove entry/, new RegExp(literally(file)));
  assert.ok(existsSync(file), "the preview changed something");
  await workbench.page.locator(".codelens-decoration", { hasText: "Apply" }).waitFor();
  await shot("4-preview-dark");
  await workbench.setTheme("Light Modern");
  await shot("4-preview-light");
  await workbench.pressInEditor("Apply");
  const asked = await workbench.dialogText();
  assert.match(asked, /^Remove .+ and move 1 file \(.+\) to the trash\?/);
  await shot("5-question");
  await workbench.answerDialog("Apply");
  await until(
    "the row to go",
    () => workbench.treeRows(VIEW),
    (rows) =>
      !rows.some(({ label }) => rowOf(model).test(label)) && rows.some(({ label }) => rowOf(world.first).test(label)),
  );
  await until("the file to go", () => !existsSync(file));
  await workbench.told(/^Remove Models: .+ removed/);
  await shot("6-removed");
}

async function undo({ workbench, shot }: MaintenanceWalk, model: WorldModel): Promise<void> {
  const row = workbench.treeRow("History", /Remove/);
  await untilDone(
    "the preview of the undo",
    async () => {
      await row.hover(TRY);
      await row.getByRole("button", { name: /^Undo/ }).click(TRY);
    },
    () => workbench.page.locator(".tab.active", { hasText: "Undo: " }).isVisible(),
  );
  await workbench.previewText("Undo: ");
  await shot("7-undo-preview");
  await workbench.pressInEditor("Apply");
  await until(
    "the row to come back",
    () => workbench.treeRows(VIEW),
    (rows) => rows.some(({ label }) => rowOf(model).test(label)),
  );
  await until(
    "the history to say so",
    () => workbench.treeRows("History"),
    (rows) => rows.some(({ description }) => description.includes("undone")),
  );
  await shot("8-undone");
}

async function check({ workbench, shot }: MaintenanceWalk): Promise<void> {
  await workbench.runCommand("Model Deck: Verify Files…");
  await workbench.pick("All that are installed");
  await workbench.told(/^2 files checked: 2 ok\.$/);
  await workbench.pressInNotification("2 files checked", "Show Report");
  await workbench.previewText("Verify", /\+ ok/);
  await shot("9-report");
}
