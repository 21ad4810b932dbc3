import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { type CivitaiServer, type StoredVersion, startCivitaiServer } from "../support/civitai-server.ts";
import { exactly } from "../support/vscode/exactly.ts";
import { chooseFolder } from "../support/vscode/folder-dialog.ts";
import { until } from "../support/vscode/until.ts";
import type { Workbench } from "../support/vscode/workbench.ts";
import type { World } from "../support/world.ts";

export interface VersionWalk {
  readonly workbench: Workbench;
  readonly world: World;
  readonly shot: (name: string) => Promise<void>;
}

const EXTENSION = "modeldeck.modeldeck";

/** A model of Civitai with three versions, the oldest of which is not what it was promised to be. */
export async function startVersions(): Promise<CivitaiServer> {
  const civitai = await startCivitaiServer();
  const put = (id: number, name: string, more: StoredVersion["more"], promised?: string): void => {
    const content = Buffer.from(`${name} `.repeat(20_000));
    const sha256 = createHash("sha256")
      .update(promised ?? content)
      .digest("hex");
    const hashes = { SHA256: sha256.toUpperCase() };
    const file = { id: id * 10, name: `ink-${name}.safetensors`, sizeKB: content.length / 1024, type: "Model", hashes };
    civitai.contents.set(id * 10, content);
    civitai.versions.push({ id, modelId: 12, name, sha256, more: { ...more, files: [file] } });
  };
  put(5000, "v0", { baseModel: "SD 1.4", publishedAt: "2024-01-02T10:00:00.000Z" }, "other bytes");
  put(5001, "v1", { baseModel: "SD 1.5", publishedAt: "2025-02-03T10:00:00.000Z" });
  put(5002, "v2", { baseModel: "SDXL 1.0", publishedAt: "2026-03-04T10:00:00.000Z" });
  civitai.models.set(12, { name: "Ink Sketch", type: "LORA", allowCommercialUse: ["Image"], allowNoCredit: false });
  return civitai;
}

/** An older version by the quick way and by the form, and what is said of wrong bytes. */
export async function versionWalk(walk: VersionWalk): Promise<void> {
  const { workbench, shot } = walk;
  await workbench.setTheme("Dark Modern");
  await workbench.runCommand("Notifications: Clear All Notifications");
  await workbench.runCommand("View: Close All Editors");
  await quickly(walk);
  await inForm(walk);
  await wrongBytes(workbench, shot);
}

const rows = (workbench: Workbench, row: RegExp): Promise<readonly string[]> =>
  until(
    `a row ${row.source}`,
    () => workbench.picks(),
    (labels) => labels.some((label) => row.test(label)),
  );

async function openBox(workbench: Workbench): Promise<void> {
  await workbench.runCommand("Model Deck: Download Model…");
  await workbench.answerInput("civitai:12");
  await rows(workbench, /Another Version…/);
}

async function turnTo(workbench: Workbench, version: string): Promise<void> {
  await workbench.pick(/Another Version…/);
  await rows(workbench, /^v0$/);
  await workbench.pick(new RegExp(`^${version}$`));
  await rows(workbench, /Another Version…/);
  await workbench.quickInput().getByText(`Ink Sketch – ${version}`).waitFor();
}

/** The one variant is shown with what there is to know, and Enter takes it. */
async function quickly({ workbench, shot }: VersionWalk): Promise<void> {
  await openBox(workbench);
  const box = workbench.quickInput();
  await box.getByText("commercial use: Image").waitFor();
  await box.getByText("SDXL 1.0 · 2026-03-04").waitFor();
  await shot("21-one-variant");
  await workbench.pick(/Another Version…/);
  assert.deepEqual(
    (await rows(workbench, /^v0$/)).map((label) => label.trim()),
    ["v2", "v1", "v0"],
  );
  await shot("22-versions");
  await workbench.pick(/^v1$/);
  await box.getByText("Ink Sketch – v1").waitFor();
  await rows(workbench, /Another Version…/);
  await shot("23-other-version");
  await workbench.pressInInput("Enter");
  await until(
    "Ink Sketch – v1 among the models",
    () => workbench.treeRows("Models"),
    (all) => all.some(({ label }) => label.startsWith("Ink Sketch – v1")),
    { timeout: 180_000 },
  );
}

async function inForm({ workbench, world, shot }: VersionWalk): Promise<void> {
  await openBox(workbench);
  await workbench.pick(/More Options…/);
  const form = await workbench.webview(EXTENSION, 'form.download h1:text-is("Ink Sketch – v2")');
  await form.getByRole("combobox", { name: "Version" }).click();
  await form.getByRole("option", { name: "v1 · SD 1.5 · 2025-02-03" }).waitFor();
  await shot("24-form-versions");
  await form.getByRole("option", { name: "v1 · SD 1.5 · 2025-02-03" }).click();
  await form.getByRole("heading", { level: 1, name: "Ink Sketch – v1" }).waitFor();
  await form.getByText("All of it is here already").waitFor();
  const links = path.join(world.folder, "links");
  await mkdir(links, { recursive: true });
  await form.getByRole("button", { name: "Add Folder…" }).click();
  await chooseFolder(workbench, { folder: links, button: "Link Here", look: () => shot("25-link-folder") });
  await form.getByText(`Each finished file gets a link in ${links}.`).waitFor();
  await form.getByText("and nothing of it is to be fetched.").waitFor();
  await form.getByText("What this does").scrollIntoViewIfNeeded();
  await shot("26-form-links");
  await workbench.setTheme("Light Modern");
  await shot("27-form-links-light");
  await workbench.setTheme("Light High Contrast");
  await shot("28-form-links-contrast");
  await workbench.setTheme("Dark Modern");
  await workbench.runCommand("View: Close All Editors");
}

async function wrongBytes(workbench: Workbench, shot: VersionWalk["shot"]): Promise<void> {
  await openBox(workbench);
  await turnTo(workbench, "v0");
  await workbench.pressInInput("Enter");
  const notice = "Ink Sketch – v0: ink-v0.safetensors is not what its source promised.";
  await workbench.told(exactly(notice), { timeout: 180_000 });
  await shot("29-wrong-bytes");
  await workbench.pressInNotification(notice, "Show");
  const page = await workbench.webview(EXTENSION, "#tab-queue");
  await page.getByText(/its digest is .*It was set aside beside it as ink-v0\.safetensors\.corrupt-/).waitFor();
  await shot("30-wrong-bytes-shown");
}
