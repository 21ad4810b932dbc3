import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import type { Download } from "../../src/core/protocol/downloads.ts";
import type { HubAnalysis, HubHits } from "../../src/core/protocol/hub.ts";
import type { Characteristic, EntryDetails, EntryPage, ModelStats } from "../../src/core/protocol/models.ts";
import type { ProfileList } from "../../src/core/protocol/profiles.ts";
import type { BackendStatus, ServerLogs, ServingStatus, SwitchResult } from "../../src/core/protocol/serving.ts";
import type { Task } from "../../src/core/protocol/tasks.ts";
import { ask } from "../support/llama-process.ts";
import type { WorldModel } from "../support/world.ts";
import { hostWorld } from "./host-world.ts";

/** contract.md's verbs as scripts and other extensions ask them: `executeCommand` with an argument object. */
suite("Verbs by executeCommand", () => {
  const world = hostWorld();

  const run = async <T>(verb: string, args: object = {}): Promise<T> =>
    (await vscode.commands.executeCommand(`modelDeck.${verb}`, args)) as T;
  const refused = async (verb: string, args: object): Promise<Error & { code?: string; facts?: object }> => {
    try {
      await run(verb, args);
    } catch (error) {
      assert.ok(error instanceof Error);
      return error;
    }
    return assert.fail(`${verb} was not refused`);
  };
  /** Asks until it holds: a script that may not listen to the deck's events does the same. */
  const until = async <T>(question: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> => {
    for (;;) {
      const answer = await question();
      if (holds(answer)) return answer;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const find = async (id: string): Promise<Download> => {
    const { downloads } = await run<{ downloads: Download[] }>("downloads.list");
    return downloads.find((download) => download.id === id) ?? assert.fail(`no download ${id}`);
  };
  const download = async (model: WorldModel): Promise<Download> => {
    const { ids } = await run<{ ids: string[] }>("downloads.add", {
      model: model.repository,
      quantizations: [model.quantization],
    });
    assert.equal(ids.length, 1);
    return until(
      () => find(ids[0] ?? ""),
      ({ state }) => state === "done" || state === "failed",
    );
  };
  const active = async (): Promise<ServingStatus["servers"][number] | undefined> =>
    (await run<ServingStatus>("serving.status")).servers.find(({ state }) => state !== "off");

  suiteSetup(async () => {
    await vscode.extensions.getExtension("modeldeck.modeldeck")?.activate();
  });
  suiteTeardown(() => run("serving.stop"));

  test("hub.analyze tells the choices, pinned to a commit", async () => {
    const analysis = await run<HubAnalysis>("hub.analyze", { model: world.first.repository });
    assert.match(analysis.commit, /^[0-9a-f]{40}$/);
    const choice = analysis.choices.find((one) => one.files.some((file) => file.endsWith(world.first.file)));
    assert.equal(choice?.sizeBytes, world.first.bytes);
    const file = analysis.files.find((one) => one.path === choice?.files[0]);
    assert.match(file?.sha256 ?? "", /^[0-9a-f]{64}$/);
  });

  test("hub.search finds the hub's models; accounts are told and forgotten, their tokens never shown", async () => {
    const { hits } = await run<HubHits>("hub.search", { provider: "huggingface", limit: 50 });
    assert.ok(hits.some(({ reference }) => reference === world.first.repository));
    assert.equal((await refused("hub.search", { provider: "nowhere" })).code, "badArguments");
    const secret = "a_civitai_token_of_some_length";
    const set = await run<object>("accounts.set", { provider: "civitai", secret });
    const told = await run<{ accounts: Record<string, boolean> }>("accounts.status");
    assert.equal(told.accounts["civitai"], true);
    assert.ok(!JSON.stringify([set, told]).includes(secret));
    const left = await run<{ accounts: Record<string, boolean> }>("accounts.remove", { provider: "civitai" });
    assert.equal(left.accounts["civitai"], false);
    assert.equal((await refused("accounts.remove", { provider: "nowhere" })).code, "badArguments");
  });

  test("downloads.add fetches both models, each proven by its sha256", async () => {
    for (const model of [world.first, world.second]) {
      const ended = await download(model);
      assert.equal(ended.state, "done", JSON.stringify(ended.reason));
      assert.equal(ended.bytesDone, model.bytes);
      const shown = await run<EntryDetails>("models.show", { name: ended.entry });
      assert.equal(shown.proof, "sha256");
      assert.equal(shown.state, "installed");
      assert.equal((await stat(shown.path ?? "")).size, model.bytes);
      assert.ok((shown.path ?? "").startsWith(world.models + path.sep));
    }
  });

  test("models.list and models.stats know them, and filters choose among them", async () => {
    const { entries, total } = await run<EntryPage>("models.list");
    assert.equal(total, 2);
    assert.deepEqual(new Set(entries.map(({ backend }) => backend)), new Set(["llama.cpp"]));
    const { entries: chosen } = await run<EntryPage>("models.list", {
      quantization: world.second.quantization.toLowerCase(),
    });
    assert.equal(chosen.length, 1);
    const stats = await run<ModelStats>("models.stats");
    assert.deepEqual([stats.count, stats.bytes], [2, world.first.bytes + world.second.bytes]);
  });

  test("a second download of the same bytes is done at once, without a file twice", async () => {
    const again = await download(world.first);
    assert.equal(again.state, "done");
    assert.equal((await run<EntryPage>("models.list")).total, 2);
  });

  test("profiles.list has both profiles, with what they ask for", async () => {
    const { profiles, problems } = await run<ProfileList>("profiles.list");
    assert.deepEqual(problems, []);
    for (const model of [world.first, world.second]) {
      const profile = profiles.find(({ id }) => id === model.profile);
      assert.equal(profile?.context, model.context);
      assert.deepEqual(profile?.problems, []);
      assert.equal(profile?.file, world.profilesFile);
    }
  });

  test("serving.switch starts a real llama-server that gives the model's known answer", async () => {
    const result = await run<SwitchResult>("serving.switch", { profile: world.first.profile });
    assert.equal(result.outcome, "ready", JSON.stringify(result));
    assert.equal(result.readBack?.context, world.first.context);
    assert.equal(result.url, world.server);
    assert.equal(await ask(world.server, "Who are you?"), world.first.reply);
    const server = await active();
    assert.deepEqual([server?.state, server?.profile, server?.runtime], ["ready", world.first.profile, world.runtime]);
  });

  test("models.probe asks the server that has the model loaded, and its answers are kept", async () => {
    const { entries } = await run<EntryPage>("models.list", { quantization: world.first.quantization.toLowerCase() });
    const name = entries[0]?.name ?? assert.fail("the model is not listed");
    const { characteristics } = await run<{ characteristics: Characteristic[] }>("models.probe", { name });
    assert.ok(characteristics.some(({ source }) => source === "server"));
    const shown = await run<EntryDetails>("models.show", { name });
    assert.ok(shown.characteristics.some(({ source }) => source === "server"));
  });

  test("a second switch puts the other model in its place", async () => {
    const result = await run<SwitchResult>("serving.switch", { profile: world.second.profile });
    assert.equal(result.outcome, "ready", JSON.stringify(result));
    assert.equal(await ask(world.server, "Who are you?"), world.second.reply);
  });

  test("a context asked for beside the profile is what is loaded", async () => {
    const result = await run<SwitchResult>("serving.switch", {
      profile: world.second.profile,
      overrides: { context: 256 },
    });
    assert.equal(result.outcome, "ready", JSON.stringify(result));
    assert.equal(result.readBack?.context, 256);
  });

  test("serving.switch with wait: false answers at once, and the status tells the rest", async () => {
    await run<SwitchResult>("serving.switch", { profile: world.first.profile, wait: false });
    await until(active, (server) => server?.state === "ready" && server.profile === world.first.profile);
    assert.equal(await ask(world.server, "Who are you?"), world.first.reply);
  });

  test("serving.logs has the separators and the server's own lines", async () => {
    // What a server says may come after its answers.
    const { lines, next } = await until(
      () => run<ServerLogs>("serving.logs"),
      (log) => log.lines.some((line) => line.includes("listening on")),
    );
    assert.ok(lines.some((line) => line.startsWith("--- Switching to ") && line.includes(world.first.title)));
    const { lines: later } = await run<ServerLogs>("serving.logs", { since: next });
    // The server may have gone on speaking; nothing is told twice, and nothing is left out.
    const { lines: all } = await run<ServerLogs>("serving.logs");
    assert.deepEqual([...lines, ...later], all.slice(0, lines.length + later.length));
  });

  test("serving.stop ends it, and the port is free", async () => {
    await run("serving.stop");
    assert.equal(await active(), undefined);
    await assert.rejects(ask(world.server, "Anyone?"));
  });

  test("backends.list tells what can serve; a back end serves again what it served last, and is stopped", async () => {
    const { backends } = await run<{ backends: BackendStatus[] }>("backends.list");
    const [backend] = backends;
    assert.deepEqual([backend?.backend, backend?.usable], ["llama.cpp", true]);
    const kinds = backend?.runtimes.filter(({ available }) => available).map(({ kind }) => kind);
    assert.ok(kinds?.includes(world.runtime));
    const result = await run<SwitchResult>("backends.start", { backend: "llama.cpp" });
    assert.deepEqual([result.outcome, result.running], ["ready", world.first.profile]);
    await run("backends.stop", { backend: "llama.cpp" });
    assert.equal(await active(), undefined);
  });

  test("the same commands without arguments ask nothing where there is one answer, and show a page", async () => {
    await vscode.commands.executeCommand("modelDeck.backends.start");
    assert.equal((await active())?.state, "ready");
    await vscode.commands.executeCommand("modelDeck.backends.stop");
    assert.equal(await active(), undefined);
    await vscode.commands.executeCommand("modelDeck.backends.list");
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
    await until(
      async () => tabs(),
      (labels) => labels.some((label) => label.includes("What can serve models here")),
    );
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  test("images.pull is a task, which fails in words where there is no such registry", async () => {
    const { id } = await run<{ id: string }>("images.pull", { image: "127.0.0.1:1/no/image:1" });
    const failed = await until(
      async () => (await run<{ tasks: Task[] }>("tasks.list")).tasks.find((task) => task.id === id),
      (task) => task?.state === "failed",
    );
    assert.ok(failed?.reason?.message);
    await run("tasks.remove", { ids: [id] });
  });

  test("what cannot be done is an Error with a code, facts and a sentence", async () => {
    const cases: readonly (readonly [string, object, string, RegExp])[] = [
      ["models.show", { name: "tiny-auroro" }, "notFound", /tiny-auroro/],
      ["models.show", {}, "badArguments", /name/],
      ["serving.switch", { profile: "nobody" }, "notFound", /nobody/],
      ["backends.start", { backend: "nobody" }, "notFound", /nobody/],
      ["images.pull", { image: "a b" }, "badArguments", /image/],
      ["downloads.pause", { ids: ["nothing"] }, "notFound", /nothing/],
      ["hub.analyze", { model: "not a model" }, "badArguments", /model/],
      ["downloads.add", { model: world.first.repository, location: "moon", force: true }, "notFound", /moon/],
    ];
    for (const [verb, args, code, sentence] of cases) {
      const error = await refused(verb, args);
      assert.equal(error.code, code, `${verb}: ${error.message}`);
      assert.match(error.message, sentence);
      assert.equal(typeof error.facts, "object");
    }
  });

  test("gpu.status answers with a list, also where there is no GPU", async () => {
    const { gpus } = await run<{ gpus: object[] }>("gpu.status");
    assert.ok(Array.isArray(gpus));
  });
});
