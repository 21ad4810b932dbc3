import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { ServingStatus } from "../../../src/core/protocol/serving.ts";
import { freePort } from "../../support/free-port.ts";
import { createWindowWorld } from "./windows.ts";

const binary = path.join(import.meta.dirname, "../../support/fake-llama-server.mjs");

suite("figures of servers, asked from another window", function () {
  this.timeout(180_000);

  test("whoever follows gets them too, and nobody gets any without asking", async function () {
    if (process.platform === "win32") this.skip();
    const world = await createWindowWorld();
    try {
      await writeFile(path.join(world.folder, "tiny.gguf"), "GGUF");
      const conf = path.join(world.folder, "models.conf");
      await writeFile(conf, "[tiny]\nNAME=Tiny\nMODEL=tiny.gguf\n");
      const settings = {
        "profiles.files": [conf],
        weightsRoot: world.folder,
        "serving.port": await freePort(),
        "backends.llama.cpp.binary": binary,
      };
      const owner = await world.open({ settings });
      const follower = await world.open({ settings });
      const { outcome } = await owner.run<{ outcome: string }>("serving.switch", { profile: "tiny" });
      assert.equal(outcome, "ready");
      try {
        const plain = await follower.run<ServingStatus>("serving.status", { settled: true });
        assert.equal(plain.servers[0]?.metrics, undefined);
        const watched = await follower.run<ServingStatus>("serving.status", { watch: true });
        assert.ok((watched.servers[0]?.metrics?.memoryBytes ?? 0) > 1_000_000);
        // Seen by one, known to all.
        const other = await owner.run<ServingStatus>("serving.status");
        assert.equal(typeof other.servers[0]?.metrics?.memoryBytes, "number");
      } finally {
        await owner.run("serving.stop");
      }
    } finally {
      await world.close();
    }
  });
});
