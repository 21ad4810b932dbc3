import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { ServerLogs, ServingStatus, SwitchResult } from "../../../src/core/protocol/serving.ts";
import { type WindowWorld, createWindowWorld } from "../../core/owner/windows.ts";
import { freePort } from "../../support/free-port.ts";

const FAKE = path.join(import.meta.dirname, "../../support/fake-llama-server.mjs");

suite("two windows that switch at once", function () {
  this.timeout(180_000);
  let world: WindowWorld;
  let settings: Record<string, unknown>;

  suiteSetup(async function () {
    if (process.platform === "win32") return this.skip();
    world = await createWindowWorld();
    const conf = path.join(world.folder, "models.conf");
    await writeFile(path.join(world.folder, "x.gguf"), "GGUF");
    await writeFile(conf, ["a", "b"].map((id) => `[${id}]\nMODEL=x.gguf\nEXTRA_ARGS=--fake-load-ms 200\n`).join("\n"));
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
    const results = await Promise.all(
      windows.map((window) => window.run<SwitchResult>("serving.switch", { profile: "a", onBusy: "queue" })),
    );
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
    const [switching, refused] = await Promise.allSettled([
      first.run<SwitchResult>("serving.switch", { profile: "b" }),
      second.run<SwitchResult>("serving.switch", { profile: "a", force: true }),
    ]);
    const ends = [switching, refused].map((end) => (end.status === "fulfilled" ? end.value.outcome : end.reason.code));
    assert.deepEqual(new Set(ends), new Set(["busy", "ready"]));
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
