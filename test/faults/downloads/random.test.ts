import assert from "node:assert/strict";
import { inspect } from "node:util";
import { array, assert as check, asyncProperty, constantFrom, integer, oneof, record } from "fast-check";
import { createWorkerTransfers } from "../../../src/core/adapters/worker-transfers.ts";
import type { Transfers } from "../../../src/core/downloads/transfers.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { impatient, never, sampleBytes } from "../../core/downloads/support.ts";
import type { Deed } from "../../support/fault-server.ts";
import { type FaultWorld, faultWorld } from "./fault-world.ts";

const SIZE = 17_500_000;
const content = sampleBytes(SIZE, 21);
const RUNS = Number(process.env["MODELDECK_FAULT_RUNS"] ?? 12);

suite("whatever goes wrong, a file is right or it is not there", () => {
  let world: FaultWorld;
  let transfers: Transfers;

  suiteSetup(async () => {
    world = await faultWorld({ content });
    transfers = createWorkerTransfers(impatient);
  });
  suiteTeardown(async () => {
    await transfers.close();
    await world.close();
  });

  const stop = record({
    after: integer({ min: 0, max: SIZE }),
    how: constantFrom("reset" as const, "end" as const, "hang" as const),
  }).map((given): Deed => ({ stop: given }));
  const flip = integer({ min: 0, max: SIZE - 1 }).map((at): Deed => ({ flip: at }));
  const refused = constantFrom(500, 503, 429, 403, 416).map((status): Deed => ({ status }));
  const slip = constantFrom<Deed>(
    { whole: true },
    { headers: { etag: '"other"' } },
    { headers: { "content-range": `bytes 1-2/${SIZE}` } },
    { headers: { "content-encoding": "gzip" } },
    { headers: { "content-length": undefined } },
    {},
  );

  test("cuts, slips, refusals and stops in any order", async function () {
    this.timeout(60_000 + RUNS * 30_000);
    await check(
      asyncProperty(
        array(oneof(stop, stop, flip, refused, slip), { maxLength: 12 }),
        array(integer({ min: 1, max: SIZE }), { maxLength: 2 }),
        integer({ min: 1, max: 6 }),
        async (deeds, stops, connections) => {
          const left = deeds.slice();
          world.server.script(() => left.shift());
          const job = world.job({ connections, force: true });
          for (const at of stops) {
            const halt = new AbortController();
            await transfers
              .run(job, ({ doneBytes }) => void (doneBytes >= at && halt.abort()), halt.signal)
              .catch((error: unknown) => assert.ok(halt.signal.aborted || isFault(error), String(error)));
          }
          const failure = await transfers
            .run(job, () => undefined, never)
            .then(
              () => undefined,
              (error: unknown) => error,
            );
          if (failure !== undefined) assert.ok(isFault(failure), inspect(failure));
          if ((await world.names()).includes("model.gguf")) assert.ok(await world.arrived());
          else assert.ok(failure !== undefined);
          // What is left of a failure is no obstacle.
          left.length = 0;
          await transfers.run(job, () => undefined, never);
          assert.ok(await world.arrived());
        },
      ),
      { numRuns: RUNS },
    );
  });
});
