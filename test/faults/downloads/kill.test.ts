import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createWorkerTransfers } from "../../../src/core/adapters/worker-transfers.ts";
import { readSidecar, sidecarPath } from "../../../src/core/downloads/sidecar.ts";
import {
  type TestHub,
  hubWith,
  impatient,
  namesBelow,
  never,
  read,
  sampleBytes,
  sha256Of,
} from "../../core/downloads/support.ts";

const SIZE = 3_000_000;
const weights = sampleBytes(SIZE, 11);

suite("a process that fetches is killed", () => {
  let world: TestHub;

  setup(async () => {
    world = await hubWith({ "model.gguf": weights }, { bytesPerSecond: 2_000_000 });
  });
  teardown(() => world.close());

  /** kill -9 once it says that it has so much. */
  async function killAt(count: number): Promise<void> {
    const script = fileURLToPath(import.meta.resolve("./fetch-child.ts"));
    const child = spawn(process.execPath, [script, JSON.stringify(world.job("model.gguf"))], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    for await (const line of createInterface({ input: child.stdout })) {
      if (Number(line) >= count) child.kill("SIGKILL");
    }
    const [code, signal] = await ended;
    assert.deepEqual([code, signal], [null, "SIGKILL"]);
  }

  test("what the disk has is not fetched again, kill after kill, and the bytes are right", async function () {
    this.timeout(30_000);
    const target = world.target("model.gguf");
    let had = 0;
    for (const count of [500_000, 1_200_000, 2_000_000]) {
      world.hub.forget();
      await killAt(count);
      await assert.rejects(stat(target), { code: "ENOENT" });
      const record = readSidecar(world.job("model.gguf"), (await read(sidecarPath(target))).toString());
      assert.ok(typeof record === "object");
      const synced = record.synced[0]?.end ?? 0;
      assert.ok(synced > had, "it recorded how far the disk has it");
      assert.ok(synced <= (await stat(`${target}.partial`)).size);
      const fetched = world.hub.requests.find((one) => one.door === "cdn");
      assert.equal(fetched?.headers["range"], `bytes=${had}-${SIZE - 1}`);
      had = synced;
    }
    world.hub.forget();
    const transfers = createWorkerTransfers(impatient);
    await transfers.run(world.job("model.gguf"), () => undefined, never);
    await transfers.close();
    assert.equal(sha256Of(await read(target)), sha256Of(weights));
    assert.deepEqual(await namesBelow(world.out), ["owner/model/model.gguf"]);
    const fetched = world.hub.requests.filter((one) => one.door === "cdn").reduce((sum, one) => sum + one.bytes, 0);
    assert.equal(fetched, SIZE - had);
  });
});
