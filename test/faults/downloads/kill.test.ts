import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm, stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createWorkerTransfers } from "../../../src/core/adapters/worker-transfers.ts";
import { readSidecar, sidecarPath } from "../../../src/core/downloads/sidecar.ts";
import { never, read, sampleBytes, unhurried } from "../../core/downloads/support.ts";
import { type FaultWorld, faultWorld, lengthOf } from "./fault-world.ts";

const MIB = 2 ** 20;
const SIZE = 17_500_000;
const content = sampleBytes(SIZE, 11);
/** 500 in the long run. */
const KILLS = Number(process.env["MODELDECK_KILLS"] ?? 25);

suite("a process that fetches is killed", () => {
  let world: FaultWorld;

  setup(async () => {
    world = await faultWorld({ content, bytesPerSecond: 8 * MIB });
  });
  teardown(() => world.close());

  /** kill -9 once it says that it has so much, and `when` says so too; `ended` where it was faster. */
  async function killAt(count: number, when = async () => true): Promise<"killed" | "ended"> {
    const script = fileURLToPath(import.meta.resolve("./fetch-child.ts"));
    const child = spawn(process.execPath, [script, JSON.stringify(world.job())], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    for await (const line of createInterface({ input: child.stdout })) {
      if (Number(line) >= count && (await when())) child.kill("SIGKILL");
    }
    const [code, signal] = await ended;
    assert.ok(signal === "SIGKILL" || code === 0);
    // It may have been done a moment before it was killed.
    const isThere = await stat(world.target).catch(() => undefined);
    return signal === "SIGKILL" && !isThere ? "killed" : "ended";
  }

  const recorded = async (): Promise<number> => {
    const text = await read(sidecarPath(world.target)).then(String, () => "");
    const record = text === "" ? undefined : readSidecar(world.job(), text);
    assert.ok(record !== "other");
    return record?.synced.reduce((sum, { from, end }) => sum + end - from, 0) ?? 0;
  };

  async function finish(): Promise<void> {
    const transfers = createWorkerTransfers(unhurried);
    await transfers.run(world.job(), () => undefined, never);
    await transfers.close();
    assert.ok(await world.arrived());
    assert.deepEqual(await world.names(), ["model.gguf"]);
  }

  test("what the disk has is not fetched again, and the bytes are right", async function () {
    this.timeout(180_000);
    // It cannot end before it is killed.
    world.server.script(() => ({ slow: { from: 12 * MIB, bytesPerSecond: 4096 } }));
    const hasRecord = async (): Promise<boolean> => (await recorded()) > 0;
    assert.equal(await killAt(9 * MIB, hasRecord), "killed");
    const had = await world.recorded();
    assert.ok(lengthOf(had) > 0, "it recorded what the disk has");
    world.server.forget();
    world.server.script(() => undefined);
    await finish();
    assert.equal(world.askedOf(had), 0);
  });

  test("a file that one request brings, killed on its way, is known as ours by its mark, and gone on from", async function () {
    this.timeout(180_000);
    await world.close();
    world = await faultWorld({ content: content.subarray(0, MIB) });
    world.server.script(() => ({ slow: { from: 200_000, bytesPerSecond: 4096 } }));
    assert.equal(await killAt(100_000), "killed");
    assert.deepEqual(await world.names(), ["model.gguf.partial", "model.gguf.partial.json"]);
    world.server.forget();
    world.server.script(() => undefined);
    await finish();
    assert.ok(world.server.asked.length > 0 && world.server.asked.every(({ from }) => from > 0));
  });

  test(`${KILLS} kills at any time: what is recorded never shrinks, and the bytes are right`, async function () {
    this.timeout(60_000 + KILLS * 20_000);
    for (let kills = 0; kills < KILLS;) {
      let had = 0;
      for (;;) {
        const end = await killAt(Math.min(SIZE, had + Math.random() * 5 * MIB));
        kills += 1;
        if (end === "ended") break;
        const has = await recorded();
        assert.ok(has >= had, `${has} after ${had}`);
        had = has;
        if (kills >= KILLS) break;
      }
      await finish();
      await rm(world.out, { recursive: true });
    }
  });
});
