import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { createWorkerTransfers } from "../../../src/core/adapters/worker-transfers.ts";
import type { Transfers } from "../../../src/core/downloads/transfers.ts";
import { faultOf, never, sampleBytes, unhurried } from "../../core/downloads/support.ts";
import { type FaultWorld, faultWorld, lengthOf } from "./fault-world.ts";

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
    transfers = createWorkerTransfers(unhurried);
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
    // It cannot end before the others have filled what is left.
    world.server.script(() => ({ slow: { from: 4 * MIB, bytesPerSecond: 8192 } }));
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
    await filled;
    assert.ok(failed.code === "diskFull" && failed.needed > failed.free, JSON.stringify(failed));
    assert.deepEqual(await world.names(), ["model.gguf.partial", "model.gguf.partial.json", "of-another"]);
    await rm(filler);
    const had = await world.recorded();
    assert.ok(lengthOf(had) > 0, "something was here");
    world.server.forget();
    world.server.script(() => undefined);
    await transfers.run(world.job(), () => undefined, never);
    assert.ok(await world.arrived());
    assert.equal(world.askedOf(had), 0, "what was here was not fetched again");
  });
});
