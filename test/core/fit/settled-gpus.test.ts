import assert from "node:assert/strict";
import { settledGpus } from "../../../src/core/fit/settled-gpus.ts";
import type { GpuFacts } from "../../../src/core/ports/gpu.ts";
import { bytes } from "../../../src/core/util/ids.ts";

const { signal } = new AbortController();
const GIB = 2 ** 30;
const facts = (used: number): GpuFacts => ({
  uuid: "GPU-1",
  name: "Small GPU",
  load: 0,
  memoryUsed: bytes(used),
  memoryTotal: bytes(8 * GIB),
  celsius: undefined,
  watts: undefined,
  processes: [],
});

suite("GPUs after something ended", () => {
  const read = async (...readings: readonly (readonly GpuFacts[])[]) => {
    let at = 0;
    const now = async () => readings[at++] ?? assert.fail("nothing more is to be read");
    const gpu = settledGpus({ read: () => assert.fail("of a moment ago"), now }, { sleep: async () => undefined });
    return [(await gpu.read(signal)).map(({ memoryUsed }) => memoryUsed), at];
  };

  test("are told once they give nothing back any more", async () => {
    assert.deepEqual(await read([facts(7 * GIB)], [facts(3 * GIB)], [facts(GIB)], [facts(GIB)]), [[GIB], 4]);
    assert.deepEqual(await read([facts(GIB)], [facts(2 * GIB)]), [[2 * GIB], 2]);
  });

  test("are read once where there are none", async () => {
    assert.deepEqual(await read([]), [[], 1]);
  });
});
