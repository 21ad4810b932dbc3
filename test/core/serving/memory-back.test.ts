import assert from "node:assert/strict";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import type { GpuFacts, GpuProcess } from "../../../src/core/ports/gpu.ts";
import { judgeMemory, memoryBack, memoryBefore } from "../../../src/core/serving/memory-back.ts";
import { bytes } from "../../../src/core/util/ids.ts";

const { signal } = new AbortController();
const GB = 2 ** 30;
const gpu = (used: number, processes: readonly GpuProcess[] = []): GpuFacts => ({
  uuid: "GPU-1",
  name: "Card",
  load: 0,
  memoryUsed: bytes(used),
  memoryTotal: bytes(24 * GB),
  celsius: undefined,
  watts: undefined,
  processes,
});
const process = (pid: number, name: string, memory: number): GpuProcess => ({ pid, name, memory: bytes(memory) });
const ours = process(7, "llama-server", 10 * GB);
const other = process(8, "game", 2 * GB);

suite("whether GPU memory is back after a stop", () => {
  const named = { gpus: [gpu(12 * GB, [ours, other])], pids: new Set([7]), onGpu: 10 * GB };
  const nameless = { gpus: [gpu(12 * GB)], pids: new Set([7]), onGpu: 10 * GB };
  for (const [name, before, last, now, verdict] of [
    ["our process is still named: it holds it", named, named.gpus, [gpu(12 * GB, [ours, other])], [ours]],
    ["ours is gone, a stranger stays", named, named.gpus, [gpu(2 * GB, [other])], "back"],
    ["no names, and nothing fell yet", nameless, nameless.gpus, [gpu(12 * GB)], []],
    ["no names, and it is still falling", nameless, [gpu(8 * GB)], [gpu(4 * GB)], []],
    ["no names, it fell and falls no more", nameless, [gpu(4 * GB)], [gpu(4 * GB)], "back"],
    ["no names, and most of it is back", nameless, [gpu(12 * GB)], [gpu(2 * GB)], "back"],
  ] as const)
    test(name, () => assert.deepEqual(judgeMemory(before, last, now), verdict));

  test("a server that has no part of the card is not waited for", async () => {
    const none = { server: { processes: async () => [7] }, loadLines: (): readonly string[] => [] };
    const some = { ...none, loadLines: () => ["load_tensors:  CUDA0 model buffer size =  4096.00 MiB"] };
    const look = (run: typeof none, gpus: readonly GpuFacts[]) =>
      memoryBefore(run, { gpu: { read: async () => gpus }, log: { warn: () => undefined } }, signal);
    assert.equal(await look(none, [gpu(2 * GB, [other])]), undefined);
    assert.equal(await look(none, []), undefined);
    assert.equal((await look(none, [gpu(12 * GB, [ours])]))?.onGpu, 0);
    assert.equal((await look(some, [gpu(12 * GB)]))?.onGpu, 4 * GB);
  });

  test("it is asked until it is back", async () => {
    const answers = [[gpu(12 * GB, [ours])], [gpu(12 * GB, [ours])], [gpu(0)]];
    let asked = 0;
    const probe = { read: async () => answers[asked++] ?? [] };
    assert.equal(await memoryBack(named, probe, nodeClock, signal), undefined);
    assert.equal(asked, 3);
  });

  test("what it looks at is measured then, not what a watcher saw last", async () => {
    const probe = { read: async () => [gpu(12 * GB, [ours])], now: async () => [gpu(0)] };
    assert.equal(await memoryBack(named, probe, nodeClock, signal), undefined);
  });

  test("it is not waited for longer than five seconds, and then it says who holds it", async () => {
    let now = 0;
    const clock = {
      ...nodeClock,
      now: () => now as ReturnType<typeof nodeClock.now>,
      sleep: async (ms: number) => void (now += ms),
    };
    const probe = { read: async () => [gpu(12 * GB, [ours])] };
    assert.deepEqual(await memoryBack(named, probe, clock, signal), [ours]);
    assert.ok(now >= 5000 && now < 6000);
  });
});
