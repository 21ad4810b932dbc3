import assert from "node:assert/strict";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { createRoomyContexts, roomFor } from "../../../src/core/fit/roomy-contexts.ts";
import type { GpuFacts } from "../../../src/core/ports/gpu.ts";
import { bytes } from "../../../src/core/util/ids.ts";
import { llama8b } from "./shapes.ts";

const GIB = 2 ** 30;
const gpu = (total: number, used = 0): GpuFacts => ({
  uuid: "GPU-1",
  name: "NVIDIA Test",
  load: 0,
  memoryUsed: bytes(used),
  memoryTotal: bytes(total),
  celsius: undefined,
  watts: undefined,
  processes: [],
});
const memory = (total: number) => ({ read: () => ({ total: bytes(total), free: bytes(0) }) });
const entry = { name: "llama", sizeBytes: 5 * GIB, projectorBytes: 0 };

suite("how much context there is room for", () => {
  let asked = 0;
  /** Of one entry with that shape. */
  const room = (gpus: readonly GpuFacts[], total = 64 * GIB, body: object | null = llama8b) =>
    createRoomyContexts({
      registry: {
        query: async (_statement, [after] = []) => {
          asked += 1;
          return body === null || after !== "" ? [] : [{ entry: "llama", body_json: JSON.stringify(body) }];
        },
      },
      gpu: { read: async () => gpus },
      memory: memory(total),
      clock: nodeClock,
    });
  const of = async (...given: Parameters<typeof room>) => (await room(...given)([entry])).get("llama");

  test("on a card that holds it the most there is, on a smaller one the largest step that fits", async () => {
    assert.equal(await of([gpu(24 * GIB)]), 32_768);
    assert.equal(await of([gpu(8 * GIB)]), 16_384);
    assert.equal(await of([gpu(6 * GIB)]), 4096);
  });

  test("where it does not fit whole: a fair one with layers on the CPU, the least without a card or without room", async () => {
    assert.equal(await of([gpu(4 * GIB)]), 8192);
    assert.equal(await of([], 6 * GIB), 4096);
    assert.equal(await of([], 2 * GIB), 4096);
    assert.equal(await of([], 64 * GIB), 32_768);
  });

  test("what runs now makes no difference: it is the same tomorrow", async () => {
    assert.equal(await of([gpu(8 * GIB, 7 * GIB)]), await of([gpu(8 * GIB)]));
  });

  test("what is known of nothing is left out, and so is all where no driver answers", async () => {
    const nothing = { ...entry, sizeBytes: undefined };
    assert.deepEqual(await room([], 64 * GIB, null)([nothing]), new Map());
    assert.equal(roomFor({ kind: "unknown" }), undefined);
    let end = (): void => undefined;
    const silent = createRoomyContexts({
      registry: { query: async () => [] },
      gpu: { read: () => new Promise(() => undefined) },
      memory: memory(64 * GIB),
      clock: { sleep: () => new Promise((resolve) => (end = resolve)) },
    });
    const answer = silent([entry]);
    end();
    assert.deepEqual(await answer, new Map());
  });

  test("the machine is asked once, and for no entries not at all", async () => {
    let reads = 0;
    const contexts = createRoomyContexts({
      registry: { query: async () => [] },
      gpu: { read: async () => ((reads += 1), []) },
      memory: memory(64 * GIB),
      clock: nodeClock,
    });
    await contexts([]);
    assert.equal(reads, 0);
    await contexts([entry]);
    await contexts([entry]);
    assert.equal(reads, 1);
    assert.ok(asked > 0);
  });
});
