import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { groupOf, residentMemory } from "../../../src/core/adapters/process-identity.ts";
import { processTimes } from "../../../src/core/adapters/process-times.ts";
import type { RunningServer } from "../../../src/core/ports/runtime.ts";
import { createServingMetrics } from "../../../src/core/serving/metrics/create-metrics.ts";
import { ask, startLlamaServer } from "../../support/llama-process.ts";
import { nativeLlamaServer } from "../../support/llama.ts";
import { needs } from "../../support/needs.ts";
import { patientHttp } from "../../support/patient-http.ts";
import { writeTinyGguf } from "../../support/tiny-gguf.ts";

const { signal } = new AbortController();

suite("what a real llama-server takes and does", function () {
  this.timeout(180_000);
  let folder = "";
  let binary = "";
  suiteSetup(async function () {
    this.timeout(300_000);
    binary = needs(this, "engine", await nativeLlamaServer()).binary;
    folder = await mkdtemp(path.join(os.tmpdir(), "deck-metrics-"));
    writeTinyGguf({ file: path.join(folder, "tiny.gguf") });
  });
  suiteTeardown(async () => {
    if (folder !== "") await rm(folder, { recursive: true, force: true });
  });

  for (const [name, args] of [
    ["with its metrics", ["--metrics"]],
    ["without them, by its slots alone", []],
  ] as const)
    test(name, async () => {
      const real = await startLlamaServer(binary, ["-m", path.join(folder, "tiny.gguf"), "-c", "512", ...args]);
      const server: RunningServer = {
        id: "1",
        kind: "process",
        url: real.url,
        port: 0,
        labels: {},
        startedAt: 0,
        running: true,
        end: async () => undefined,
        stop: async () => undefined,
        exited: () => new Promise(() => undefined),
        follow: async () => undefined,
        memory: () => residentMemory(real.pid),
        processes: () => groupOf(real.pid),
      };
      const metrics = createServingMetrics({
        clock: nodeClock,
        http: patientHttp,
        times: processTimes(),
        gpu: { read: async () => [] },
        containers: { list: async () => [] },
        processes: { list: async () => [server] },
        servers: () => [
          {
            server: "default",
            group: "default",
            state: "ready",
            runtime: "process",
            url: real.url,
            since: "2026-01-01T00:00:00Z",
            differences: [],
          },
        ],
        onLog: () => ({ dispose: () => undefined }),
        log: { warn: (line) => assert.fail(line) },
      });
      try {
        await ask(real.url, "Hi");
        await metrics.watch(signal);
        const figures = metrics.read().get("default");
        assert.ok(figures);
        assert.ok((figures.memoryBytes ?? 0) > 2 ** 20, String(figures.memoryBytes));
        assert.equal(figures.running, 0);
        assert.equal(figures.contextSize, 512);
        assert.ok((figures.contextUsed ?? 0) > 10, String(figures.contextUsed));
        const told = args.length > 0;
        assert.equal((figures.generatedPerSecond ?? 0) > 0, told);
        assert.equal((figures.promptPerSecond ?? 0) > 0, told);
      } finally {
        metrics.close();
        await real.stop();
      }
    });
});
