import assert from "node:assert/strict";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import type { Clock } from "../../../src/core/ports/clock.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { type FakeRuntime, createFakeRuntime } from "../../support/fake-runtime.ts";
import { type ServingWorld, openServingWorld } from "./deck.ts";

const { signal } = new AbortController();
/** The longest pause between two looks at a server that loads. */
const LOOK = 250;

suite("waiting until a server is ready", () => {
  let world: ServingWorld;
  let containers: FakeRuntime;

  setup(async () => {
    containers = createFakeRuntime("container");
    world = await openServingWorld(() => ({ containers, processes: createFakeRuntime("process") }));
  });
  teardown(() => world.dispose());

  /** Its time is that of the pauses between two looks alone. */
  const clockOfLooks = (onLook: (look: number) => void): Clock => {
    let time = 0;
    let looks = 0;
    return {
      ...nodeClock,
      now: () => millis(time),
      sleep: async (delay, given) => {
        if (delay > LOOK) return nodeClock.sleep(delay, given);
        given.throwIfAborted();
        time += delay;
        onLook((looks += 1));
      },
    };
  };

  test("memory that grows anew below what it once was is life, and what is shown does not fall", async () => {
    await world.model("big.gguf", "GGUF".padEnd(1000, "x"));
    await world.conf("[big]\nMODEL=big.gguf\n");
    containers.behave("big", { holdLoading: true, log: "" });
    world.healthTimeout = 5000;
    // All of it, then part of it is let go, and for 25 s it comes back in small steps.
    world.more = {
      clock: clockOfLooks((look) => {
        containers.memory = look < 10 ? 900 : 100 + look;
        if (look === 110) containers.finishLoading("big");
      }),
    };
    const serving = world.reopen();
    const shown: number[] = [];
    serving.onChange(() => {
      const { progress } = serving.status().servers[0] ?? {};
      if (progress?.kind === "bytes") shown.push(progress.done);
    });
    const { outcome, reason } = await serving.switchTo({ profile: "big", force: true }, signal);
    assert.deepEqual([outcome, reason], ["ready", undefined]);
    assert.deepEqual([...new Set(shown)], [900]);
  });

  test("memory that comes and goes by some pages is none", async () => {
    await world.model("big.gguf", "GGUF".padEnd(100_000, "x"));
    await world.conf("[big]\nMODEL=big.gguf\n");
    containers.behave("big", { holdLoading: true, log: "" });
    world.healthTimeout = 5000;
    world.more = {
      clock: clockOfLooks((look) => {
        containers.memory = 50_000 + (look % 9) * 10;
        if (look === 1000) containers.finishLoading("big");
      }),
    };
    const { reason } = await world.reopen().switchTo({ profile: "big", force: true }, signal);
    assert.equal(reason?.code, "unhealthy");
  });

  test("memory that stands still is none", async () => {
    await world.model("big.gguf", "GGUF".padEnd(1000, "x"));
    await world.conf("[big]\nMODEL=big.gguf\n");
    containers.behave("big", { holdLoading: true, log: "" });
    world.healthTimeout = 5000;
    containers.memory = 900;
    world.more = {
      clock: clockOfLooks((look) => {
        if (look === 1000) containers.finishLoading("big");
      }),
    };
    const { reason } = await world.reopen().switchTo({ profile: "big", force: true }, signal);
    assert.equal(reason?.code, "unhealthy");
  });
});
