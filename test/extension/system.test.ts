import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { SystemStatus } from "../../src/core/protocol/system.ts";
import { hostWorld } from "./host-world.ts";

suite("The status of the machine", () => {
  const world = hostWorld();
  const run = async <T>(verb: string, args: object = {}): Promise<T> =>
    (await vscode.commands.executeCommand(`modelDeck.${verb}`, args)) as T;
  suiteSetup(async () => {
    await vscode.extensions.getExtension("modeldeck.modeldeck")?.activate();
  });

  test("system.status knows the machine, what is free where models go, and the hub it has asked", async () => {
    await run("hub.search", { provider: "huggingface", text: "tiny" });
    const { cpu, memory, locations, hosts } = await run<SystemStatus>("system.status");
    assert.ok(cpu.cores > 0 && (cpu.load ?? 0) >= 0 && (cpu.load ?? 0) <= 1);
    assert.ok(memory.freeBytes > 0 && memory.freeBytes < memory.totalBytes);
    const main = locations.find(({ location }) => location === "main");
    assert.equal(main?.path, world.models);
    assert.ok((main.freeBytes ?? 0) > 0);
    assert.equal(hosts.find(({ host }) => host === new URL(world.hub).host)?.state, "reachable");
    await assert.rejects(run("system.status", { verbose: true }), { code: "badArguments" });
  });

  test("without arguments it is a page to read", async () => {
    const shown = new Promise<void>((resolve) => {
      const look = (): void => {
        const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
        if (!tabs.some(({ label }) => label.includes("System"))) return;
        listening.dispose();
        resolve();
      };
      const listening = vscode.window.tabGroups.onDidChangeTabs(look);
    });
    await vscode.commands.executeCommand("modelDeck.system.status");
    await shown;
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });
});
