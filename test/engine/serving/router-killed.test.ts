import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { nodeServerHttp } from "../../../src/core/adapters/server-http.ts";
import type { ServingStatus } from "../../../src/core/protocol/serving.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { type TestWindow, type WindowWorld, createWindowWorld } from "../../core/owner/windows.ts";
import { freePort } from "../../support/free-port.ts";
import { needs } from "../../support/needs.ts";
import { serveWithDocker } from "../../support/serve-with.ts";
import { writeTinyGguf } from "../../support/tiny-gguf.ts";

suite("a real router whose owner is killed", function () {
  this.timeout(180_000);
  let world: WindowWorld;
  let values: Record<string, unknown>;

  suiteSetup(async function () {
    this.timeout(300_000);
    const { how } = needs(this, "engine", await serveWithDocker());
    if (how.kind !== "docker") throw new Error("no engine");
    world = await createWindowWorld();
    const file = (model: string): string => path.join(world.folder, `${model}.gguf`);
    writeTinyGguf({ file: file("a"), reply: "I am the first one." });
    writeTinyGguf({ file: file("slow"), sizeMb: 600, fill: "zero" });
    const conf = path.join(world.folder, "models.conf");
    await writeFile(
      conf,
      "[a]\nMODEL=a.gguf\nROUTER=fast\n[slow]\nMODEL=slow.gguf\nCTX_SIZE=256\nEXTRA_ARGS=--load-mode none\nROUTER=fast\n",
    );
    values = {
      "profiles.files": [conf],
      weightsRoot: world.folder,
      "serving.engine": "docker",
      "serving.dockerHost": how.engine.host,
      "serving.port": await freePort(),
      "backends.llama.cpp.image": how.image,
    };
  });
  suiteTeardown(async () => {
    const last = await world.open({ settings: values });
    for (const _ of ["unloads", "ends the router"]) await last.run("serving.stop");
    await world.close();
  });

  for (const state of ["stopping", "loading"] as const)
    test(`while it is ${state}: the next owner finishes the load or goes back, in one router`, async () => {
      const owner = await world.open({ settings: values });
      const first = await owner.run<{ outcome: string }>("serving.switch", { profile: "a", onBusy: "queue" });
      assert.equal(first.outcome, "ready", JSON.stringify(first));
      owner.run("serving.switch", { profile: "slow" }).catch(() => undefined);
      await status(owner, ({ servers }) => servers[0]?.state === state || servers[0]?.profile === "slow");
      await owner.kill();
      const next = await world.open({ settings: values });
      const { servers } = await status(next, (now) => now.servers[0]?.state === "ready" && now.switching === undefined);
      assert.deepEqual([servers.length, servers[0]?.router], [1, "fast"]);
      const answer = await nodeServerHttp.get(
        `${servers[0]?.url ?? ""}/models`,
        millis(60_000),
        AbortSignal.timeout(60_000),
      );
      const models = JSON.stringify(answer);
      assert.equal(models.split('"value":"loaded"').length - 1, 1, models);
      assert.ok(models.includes(`"id":"${servers[0]?.profile}"`));
      assert.equal((await next.run<{ outcome: string }>("serving.switch", { profile: "a" })).outcome, "ready");
      await next.close();
    });

  const status = async (window: TestWindow, holds: (now: ServingStatus) => boolean): Promise<ServingStatus> => {
    for (;;) {
      const now = await window.run<ServingStatus>("serving.status", { settled: true });
      if (holds(now)) return now;
      await sleep(10);
    }
  };
});
