import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Deck } from "../../../src/core/core.ts";
import { openDeck } from "../../../src/core/open-deck.ts";

/** What scripts hand in that no form would. */
suite("arguments that cannot be meant", () => {
  let folder = "";
  let deck: Deck;
  suiteSetup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "bad-input-"));
    deck = await openDeck({ storage: path.join(folder, "data"), settings: { "gpu.enabled": false } });
    const file = path.join(folder, "models.json");
    await writeFile(file, JSON.stringify([{ name: "old", deprecated: true }]));
    await deck.run("models.import", { path: file });
  });
  suiteTeardown(async () => {
    await deck.close();
    await rm(folder, { recursive: true });
  });
  const refused = (verb: string, args: unknown, code: string): Promise<void> =>
    assert.rejects(deck.run(verb, args), { code }, `${verb} ${JSON.stringify(args)}`);

  test("a name that is no text is an unknown verb", async () => {
    // As a script does that nobody checks.
    for (const name of [null, undefined, 5, {}])
      await assert.rejects(deck.run(name as never, {}), { code: "unknownVerb" });
  });

  test("numbers beyond what can be counted are refused before anything is kept", async () => {
    await refused("downloads.limit", { bytesPerSecond: 1e300 }, "badArguments");
    await refused("tasks.move", { id: "a", priority: 1e300 }, "badArguments");
    await refused("downloads.add", { model: "a/b", priority: -1e300 }, "badArguments");
    await refused("serving.switch", { profile: "a", overrides: { gpuLayers: 1e300 } }, "badArguments");
  });

  test("a list is no object, wherever an object is taken", async () => {
    for (const [verb, path, args] of [
      ["models.stats", "", []],
      ["tasks.pause", "", []],
      ["maintenance.plan", "options", { operation: "scan", options: [] }],
      ["maintenance.apply", "options", { operation: "scan", options: [], confirm: true }],
      ["maintenance.apply", "options", { operation: "scan", options: [1], confirm: true }],
      ["models.edit", "patch", { name: "old", patch: [] }],
      ["models.edit", "patch.backendConfig", { name: "old", patch: { backendConfig: [] } }],
      ["models.list", "where.0", { where: [[]] }],
      ["models.export", "filter", { path: "/x", format: "csv", filter: [] }],
      ["serving.switch", "overrides", { profile: "a", overrides: [] }],
    ] as const)
      await assert.rejects(deck.run(verb, args), ({ fault }) => {
        const { code, problem } = fault;
        assert.deepEqual([code, fault.path, problem], ["badArguments", path, "takes an object, not a list"], verb);
        return true;
      });
    await deck.run("models.list", { where: [] });
  });

  test("a format that no weights have is refused with those they have", async () => {
    const options = { base: folder, fallbackFormat: "zzz" };
    await assert.rejects(deck.run("maintenance.plan", { operation: "scan", options }), {
      code: "badArguments",
      message: /options\.fallbackFormat.*one of gguf, safetensors, pytorch, onnx, mlx/,
    });
    await deck.run("maintenance.plan", { operation: "scan", options: { base: folder, fallbackFormat: "onnx" } });
  });

  test("an argument that no system hands to a program is told before anything stops", async () => {
    await refused("serving.switch", { profile: "a", overrides: { args: ["a\0b"] } }, "badArguments");
    await refused("profiles.command", { profile: "a", overrides: { args: ["a\0b"] } }, "badArguments");
  });

  test("an address of a back end is one that can be asked, without a password in it", async () => {
    for (const baseUrl of ["javascript:alert(1)", "http://ada:secret@host/", "host:80"])
      await refused("models.edit", { name: "old", patch: { backendConfig: { baseUrl } } }, "badArguments");
    await deck.run("models.edit", { name: "old", patch: { backendConfig: { baseUrl: "http://host:80/v1" } } });
  });

  test("confirm: false applies nothing, in either form", async () => {
    const { planId } = (await deck.run("maintenance.plan", { operation: "purgeDeprecated" })) as { planId: string };
    await refused("maintenance.apply", { planId, confirm: false }, "badArguments");
    await refused("maintenance.apply", { operation: "purgeDeprecated", confirm: false }, "badArguments");
    const { total } = (await deck.run("models.list", { includeDeprecated: true })) as { total: number };
    assert.equal(total, 1);
  });

  test("a folder has one name however it is written", async () => {
    const plan = (root: string): Promise<unknown> =>
      deck.run("maintenance.plan", { operation: "tidyFolders", options: { root } });
    const { command } = (await plan(`${folder}/data/../data`)) as { command: string };
    assert.ok(command.includes(JSON.stringify({ root: `${folder}/data` })), command);
  });

  test("a text to be judged says what file it is of", () =>
    refused("profiles.validate", { text: "[a]" }, "badArguments"));
});
