import assert from "node:assert/strict";
import path from "node:path";
import type { Loaded } from "../../../src/core/serving/loaded.ts";
import { type FakeRuntime, createFakeRuntime } from "../../support/fake-runtime.ts";
import { type ServingWorld, openServingWorld, until } from "./deck.ts";

const { signal } = new AbortController();

suite("learning from loads", () => {
  let world: ServingWorld;
  let containers: FakeRuntime;

  setup(async () => {
    containers = createFakeRuntime("container");
    world = await openServingWorld(() => ({ containers, processes: createFakeRuntime("process") }));
    await world.conf("[a]\nMODEL=a.gguf\nCTX_SIZE=4096\n[b]\nMODEL=b.gguf\n");
    for (const name of ["a", "b"]) await world.model(`${name}.gguf`);
  });
  teardown(() => world.dispose());

  test("each load is told once it is ready, with the file as it lies here and the lines that tell of it", async () => {
    const told = Promise.withResolvers<Loaded>();
    const order: string[] = [];
    world.loads = {
      starting: () => {
        order.push("starting", ...containers.deeds);
        return async (loaded) => told.resolve(loaded);
      },
    };
    containers.behave("a", { log: "hello\nload_tensors: CPU_Mapped model buffer size = 4.77 MiB\nworld\n" });
    const { url } = await world.serving.switchTo({ profile: "a", overrides: { context: 512 } }, signal);
    const loaded = await told.promise;
    assert.deepEqual(order, ["starting"]);
    assert.equal(loaded.modelPath, path.join(world.folder, "a.gguf"));
    assert.equal(loaded.url, url);
    assert.deepEqual([loaded.profile.id, loaded.overrides], ["a", { context: 512 }]);
    assert.deepEqual(loaded.loadLines(), ["load_tensors: CPU_Mapped model buffer size = 4.77 MiB"]);
  });

  test("one that never gets ready is not told", async () => {
    const told: string[] = [];
    world.loads = {
      starting:
        () =>
        async ({ profile }) =>
          void told.push(profile.id),
    };
    containers.behave("b", { exit: { code: 1, oomKilled: false } });
    assert.equal((await world.serving.switchTo({ profile: "b" }, signal)).outcome, "failed");
    assert.deepEqual(told, []);
  });

  test("a switch waits for none of it, and what goes wrong in it is a warning", async () => {
    world.loads = { starting: () => () => new Promise(() => {}) };
    assert.equal((await world.serving.switchTo({ profile: "a" }, signal)).outcome, "ready");
    await world.serving.close();
    world.loads = { starting: () => () => Promise.reject(new Error("no room")) };
    const again = world.reopen();
    await again.recover();
    await until(again, ({ servers, switching }) => servers[0]?.state === "ready" && switching === undefined);
    assert.equal((await again.switchTo({ profile: "b" }, signal)).outcome, "ready");
    assert.deepEqual(world.complaints, ["nothing is learned from the load of b: no room"]);
  });
});
