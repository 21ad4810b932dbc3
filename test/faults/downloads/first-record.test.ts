import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { createCarrierHttp } from "../../../src/core/adapters/carrier-http.ts";
import { DEFAULT_NET } from "../../../src/core/adapters/choose-proxy.ts";
import { createFollowThreads } from "../../../src/core/adapters/follow-threads.ts";
import { type NetAgents, createNetAgents } from "../../../src/core/adapters/net-agents.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { nodeRandom } from "../../../src/core/adapters/node-random.ts";
import { createPartialFiles } from "../../../src/core/adapters/partial-files.ts";
import { createRawCarrier } from "../../../src/core/adapters/raw-carrier.ts";
import { openGrowing } from "../../../src/core/downloads/engine/growing.ts";
import { createTransfer } from "../../../src/core/downloads/transfer.ts";
import type { Clock } from "../../../src/core/ports/clock.ts";
import type { Files } from "../../../src/core/ports/files.ts";
import { never, sampleBytes, unhurried } from "../../core/downloads/support.ts";
import { type FaultWorld, faultWorld } from "./fault-world.ts";

const MIB = 2 ** 20;
const content = sampleBytes(18 * MIB, 6);
/** Looks at whether more connections are worth it, over which two samples of a first connection are taken and more. */
const LOOKS = 40;

suite("a first record that a disk takes its time for", () => {
  let world: FaultWorld;
  let agents: NetAgents;
  const follower = createFollowThreads();

  setup(async () => {
    world = await faultWorld({ content, bytesPerSecond: 40 * MIB });
    agents = createNetAgents(DEFAULT_NET);
  });
  teardown(async () => {
    agents.close();
    await world.close();
  });
  suiteTeardown(() => follower.close());

  /** The first record is on the disk once `there` is resolved. */
  const heldBack = (there: Promise<void>): { readonly files: Files; readonly asked: Promise<void> } => {
    const asked = Promise.withResolvers<void>();
    const files: Files = {
      ...nodeFiles,
      replace: async (...given) => {
        asked.resolve();
        await there;
        return nodeFiles.replace(...given);
      },
    };
    return { files, asked: asked.promise };
  };

  test("no connection is added for want of bytes that cannot come yet", async () => {
    const there = Promise.withResolvers<void>();
    const { files, asked } = heldBack(there.promise);
    let looks: number | undefined;
    void asked.then(() => (looks = 0));
    let askedMeanwhile = 0;
    const clock: Clock = {
      ...nodeClock,
      sleep: async (delay, signal) => {
        await nodeClock.sleep(delay, signal);
        if (looks === undefined) return;
        looks += 1;
        if (looks !== LOOKS) return;
        askedMeanwhile = world.server.asked.length;
        there.resolve();
      },
    };
    const http = createCarrierHttp(agents);
    const transfer = createTransfer(
      {
        http,
        carrier: createRawCarrier(agents, http),
        follower,
        files,
        partials: createPartialFiles(),
        digest: nodeDigest,
        clock,
        random: nodeRandom,
      },
      { patience: unhurried, perHost: 16 },
    );
    await transfer.run(world.job(), () => undefined, never);
    assert.equal(askedMeanwhile, 1);
    assert.ok(await world.arrived());
  });

  test("every connection waits for it: what is written before would look like more than it is", async () => {
    const there = Promise.withResolvers<void>();
    const { files, asked } = heldBack(there.promise);
    await mkdir(world.out);
    const ports = { files, partials: createPartialFiles(), digest: nodeDigest, clock: nodeClock, follower };
    const growing = await openGrowing(ports, world.job(), unhurried);
    try {
      const accepted: number[] = [];
      const all = [1, 2].map((lane) => growing.accept('"same"').then(() => accepted.push(lane)));
      await asked;
      await new Promise(setImmediate);
      assert.deepEqual(accepted, []);
      there.resolve();
      await Promise.all(all);
      assert.deepEqual(accepted, [1, 2]);
    } finally {
      there.resolve();
      await growing.close();
    }
  });
});
