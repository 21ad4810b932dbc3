import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { processTimes } from "../../../../src/core/adapters/process-times.ts";
import type { GpuFacts } from "../../../../src/core/ports/gpu.ts";
import type { RunningServer } from "../../../../src/core/ports/runtime.ts";
import type { Server } from "../../../../src/core/protocol/serving.ts";
import { createServingMetrics } from "../../../../src/core/serving/metrics/create-metrics.ts";
import { bytes, millis } from "../../../../src/core/util/ids.ts";
import { patientHttp } from "../../../support/patient-http.ts";

const { signal } = new AbortController();

/** Time passes when a test says so; who sleeps is woken then. */
function handClock() {
  let now = 0;
  const sleepers = new Set<() => void>();
  return {
    now: () => millis(now),
    wall: () => now,
    sleep: (delay: number, ends: AbortSignal): Promise<void> =>
      new Promise((resolve, reject) => {
        const due = now + delay;
        const wake = (): void => {
          if (now < due) return;
          sleepers.delete(wake);
          resolve();
        };
        sleepers.add(wake);
        ends.addEventListener("abort", () => reject(ends.reason), { once: true });
      }),
    sleeping: () => sleepers.size,
    pass: async (delay: number): Promise<void> => {
      now += delay;
      for (const wake of sleepers) wake();
      await new Promise(setImmediate);
    },
  };
}

suite("watching what servers take and do", () => {
  const { pid } = process;
  let asked: string[] = [];
  let tokens = 0;
  let listener: http.Server;
  let url = "";
  setup(async () => {
    asked = [];
    tokens = 100;
    listener = http.createServer((request, response) => {
      asked.push(request.url ?? "");
      if (request.url !== "/metrics") return void response.writeHead(404).end();
      response.end(
        `llamacpp:tokens_predicted_total ${tokens}\nllamacpp:tokens_predicted_seconds_total ${tokens / 50}\n`,
      );
    });
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  });
  teardown(() => {
    listener.closeAllConnections();
    listener.close();
  });

  const view = (): Server => ({
    server: "default",
    group: "default",
    state: "ready",
    profile: "a",
    title: "Model A",
    runtime: "process",
    url,
    since: "2026-01-01T00:00:00.000Z",
    differences: [],
  });
  const gpu: GpuFacts = {
    uuid: "GPU-1",
    name: "G",
    load: 0.5,
    memoryUsed: bytes(3),
    memoryTotal: bytes(10),
    celsius: undefined,
    watts: undefined,
    processes: [
      { pid, name: "me", memory: bytes(2) },
      { pid: 1, name: "other", memory: bytes(1) },
    ],
  };
  const open = (servers: readonly Server[]) => {
    const clock = handClock();
    const own: RunningServer = {
      id: "1",
      kind: "process",
      url,
      port: 1,
      labels: {},
      startedAt: 0,
      running: true,
      end: async () => undefined,
      stop: async () => undefined,
      exited: () => new Promise(() => undefined),
      follow: async () => undefined,
      memory: async () => bytes(1234),
      processes: async () => [pid],
    };
    const metrics = createServingMetrics({
      clock,
      http: patientHttp,
      times: processTimes(),
      gpu: { read: async () => [gpu] },
      containers: { list: async () => [] },
      processes: { list: async () => [own] },
      servers: () => servers,
      onLog: () => ({ dispose: () => undefined }),
      log: { warn: (line) => assert.fail(line) },
    });
    return { clock, metrics };
  };
  const slept = async (clock: ReturnType<typeof handClock>): Promise<void> => {
    while (clock.sleeping() === 0) await new Promise(setImmediate);
  };

  test("nothing is asked before somebody looks, and figures are there when the first look is answered", async () => {
    const { metrics } = open([view()]);
    await new Promise(setImmediate);
    assert.deepEqual(asked, []);
    assert.equal(metrics.read().size, 0);
    await metrics.watch(signal);
    const figures = metrics.read().get("default");
    assert.equal(figures?.memoryBytes, 1234);
    assert.equal(figures?.generatedPerSecond, 50);
    assert.deepEqual(figures?.gpus, [{ uuid: "GPU-1", memoryBytes: 2 }]);
    assert.deepEqual([...(await metrics.holders(signal))], [[pid, "Model A"]]);
    metrics.close();
  });

  test("it goes on while somebody looks, and ends when nobody says so any more", async () => {
    const { clock, metrics } = open([view()]);
    await metrics.watch(signal);
    await slept(clock);
    tokens = 200;
    await clock.pass(2000);
    await slept(clock);
    assert.equal(metrics.read().get("default")?.history.generatedPerSecond[0], 50);
    assert.equal(typeof metrics.read().get("default")?.cpu, "number");
    const before = asked.length;
    await clock.pass(60_000);
    await new Promise(setImmediate);
    assert.equal(asked.length, before);
    assert.equal(metrics.read().size, 0);
    assert.equal(clock.sleeping(), 0);
    metrics.close();
  });

  test("a server that is away tells nothing, and no look fails", async () => {
    listener.closeAllConnections();
    await new Promise((resolve) => listener.close(resolve));
    const { metrics } = open([view()]);
    await metrics.watch(signal);
    assert.equal(metrics.read().get("default")?.generatedPerSecond, undefined);
    assert.equal(metrics.read().get("default")?.memoryBytes, 1234);
    metrics.close();
  });

  test("nothing runs, nothing is asked", async () => {
    const { metrics } = open([{ ...view(), state: "failed" }]);
    await metrics.watch(signal);
    assert.deepEqual(asked, []);
    assert.equal(metrics.read().size, 0);
    metrics.close();
  });
});

suite("the processor time of processes", () => {
  test("of a real one it grows while it works, and one that is gone tells nothing", async function () {
    this.timeout(180_000);
    const child = spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
    const ended = once(child, "exit");
    const times = processTimes();
    const read = (): Promise<number | undefined> => times.cpuSeconds([child.pid ?? 0], signal);
    while (!(((await read()) ?? 0) > 0.05)) await new Promise(setImmediate);
    child.kill("SIGKILL");
    await ended;
    assert.equal(await read(), undefined);
    assert.equal(await times.cpuSeconds([], signal), undefined);
  });
});
