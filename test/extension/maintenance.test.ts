import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import {
  type Applied,
  type BackupRow,
  type HistoryRow,
  type OperationName,
  type Plan,
  type TrashRow,
  operations,
} from "../../src/core/protocol/maintenance.ts";
import type { Task } from "../../src/core/protocol/tasks.ts";
import type { EntryPage } from "../../src/core/protocol/models.ts";
import { ggufWeights, putWeights } from "../support/collection/weights.ts";
import { hostWorld } from "./host-world.ts";

/** The commands of maintenance as scripts ask them, and as a person who gives up at the first question. */
suite("Maintenance by executeCommand", () => {
  const world = hostWorld();
  const run = async <T>(command: string, args: object = {}): Promise<T> =>
    (await vscode.commands.executeCommand(`modelDeck.${command}`, args)) as T;
  const refused = async (command: string, args: object): Promise<Error & { code?: string }> => {
    try {
      await run(command, args);
    } catch (error) {
      assert.ok(error instanceof Error);
      return error;
    }
    return assert.fail(`${command} was not refused`);
  };

  /** Options with which each operation has something to look at, though nothing to do. */
  const options: Readonly<Record<Exclude<OperationName, "remove">, object>> = {
    scan: { base: world.models, updateExisting: false, includeTesting: true },
    importOllama: { deprecatePlaceholders: true },
    importLmStudio: { root: world.models },
    importHuggingFaceCache: { root: world.models, updateExisting: true },
    importInvokeAI: {},
    importComfyUI: { root: world.models },
    normalize: { rebuild: true, pruneMissing: false, backup: false },
    relink: { roots: [world.models] },
    shareFiles: { stores: [world.models], kind: "auto" },
    doctor: { stores: [world.models], partialAgeDays: 7 },
    purgeDeprecated: { placeholdersOnly: true },
    purgeLogicalOnly: { includeCurated: true, backup: false },
    purgeHuggingFace: { weightsRoot: world.models },
    resetDiscovered: { backend: "vllm" },
    pruneDuplicates: { backend: "vllm" },
    restoreOllama: {},
    backfillOllamaPaths: {},
    tidyFolders: { root: world.models },
    fixMissing: { files: [] },
  };

  suiteSetup(async () => {
    await vscode.extensions.getExtension("modeldeck.modeldeck")?.activate();
  });

  for (const operation of operations.filter((name) => name !== "remove"))
    test(`${operation} with its options answers with a plan, and changes nothing`, async () => {
      const before = (await run<{ history: HistoryRow[] }>("history.list")).history.length;
      const plan = await run<Plan>(`maintenance.${operation}`, options[operation]);
      assert.equal(plan.operation, operation);
      assert.ok(plan.planId.length > 0 && plan.command.startsWith("modeldeck "));
      assert.equal((await run<{ history: HistoryRow[] }>("history.list")).history.length, before);
    });

  test("remove names the model that is not there", async () => {
    const error = await refused("maintenance.remove", { names: ["nobody-here"], mode: "metadata" });
    assert.equal(error.code, "notFound");
    assert.match(error.message, /nobody-here/);
  });

  test("an option that is none is refused by its name", async () => {
    const error = await refused("maintenance.pruneDuplicates", { backnd: "vllm" });
    assert.equal(error.code, "badArguments");
    assert.match(error.message, /backnd/);
  });

  test("dryRun: false applies what the plan lists, history undoes and redoes it", async () => {
    const empty = path.join(world.models, "nobody", "nothing");
    await mkdir(empty, { recursive: true });
    const plan = await run<Plan>("maintenance.tidyFolders", { root: world.models });
    assert.deepEqual(
      plan.firstSteps.map(({ what }) => what),
      [empty, path.dirname(empty)],
    );
    assert.ok(existsSync(empty));
    const done = { root: world.models, dryRun: false, confirm: true };
    const applied = await run<Applied>("maintenance.tidyFolders", done);
    assert.ok(!existsSync(path.dirname(empty)));
    const undo = await run<Plan>("history.undo", { id: applied.historyId, dryRun: true });
    assert.equal(undo.operation, "undo");
    assert.ok(!existsSync(empty));
    await run("history.undo", { id: applied.historyId });
    assert.ok(existsSync(empty));
    const { history } = await run<{ history: HistoryRow[] }>("history.list");
    assert.equal(history.find(({ id }) => id === applied.historyId)?.state, "undone");
    await run("history.redo", { id: applied.historyId });
    assert.ok(!existsSync(path.dirname(empty)));
  });

  test("a plan is applied once", async () => {
    await mkdir(path.join(world.models, "nobody"), { recursive: true });
    const { planId } = await run<Plan>("maintenance.tidyFolders", { root: world.models });
    const { steps } = await run<{ steps: object[] }>("maintenance.steps", { planId });
    assert.equal(steps.length, 1);
    await run("maintenance.apply", { planId, confirm: true });
    assert.match((await refused("maintenance.apply", { planId, confirm: true })).code ?? "", /notFound|stale/);
  });

  test("the preview of two thousand new entries names each of them, and its lines wrap", async function () {
    this.timeout(600_000);
    const folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-many-"));
    try {
      for (let at = 0; at < 2000; at += 1) {
        const keys = { "general.architecture": "llama", "general.name": `Grain ${at}`, "llama.block_count": 2 };
        const grain = ggufWeights(keys, [["token_embd.weight", "F32", 32, 2]]);
        await putWeights(path.join(folder, `Grain-${at}-Q8_0.gguf`), grain);
      }
      const scan = { base: folder, updateExisting: false, includeTesting: true, dryRun: false };
      const { historyId, totals } = await run<Applied>("maintenance.scan", scan);
      assert.equal(totals.added, 2000);
      const { entries } = await run<EntryPage>("models.list", { text: "grain", limit: 1000 });
      assert.equal(entries.length, 1000);
      await run("history.undo", { id: historyId });

      await vscode.commands.executeCommand("modelDeck.row.redo", {
        kind: "history",
        id: historyId,
        context: "",
        row: {},
      });
      const preview = vscode.window.activeTextEditor?.document;
      assert.equal(preview?.languageId, "modeldeck-preview");
      const lines = preview.getText().split("\n");
      const added = lines.flatMap((line) => /^\+ add entry {2}(\S+) {2}\(discovered\)/.exec(line)?.[1] ?? []);
      assert.equal(new Set(added).size, 2000);
      for (const { name } of entries) assert.ok(added.includes(name), name);
      assert.ok(lines.includes("Changes (2000)"));
      const { languageId: language, uri } = preview;
      assert.equal(vscode.workspace.getConfiguration("editor", { uri, languageId: language }).get("wordWrap"), "on");
    } finally {
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("a preview that was split is one still where one of its tabs is closed", async () => {
    await mkdir(path.join(world.models, "nobody"), { recursive: true });
    const done = { root: world.models, dryRun: false, confirm: true };
    const { historyId: id } = await run<Applied>("maintenance.tidyFolders", done);
    await vscode.commands.executeCommand("modelDeck.row.undo", { kind: "history", id, context: "", row: {} });
    const uri = vscode.window.activeTextEditor?.document.uri;
    assert.equal(uri?.scheme, "modeldeck-plan");
    const lenses = async (): Promise<number> =>
      (await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri)).length;
    const tabs = (count: number): Promise<void> =>
      new Promise((resolve) => {
        const subscription = vscode.window.tabGroups.onDidChangeTabs(look);
        function look(): void {
          const all = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
          const isOurs = ({ input }: vscode.Tab) =>
            input instanceof vscode.TabInputText && input.uri.toString() === uri?.toString();
          const ours = all.filter(isOurs);
          if (ours.length !== count) return;
          subscription.dispose();
          resolve();
        }
        look();
      });
    assert.equal(await lenses(), 2);
    await vscode.commands.executeCommand("workbench.action.splitEditor");
    await tabs(2);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await tabs(1);
    assert.equal(await lenses(), 2);
    await vscode.commands.executeCommand("modelDeck.preview.cancel", uri);
    await tabs(0);
  });

  test("backups, trash and tasks answer", async () => {
    const made = await run<BackupRow>("backups.create");
    const { backups } = await run<{ backups: BackupRow[] }>("backups.list");
    assert.ok(backups.some(({ id }) => id === made.id));
    const restore = await run<Plan>("backups.restore", { id: made.id, dryRun: true });
    assert.equal(restore.operation, "restoreBackup");
    assert.ok(Array.isArray((await run<{ trash: TrashRow[] }>("trash.list")).trash));
    const { id } = await run<{ id: string }>("maintenance.verify");
    const { tasks } = await run<{ tasks: Task[] }>("tasks.list", { kind: "verify" });
    assert.ok(tasks.some((task) => task.id === id));
  });

  test("every command of maintenance asks where it is given nothing, and can be left", async () => {
    const extension = vscode.extensions.getExtension("modeldeck.modeldeck");
    assert.ok(extension);
    const { contributes } = extension.packageJSON as { contributes: { commands: { command: string }[] } };
    const asking = contributes.commands
      .map(({ command }) => command)
      .filter((command) => /^modelDeck\.(maintenance|history|backups|trash|tasks)\./.test(command))
      // It asks nothing.
      .filter((command) => command !== "modelDeck.backups.create");
    assert.ok(asking.length >= 25);
    for (const command of asking) {
      const running = Promise.resolve(vscode.commands.executeCommand(command)).then(() => "ended");
      // A question may come up only after an answer of the deck: each is left as it comes.
      for (;;) {
        const state = await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 100, "asking"))]);
        if (state === "ended") break;
        await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
      }
    }
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });
});
