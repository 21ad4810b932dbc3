import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import type { Fit } from "../../src/core/protocol/fit.ts";
import type { Applied, OperationName, Plan } from "../../src/core/protocol/maintenance.ts";
import type { LockfileOutcome, MetadataFound, UpdateReport } from "../../src/core/protocol/metadata.ts";
import type { Entry, EntryDetails, EntryPage } from "../../src/core/protocol/models.ts";
import type { Task } from "../../src/core/protocol/tasks.ts";
import { hostWorld } from "./host-world.ts";

/** Stores of five programs, brought in and looked after as scripts do it. */
suite("Stores by executeCommand", () => {
  const { collection } = hostWorld();
  const at = (...names: readonly string[]): string => path.join(collection, ...names);
  const run = async <T>(command: string, args: object = {}): Promise<T> =>
    (await vscode.commands.executeCommand(`modelDeck.${command}`, args)) as T;
  const list = async (filter: object = {}): Promise<readonly Entry[]> =>
    (await run<EntryPage>("models.list", { limit: 1000, ...filter })).entries;
  const names = async (filter: object = {}): Promise<readonly string[]> =>
    (await list(filter)).map(({ displayName }) => displayName.replace(/ \(.*/, ""));
  const nameOf = async (family: string): Promise<string> => {
    const found = (await list()).find(({ displayName }) => displayName.startsWith(family));
    return found?.name ?? assert.fail(`no ${family}`);
  };
  const refused = async (command: string, args: object): Promise<string | undefined> => {
    try {
      await run(command, args);
    } catch (error) {
      if (!(error instanceof Error)) return String(error);
      // What is given up rejects with the reason of its signal.
      return error.name === "AbortError" ? error.name : "code" in error ? String(error.code) : error.message;
    }
    return undefined;
  };
  const until = async <T>(question: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> => {
    for (;;) {
      const answer = await question();
      if (holds(answer)) return answer;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  let before: readonly string[] = [];

  suiteSetup(async () => {
    await vscode.extensions.getExtension("modeldeck.modeldeck")?.activate();
    before = (await list()).map(({ name }) => name);
  });

  // The suites share one world, and others count what is in it.
  suiteTeardown(async () => {
    const added = (await list()).map(({ name }) => name).filter((name) => !before.includes(name));
    const done = { names: added, mode: "metadata", dryRun: false, confirm: true };
    if (added.length > 0) await run("maintenance.remove", done);
    const left = (await list()).map(({ name }) => name).filter((name) => !before.includes(name));
    if (left.length > 0) await run("maintenance.remove", { ...done, names: left, mode: "purge" });
  });

  const imports: readonly (readonly [OperationName, object, readonly string[]])[] = [
    [
      "scan",
      { base: at("models") },
      ["Aurora 8B Instruct", "Lumen VL 4B", "Old Classifier", "Swarm 30B A3B", "Wisp 1B"],
    ],
    ["importHuggingFaceCache", { root: at("hf-cache") }, ["Heron VL Mini", "Sparrow Embed"]],
    ["importOllama", {}, ["fable 3b", "glimpse"]],
    ["importLmStudio", { root: at("home/.lmstudio/models") }, ["Nimbus 1B"]],
    ["importComfyUI", { root: at("comfyui") }, ["dreamscape v2", "ink sketch"]],
    ["importInvokeAI", { root: at("invokeai") }, ["Watercolor"]],
  ];
  for (const [operation, options, brings] of imports)
    test(`${operation} adds what its plan lists, once`, async () => {
      const known = new Set(await names());
      const plan = await run<Plan>(`maintenance.${operation}`, options);
      assert.equal(plan.totals.added, brings.length);
      assert.deepEqual(new Set(await names()), known);
      await run<Applied>("maintenance.apply", { planId: plan.planId });
      assert.deepEqual((await names()).filter((name) => !known.has(name)).toSorted(), [...brings].toSorted());
      assert.equal((await run<Plan>(`maintenance.${operation}`, options)).totals.steps, 0);
    });

  test("models.list finds by characteristics what sees, calls tools, and must not be trusted", async () => {
    const having = (name: string) => names({ where: [{ name, is: true }] });
    assert.deepEqual(new Set(await having("vision")), new Set(["Lumen VL 4B", "glimpse", "Heron VL Mini"]));
    assert.deepEqual(await having("unsafe"), ["Old Classifier"]);
    assert.deepEqual(await names({ where: [{ name: "parameters", atLeast: 2e10 }] }), ["Swarm 30B A3B"]);
  });

  test("models.fit tells what a context takes, and that more takes more", async () => {
    const name = await nameOf("Aurora");
    const totalAt = async (context: number): Promise<number> => {
      const { fit } = await run<{ fit: Fit[] }>("models.fit", { name, context });
      const [first] = fit;
      assert.equal(first?.need.context, context);
      return first.need.total;
    };
    const [small, large] = [await totalAt(8192), await totalAt(65_536)];
    // 32 layers × 8 heads × (128 + 128) elements × 2 bytes a token.
    assert.ok(large - small >= (65_536 - 8192) * 131_072);
    assert.equal(await refused("models.fit", {}), "badArguments");
  });

  test("models.show says who says so, and keeps what others say", async () => {
    const { facts, characteristics, files } = await run<EntryDetails>("models.show", { name: await nameOf("Lumen") });
    assert.equal(facts.find(({ name }) => name === "vision")?.value, true);
    assert.ok(characteristics.filter(({ name }) => name === "parameters").length > 1);
    assert.equal(files.length, 2);
  });

  test("models.probe of what is not served is refused", async () => {
    assert.equal(typeof (await refused("models.probe", { name: await nameOf("Aurora") })), "string");
  });

  test("models.updates says of a repository that its hub does not have that it is gone", async () => {
    const { updates } = await run<{ updates: UpdateReport[] }>("models.updates", { names: [await nameOf("Swarm")] });
    assert.equal(updates.length, 1);
    assert.match(updates[0]?.state ?? "", /gone|unknown/);
  });

  test("metadata.fetch asks Civitai by the digest of the file, metadata.remove takes it away again", async () => {
    const name = await nameOf("dreamscape");
    const { found } = await run<{ found: MetadataFound[] }>("metadata.fetch", { names: [name] });
    assert.equal(found[0]?.from, "civitai", JSON.stringify(found));
    assert.ok(found[0].written.length > 0 && found[0].written.every((file) => existsSync(file)));
    const shown = await run<EntryDetails>("models.show", { name });
    assert.deepEqual(shown.metadata["triggerWords"], ["dreamscape", "soft dawn light"]);
    await run("metadata.remove", { names: [name] });
    assert.ok(found[0].written.every((file) => !existsSync(file)));
    assert.equal((await run<EntryDetails>("models.show", { name })).metadata["triggerWords"], undefined);
  });

  test("metadata.preview sets a picture and takes it away, metadata.card of what has no README is null", async () => {
    const name = await nameOf("Swarm");
    const picture = at("models/demo/Aurora-8B-Instruct-GGUF/Aurora-8B-Instruct-Q4_K_M.png");
    const shown = await run<EntryDetails>("metadata.preview", { name, picture });
    assert.ok(shown.preview !== undefined && existsSync(shown.preview));
    assert.equal((await run<EntryDetails>("metadata.preview", { name, picture: null })).preview, undefined);
    const bare = await nameOf("dreamscape");
    assert.deepEqual(await run<object>("metadata.card", { name: bare }), { card: null });
  });

  test("lockfile.export writes what is sourced, and lockfile.import finds it here", async () => {
    const file = at("deck.lock.json");
    const written = await run<LockfileOutcome>("lockfile.export", { path: file });
    assert.ok(written.models > 0);
    assert.equal((JSON.parse(await readFile(file, "utf8")) as { version: number }).version, 1);
    const { here, downloads, leftOut } = await run<LockfileOutcome>("lockfile.import", { path: file });
    assert.deepEqual(downloads, []);
    assert.equal(here.length + leftOut.length, written.models);
    await writeFile(file, "{}");
    assert.equal(typeof (await refused("lockfile.import", { path: file })), "string");
  });

  test("the doctor's mend goes to the trash, and undo brings it back byte for byte", async () => {
    const partial = at("models/demo/Halfway-7B-GGUF/Halfway-7B-Q4_K_M.gguf.partial");
    const bytes = await readFile(partial);
    const report = await run<Plan>("maintenance.doctor", { stores: [at("models")] });
    assert.deepEqual(
      new Set(report.findings.map(({ kind }) => kind)),
      new Set(["stalePartial", "danglingLink", "unsafe"]),
    );
    assert.equal(report.totals.steps, 0);
    const mend = { stores: [at("models")], mend: ["stalePartial", "danglingLink"] };
    const { planId, destructive } = await run<Plan>("maintenance.doctor", mend);
    assert.equal(destructive, true);
    assert.equal(await refused("maintenance.apply", { planId }), "badArguments");
    const { historyId } = await run<Applied>("maintenance.apply", { planId, confirm: true });
    assert.ok(!existsSync(partial));
    await run("history.undo", { id: historyId });
    assert.deepEqual(await readFile(partial), bytes);
  });

  test("a plan that reads much can be cancelled at its task, and changes nothing", async () => {
    // Equal in size, so that only their bytes tell whether they are the same.
    for (const name of ["Nimbus-copy-1.gguf", "Nimbus-copy-2.gguf"]) {
      await mkdir(at("slow"), { recursive: true });
      await writeFile(at("slow", name), "x");
      await truncate(at("slow", name), 64e9);
    }
    const planning = refused("maintenance.shareFiles", { stores: [at("slow")] });
    const running = await until(
      async () => (await run<{ tasks: Task[] }>("tasks.list", { kind: "scan" })).tasks,
      (tasks) => tasks.some(({ state }) => state === "running"),
    );
    await run("tasks.cancel", { ids: running.filter(({ state }) => state === "running").map(({ id }) => id) });
    assert.equal(await planning, "AbortError");
  });

  test("the card of a model opens in an editor of its own, once", async () => {
    const [entry] = await list({ text: "aurora" });
    const row = { kind: "model", group: "", entry, serving: false, servable: false };
    for (let times = 0; times < 2; times += 1) await vscode.commands.executeCommand("modelDeck.row.card", row);
    const cards = async (): Promise<readonly vscode.Tab[]> =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ label }) => label === entry?.displayName);
    assert.equal((await until(cards, ({ length }) => length > 0)).length, 1);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  test("commands that are given nothing ask, and can be left", async () => {
    const asking = ["models.fit", "models.probe", "metadata.fetch", "metadata.remove", "metadata.preview"].concat([
      "metadata.card",
      "lockfile.export",
      "lockfile.import",
      "row.card",
      "row.fetchMetadata",
    ]);
    for (const command of asking) {
      const running = Promise.resolve(vscode.commands.executeCommand(`modelDeck.${command}`)).then(() => "ended");
      for (;;) {
        const state = await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 100, "asking"))]);
        if (state === "ended") break;
        await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
      }
    }
  });
});
