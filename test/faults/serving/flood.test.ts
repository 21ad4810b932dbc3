import assert from "node:assert/strict";
import path from "node:path";
import { createProcessRuntime } from "../../../src/core/adapters/process-runtime.ts";
import { type ServingWorld, openServingWorld } from "../../core/serving/deck.ts";
import { createFakeRuntime } from "../../support/fake-runtime.ts";

const FAKE = path.join(import.meta.dirname, "../../support/fake-llama-server.mjs");
const { signal } = new AbortController();

suite("a server that floods its log", () => {
  let world: ServingWorld;
  setup(async () => {
    world = await openServingWorld(
      (storage) => ({ containers: createFakeRuntime("container"), processes: createProcessRuntime({ storage }) }),
      { "serving.engine": "process", "backends.llama.cpp.binary": FAKE },
    );
    await world.conf("[loud]\nNAME=Loud\nMODEL=loud.gguf\nEXTRA_ARGS=--fake-flood 100\n");
    await world.model("loud.gguf");
  });
  teardown(() => world.dispose());

  test("of 100 MB with a line of 10 MB: it gets ready, the last 5 MB are kept, the rest is counted", async () => {
    const result = await world.serving.switchTo({ profile: "loud" }, signal);
    assert.equal(result.outcome, "ready", JSON.stringify(result.reason));
    let read = world.serving.logs({});
    while (!read.lines.some((line) => line.includes("model loaded"))) {
      await new Promise<void>((resolve) => {
        const subscription = world.serving.onLog(() => {
          subscription.dispose();
          resolve();
        });
      });
      read = world.serving.logs({});
    }
    const { lines, dropped } = read;
    assert.ok(dropped > 80_000, String(dropped));
    assert.ok(lines.reduce((all, line) => all + line.length, 0) <= 5 * 2 ** 20);
    const long = lines.find((line) => line.startsWith("yyyy")) ?? "";
    assert.ok(long.length > 60_000 && long.length < 70_000);
    assert.match(long, /characters more\)$/);
    // What came first is gone, and the separator with it; the server is what it was.
    assert.equal(world.serving.status().servers[0]?.state, "ready");
  });
});
