import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import type { CommandLine, ProfileDetails, ProfileList, ProfileValidation } from "../../src/core/protocol/profiles.ts";
import { hostWorld } from "./host-world.ts";

/** What VS Code itself makes of files of profiles. */
suite("Files of profiles in the editor", () => {
  const world = hostWorld();
  const yaml = path.join(world.storage, "modeldeck.yaml");
  let text = "";
  const run = async <T>(command: string, args: object = {}): Promise<T> =>
    (await vscode.commands.executeCommand(`modelDeck.${command}`, args)) as T;
  const opened = async (file: string): Promise<vscode.TextDocument> => {
    const document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    return document;
  };

  /** Resolves with the next change of what is told of files, at the latest after so many milliseconds. */
  const changed = (timeout?: number): Promise<void> =>
    new Promise((resolve) => {
      const subscription = vscode.languages.onDidChangeDiagnostics(end);
      const timer = timeout === undefined ? undefined : setTimeout(end, timeout);
      function end(): void {
        subscription.dispose();
        clearTimeout(timer);
        resolve();
      }
    });

  /**
   * VS Code does not say when it has begun to watch a folder: what was done once and not heard is undone and done once more,
   * so that what is heard in the end is that one deed, and no later change of the same file.
   */
  const untilHeard = async (
    deed: () => Promise<void>,
    undo: () => Promise<void>,
    isHeard: () => boolean,
  ): Promise<void> => {
    for (let patience = 1000; ; patience *= 2) {
      await deed();
      const end = performance.now() + patience;
      while (!isHeard() && performance.now() < end) await changed(Math.max(1, end - performance.now()));
      if (isHeard()) return;
      await undo();
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  };

  suiteSetup(async () => {
    await vscode.extensions.getExtension("modeldeck.modeldeck")?.activate();
    const { profiles } = await run<ProfileList>("profiles.list");
    const model = profiles.find(({ source }) => source === "conf")?.model ?? "";
    text = `profiles:\n  host-yaml:\n    model: ${JSON.stringify(model)}\n    context: many\n    \n`;
    await writeFile(yaml, text);
  });
  suiteTeardown(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.workspace.fs.delete(vscode.Uri.file(yaml));
  });

  test("the data folder's own file is read as soon as anybody makes it", async () => {
    const isTold = (): boolean => vscode.languages.getDiagnostics(vscode.Uri.file(yaml)).length > 0;
    await run("profiles.list");
    while (!isTold()) await changed();
    await rm(yaml);
    await run("profiles.list");
    while (isTold()) await changed();
    // VS Code does not say when it has begun to watch: the file is written until it is seen.
    while (!isTold()) {
      await writeFile(yaml, text);
      await changed(1000);
    }
  });

  test("every profile of models.conf has its lenses", async () => {
    const document = await opened(world.profilesFile);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      document.uri,
    );
    const sections = (await readFile(world.profilesFile, "utf8")).match(/^\[/gm)?.length ?? 0;
    const serve = lenses.filter(({ command }) => command?.command === "modelDeck.row.serveProfile");
    assert.ok(sections > 0);
    assert.equal(serve.length, sections);
    assert.ok(lenses.some(({ command }) => command?.command === "modelDeck.profiles.benchmark"));
  });

  test("a compose file beside is judged as soon as anybody writes it, and forgotten when it goes", async () => {
    const compose = vscode.Uri.file(path.join(path.dirname(world.profilesFile), "compose.yaml"));
    const told = (): string =>
      vscode.languages
        .getDiagnostics(compose)
        .map(({ message }) => message)
        .join("|");
    const write = (): Promise<void> => writeFile(compose.fsPath, "services: {}\n");
    const remove = (): Promise<void> => rm(compose.fsPath, { force: true });
    try {
      await untilHeard(write, remove, () => told() === "It has no services");
      await untilHeard(remove, write, () => told() === "");
    } finally {
      await remove();
    }
  });

  test("a profile's model is offered from among the models that are known, by its path below the weights root", async () => {
    const file = path.join(world.models, "offered", "tiny-finch-q4_k_m.gguf");
    const list = path.join(world.storage, "offered.json");
    const name = "tiny-finch-llama.cpp-gguf-q4_k_m";
    await mkdir(path.dirname(file));
    await writeFile(file, "weights");
    await writeFile(list, JSON.stringify([{ name, family: "tiny-finch", backend: "llama.cpp", download_path: file }]));
    try {
      await run("models.import", { path: list });
      const document = await opened(yaml);
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        document.uri,
        new vscode.Position(2, "    model: ".length),
      );
      assert.ok(
        items.some(({ insertText }) => insertText === "offered/tiny-finch-q4_k_m.gguf"),
        JSON.stringify(items.map(({ insertText }) => insertText)),
      );
    } finally {
      await run("maintenance.remove", { names: [name], mode: "purge", dryRun: false, confirm: true });
      await rm(path.dirname(file), { recursive: true, force: true });
      await rm(list);
    }
  });

  test("modeldeck.yaml has its problems at their lines, and completion and hover of its keys", async () => {
    const document = await opened(yaml);
    const found = (): vscode.Diagnostic | undefined =>
      vscode.languages.getDiagnostics(document.uri).find(({ source }) => source === "Model Deck");
    await new Promise<void>((resolve) => {
      const subscription = vscode.languages.onDidChangeDiagnostics(look);
      function look(): void {
        if (!found()) return;
        subscription.dispose();
        resolve();
      }
      look();
    });
    assert.deepEqual([found()?.range.start.line, found()?.severity], [3, vscode.DiagnosticSeverity.Error]);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      document.uri,
      new vscode.Position(4, 4),
    );
    assert.ok(list.items.some(({ label }) => label === "gpuLayers"));
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      document.uri,
      new vscode.Position(3, 6),
    );
    const words = hovers.flatMap(({ contents }) => contents.map((one) => (typeof one === "string" ? one : one.value)));
    assert.ok(
      words.some((one) => one.includes("Tokens of context")),
      words.join(),
    );
  });

  test("the verbs answer by executeCommand: the command, a clone, a save, a check", async () => {
    await writeFile(yaml, `profiles:\n  host-yaml: # mine\n    model: ${JSON.stringify(world.profilesFile)}\n`);
    const how = { profile: "host-yaml", overrides: { context: 321 } };
    assert.match((await run<CommandLine>("profiles.command", how)).text, / -c 321 /);
    const clone = await run<ProfileDetails>("profiles.clone", {
      profile: "host-yaml",
      as: "host-clone",
      patch: { context: 512 },
    });
    assert.equal(clone.profile.context, 512);
    await run<ProfileDetails>("profiles.save", { profile: "host-yaml", patch: { context: 768 } });
    assert.match(await readFile(yaml, "utf8"), /host-yaml: # mine\n {4}model: .*\n {4}context: 768\n {2}host-clone:\n/);
    const { problems } = await run<ProfileValidation>("profiles.validate", { path: yaml });
    assert.deepEqual(problems, []);
  });

  test("the form of a profile opens, and once where it is pressed twice", async () => {
    const forms = (): readonly vscode.Tab[] =>
      vscode.window.tabGroups.all.flatMap((group) => group.tabs.filter(({ label }) => label === "host-yaml"));
    const isThere = (): boolean => forms().length > 0;
    const press = () => vscode.commands.executeCommand("modelDeck.profiles.save", "host-yaml");
    await Promise.all([press(), press()]);
    await new Promise<void>((resolve) => {
      const subscription = vscode.window.tabGroups.onDidChangeTabs(look);
      function look(): void {
        if (!isThere()) return;
        subscription.dispose();
        resolve();
      }
      look();
    });
    // What is asked of VS Code is answered in order: another form would have its tab by now.
    await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
    assert.equal(forms().length, 1);
  });
});
