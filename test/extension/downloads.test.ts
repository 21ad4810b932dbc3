import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Download, QueueStatus } from "../../src/core/protocol/downloads.ts";
import { hostWorld } from "./host-world.ts";

suite("Downloads: the form and the rows of what arrives", () => {
  const world = hostWorld();
  const run = async <T>(command: string, ...args: readonly unknown[]): Promise<T> =>
    (await vscode.commands.executeCommand(`modelDeck.${command}`, ...args)) as T;
  const list = (): Promise<{ readonly downloads: readonly Download[]; readonly queue: QueueStatus }> =>
    run("downloads.list", {});
  const tabs = (label: string): readonly vscode.Tab[] =>
    vscode.window.tabGroups.all.flatMap((group) => group.tabs.filter((tab) => tab.label === label));
  /** The window tells of its tabs a moment later. */
  const opened = (label: string): Promise<void> =>
    new Promise((resolve) => {
      if (tabs(label).length > 0) return resolve();
      const listening = vscode.window.tabGroups.onDidChangeTabs(() => {
        if (tabs(label).length === 0) return;
        listening.dispose();
        resolve();
      });
    });

  suiteSetup(async () => {
    await vscode.extensions.getExtension("modeldeck.modeldeck")?.activate();
  });

  test("the form opens for a model that is named, once, and nothing is queued by it", async () => {
    const before = (await list()).downloads.length;
    const title = `Download ${world.first.repository}`;
    await run("downloads.form", { model: world.first.repository });
    await opened(title);
    await run("downloads.form", { model: world.first.repository });
    assert.equal(tabs(title).length, 1);
    assert.equal((await list()).downloads.length, before);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  test("without a row the commands of rows do nothing", async () => {
    const before = JSON.stringify((await list()).downloads);
    for (const name of ["pauseDownload", "resumeDownload", "retryDownload", "cancelDownload", "showDownload"])
      await run(`row.${name}`);
    assert.equal(JSON.stringify((await list()).downloads), before);
  });

  test("a row is resumed and cancelled by its command, where its state allows it", async () => {
    const args = {
      model: world.first.repository,
      quantizations: [world.first.quantization],
      force: true,
      paused: true,
    };
    const { ids } = await run<{ readonly ids: readonly string[] }>("downloads.add", args);
    const [id] = ids;
    assert.ok(id);
    const node = { kind: "download", id };
    const stateOf = async (): Promise<string | undefined> =>
      (await list()).downloads.find((one) => one.id === id)?.state;
    assert.equal(await stateOf(), "paused");
    // It is paused already.
    await run("row.pauseDownload", node);
    assert.equal(await stateOf(), "paused");
    // A row that the tree has not read yet is passed over, so until it has.
    while ((await stateOf()) === "paused") await run("row.cancelDownload", node, [node]);
    assert.equal(await stateOf(), "cancelled");
    await run("downloads.remove", { ids: [id] });
  });
});
