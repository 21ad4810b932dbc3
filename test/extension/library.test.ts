import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import type { EffectiveSetting, ExportCounts, ImportCounts, RoleAnswer } from "../../src/core/protocol/editing.ts";
import type { EntryDetails, EntryPage } from "../../src/core/protocol/models.ts";
import type { HistoryRow } from "../../src/core/protocol/maintenance.ts";
import { hostWorld } from "./host-world.ts";

/** Editing the collection as scripts do it. The entries come in as a registry file, so that no download is needed. */
suite("Editing by executeCommand", () => {
  const world = hostWorld();
  const file = path.join(world.storage, "..", "incoming.json");
  const run = async <T>(command: string, args: object = {}): Promise<T> =>
    (await vscode.commands.executeCommand(`modelDeck.${command}`, args)) as T;
  const codeOf = async (command: string, args: object): Promise<string | undefined> => {
    try {
      await run(command, args);
    } catch (error) {
      assert.ok(error instanceof Error && "code" in error);
      return String(error.code);
    }
    return undefined;
  };
  const names = async (filter: object): Promise<readonly string[]> =>
    (await run<EntryPage>("models.list", filter)).entries.map(({ name }) => name);
  const undoLast = async (): Promise<void> => {
    const [last] = (await run<{ history: HistoryRow[] }>("history.list")).history;
    await run("history.undo", { id: last?.id });
  };

  suiteSetup(async () => {
    await vscode.extensions.getExtension("modeldeck.modeldeck")?.activate();
    const entries = ["wren", "lark"].map((name, at) => ({
      name: `${name}-7b-vllm-safetensors`,
      family: `${name}-7b`,
      backend: "vllm",
      download_format: "safetensors",
      roles: ["chat"],
      role_priority: { chat: 10 + at },
      capabilities: { chat: true },
      odd_field: { kept: true },
    }));
    await writeFile(file, JSON.stringify(entries));
  });

  // The suites share one world, and others count what is in it.
  suiteTeardown(async () => {
    const gone = await names({ backend: "vllm" });
    await run("maintenance.remove", { names: gone, mode: "purge", dryRun: false, confirm: true });
    assert.deepEqual(await names({ backend: "vllm" }), []);
  });

  test("models.import takes a registry file as one piece of history, which undo takes back", async () => {
    const counts = await run<ImportCounts>("models.import", { path: file });
    assert.deepEqual([counts.added, counts.changed], [2, 0]);
    assert.deepEqual(await names({ backend: "vllm" }), ["lark-7b-vllm-safetensors", "wren-7b-vllm-safetensors"]);
    assert.equal((await run<ImportCounts>("models.import", { path: file })).unchanged, 2);
    await undoLast();
    assert.deepEqual(await names({ backend: "vllm" }), []);
    await run("models.import", { path: file });
  });

  test("a registry file that is no array, or has a name twice, changes nothing", async () => {
    const bad = `${file}.bad`;
    for (const content of ["{}", '[{"name":"a","backend":"vllm"},{"name":"a","backend":"vllm"}]', "nonsense"]) {
      await writeFile(bad, content);
      assert.equal(await codeOf("models.import", { path: bad }), "configInvalid", content);
    }
    assert.equal((await names({ backend: "vllm" })).length, 2);
  });

  test("models.promote makes a discovered entry curated", async () => {
    const promoted = await run<EntryDetails>("models.promote", { name: "lark-7b-vllm-safetensors" });
    assert.equal(promoted.name, "lark-7b-vllm-safetensors");
    assert.ok(
      (await run<{ history: HistoryRow[] }>("history.list")).history.some(({ operation }) => operation === "promote"),
    );
  });

  test("models.edit changes what it names; an edit from an older state is refused, and nothing of it stays", async () => {
    const name = "wren-7b-vllm-safetensors";
    const before = await run<EntryDetails>("models.show", { name });
    const edited = await run<EntryDetails>("models.edit", {
      name,
      basis: before.basis,
      patch: { roles: ["chat", "code"], extraArgs: ["--max-model-len", "8192"], notes: "fast" },
    });
    assert.deepEqual(
      [edited.roles, edited.extraArgs, edited.notes],
      [["chat", "code"], ["--max-model-len", "8192"], "fast"],
    );
    assert.equal(await codeOf("models.edit", { name, basis: before.basis, patch: { notes: "late" } }), "stale");
    assert.equal((await run<EntryDetails>("models.show", { name })).notes, "fast");
    assert.equal(await codeOf("models.edit", { name, patch: { roles: ["singer"] } }), "badArguments");
  });

  test("models.edit locks, and a locked entry refuses every edit but its unlocking", async () => {
    const name = "lark-7b-vllm-safetensors";
    await run("models.edit", { name, patch: { locked: true } });
    assert.equal(await codeOf("models.edit", { name, patch: { notes: "no" } }), "locked");
    const open = await run<EntryDetails>("models.edit", { name, patch: { locked: false } });
    assert.equal(open.locked, false);
  });

  test("roles.resolve names the candidates in their order, and an unknown role is told", async () => {
    const { preferred, others } = await run<RoleAnswer>("roles.resolve", { role: "chat" });
    assert.equal(preferred, undefined);
    assert.ok(Array.isArray(others));
    assert.equal(await codeOf("roles.resolve", { role: "singer" }), "notFound");
  });

  test("models.export writes what the filter chooses, as JSON that comes in again and as CSV", async () => {
    const out = `${file}.out`;
    const counts = await run<ExportCounts>("models.export", { path: out, format: "json", filter: { backend: "vllm" } });
    assert.equal(counts.entries, 2);
    assert.equal((await run<ImportCounts>("models.import", { path: out })).unchanged, 2);
    await run("models.export", { path: out, format: "csv", filter: { backend: "vllm" } });
    assert.equal((await readFile(out, "utf8")).trim().split(/\r?\n/).length, 3);
  });

  test("config.show tells every setting with where it comes from", async () => {
    const { settings } = await run<{ settings: EffectiveSetting[] }>("config.show");
    const of = (key: string) => settings.find((setting) => setting.key === `modelDeck.${key}`);
    assert.equal(of("huggingface.endpoint")?.value, world.hub);
    assert.notEqual(of("huggingface.endpoint")?.origin, "default");
    assert.equal(of("history.keep")?.origin, "default");
  });

  test("a wish about characteristics finds what a list of capabilities says, too", async () => {
    const name = "wren-7b-vllm-safetensors";
    await run("models.edit", { name, patch: { capabilities: ["text", "vision"] } });
    const sees = { backend: "vllm", where: [{ name: "vision", is: true }] };
    assert.deepEqual(await names(sees), [name]);
    assert.deepEqual(await names({ ...sees, where: [{ name: "parameters", atLeast: 1 }, ...sees.where] }), []);
  });

  test("the view's filter is set and cleared without asking", async () => {
    await run("models.filter", { backend: "vllm", includeDeprecated: true });
    await run("models.filter", { architecture: "llama", where: [{ name: "vision", is: true }] });
    await vscode.commands.executeCommand("modelDeck.models.clearFilter");
  });
});
