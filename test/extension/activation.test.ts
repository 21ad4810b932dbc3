import assert from "node:assert/strict";
import * as vscode from "vscode";
import { hostWorld } from "./host-world.ts";

suite("In the real extension host", () => {
  const extension = vscode.extensions.getExtension("modeldeck.modeldeck");

  test("the extension activates", async () => {
    assert.ok(extension, "modeldeck.modeldeck is not installed");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  test("every command of the manifest is there", async () => {
    assert.ok(extension);
    const { contributes } = extension.packageJSON as { contributes: { commands: { command: string }[] } };
    const there = new Set(await vscode.commands.getCommands(true));
    const missing = contributes.commands.map(({ command }) => command).filter((command) => !there.has(command));
    assert.deepEqual(missing, []);
  });

  test("the settings of the world around are in force", () => {
    const configuration = vscode.workspace.getConfiguration("modelDeck");
    assert.equal(configuration.get("storage"), hostWorld().storage);
    assert.equal(configuration.get("huggingface.endpoint"), hostWorld().hub);
  });
});
