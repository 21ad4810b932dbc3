import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { createWorkerTransfers } from "../../../src/core/adapters/worker-transfers.ts";
import type { Transfers } from "../../../src/core/downloads/transfers.ts";
import { faultOf, impatient, never, sampleBytes } from "../../core/downloads/support.ts";
import { type FaultWorld, faultWorld } from "./fault-world.ts";

const MIB = 2 ** 20;
const SIZE = 17 * MIB;
const content = sampleBytes(SIZE, 31);

suite("a volume that others fill while a file comes", () => {
  let world: FaultWorld;
  let transfers: Transfers;
  let mounted = false;

  setup(async function () {
    if (process.platform !== "linux" || process.getuid?.() !== 0) this.skip();
    world = await faultWorld({ content, bytesPerSecond: 10 * MIB });
    transfers = createWorkerTransfers(impatient);
    await mkdir(world.out);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", world.out]);
    mounted = true;
  });
  teardown(async () => {
    if (!mounted) return;
    await transfers.close();
    execFileSync("umount", [world.out]);
    await world.close();
  });

  test("it is told, what came is kept, and with room again the rest comes", async () => {
    const filler = path.join(world.out, "of-another");
    let filled: Promise<void> | undefined;
    const failed = await faultOf(
      transfers.run(
        world.job({ connections: 1 }),
        ({ doneBytes }) => {
          if (doneBytes >= 2 * MIB) filled ??= writeFile(filler, Buffer.alloc(12 * MIB));
        },
        never,
      ),
    );
    await filled?.catch(() => undefined);
    assert.ok(failed.code === "diskFull" && failed.needed > failed.free, JSON.stringify(failed));
    assert.deepEqual(await world.names(), ["model.gguf.partial", "model.gguf.partial.json", "of-another"]);
    await rm(filler);
    world.server.forget();
    await transfers.run(world.job(), () => undefined, never);
    assert.ok(await world.arrived());
    assert.ok(world.server.sent() < SIZE, "what was here was not fetched again");
  });
});
