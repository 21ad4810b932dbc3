import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ServerLogs, ServingStatus, SwitchResult } from "../../../src/core/protocol/serving.ts";
import { type WindowWorld, createWindowWorld } from "../../core/owner/windows.ts";
import { freePort } from "../../support/free-port.ts";

const FAKE = path.join(import.meta.dirname, "../../support/fake-llama-server.mjs");

suite("two windows that switch at once", function () {
  this.timeout(180_000);
  let world: WindowWorld;
  let settings: Record<string, unknown>;
  /** No load ends before it is there. */
  let gate: string;

  suiteSetup(async function () {
    if (process.platform === "win32") return this.skip();
    world = await createWindowWorld();
    const conf = path.join(world.folder, "models.conf");
    await writeFile(path.join(world.folder, "x.gguf"), "GGUF");
    gate = path.join(world.folder, "gate");
    await writeFile(conf, ["a", "b"].map((id) => `[${id}]\nMODEL=x.gguf\nEXTRA_ARGS=--fake-gate ${gate}\n`).join("\n"));
    settings = {
      "profiles.files": [conf],
      weightsRoot: world.folder,
      "serving.engine": "process",
      "serving.port": await freePort(),
      "backends.llama.cpp.binary": FAKE,
    };
  });
  suiteTeardown(async () => {
    const last = await world?.open({ settings });
    await last?.run("serving.stop");
    await world?.close();
  });

  test("the same: one of them starts it, and both are told that it serves", async () => {
    const windows = [await world.open({ settings }), await world.open({ settings })] as const;
    const switching = windows.map((window) =>
      window.run<SwitchResult>("serving.switch", { profile: "a", onBusy: "queue" }),
    );
    await writeFile(gate, "");
    const results = await Promise.all(switching);
    assert.deepEqual(
      results.map(({ outcome, running }) => [outcome, running]),
      [
        ["ready", "a"],
        ["ready", "a"],
      ],
    );
    const { lines } = await windows[1].run<ServerLogs>("serving.logs");
    assert.equal(lines.filter((line) => line === "--- Switching to a ---").length, 1);
    for (const window of windows) await window.close();
  });

  test("another: one is first, the other one is told that it is busy, or takes its place", async () => {
    const windows = [await world.open({ settings }), await world.open({ settings })] as const;
    const [first, second] = windows;
    await rm(gate);
    const ends = [
      first.run<SwitchResult>("serving.switch", { profile: "b" }),
      second.run<SwitchResult>("serving.switch", { profile: "a", force: true }),
    ].map((asked) =>
      asked.then(
        ({ outcome }) => outcome as string,
        (error: { readonly code: string }) => error.code,
      ),
    );
    // Whoever came second is told while the other one loads.
    assert.equal(await Promise.race(ends), "busy");
    await writeFile(gate, "");
    assert.deepEqual(new Set(await Promise.all(ends)), new Set(["busy", "ready"]));
    const given = await first.run<SwitchResult>("serving.switch", { profile: "a", force: true, wait: false });
    assert.equal(given.outcome, "started");
    const taken = await second.run<SwitchResult>("serving.switch", { profile: "b", onBusy: "replace", force: true });
    assert.equal(taken.outcome, "ready");
    const { servers } = await first.run<ServingStatus>("serving.status");
    assert.deepEqual(
      servers.map(({ profile, state }) => [profile, state]),
      [["b", "ready"]],
    );
    for (const window of windows) await window.close();
  });
});
