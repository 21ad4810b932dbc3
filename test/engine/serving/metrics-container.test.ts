import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { createDockerRuntime } from "../../../src/core/adapters/docker-runtime.ts";
import { processTimes } from "../../../src/core/adapters/process-times.ts";
import type { Runtime } from "../../../src/core/ports/runtime.ts";
import { createServingMetrics } from "../../../src/core/serving/metrics/create-metrics.ts";
import { bytes, millis } from "../../../src/core/util/ids.ts";
import { findEngine } from "../../support/engine.ts";
import { freePort } from "../../support/free-port.ts";
import { ask } from "../../support/llama-process.ts";
import { llamaImage } from "../../support/llama.ts";
import { needs } from "../../support/needs.ts";
import { patientHttp } from "../../support/patient-http.ts";
import { writeTinyGguf } from "../../support/tiny-gguf.ts";

const { signal } = new AbortController();

suite("what a real llama-server in a container takes and does", function () {
  this.timeout(180_000);
  let folder = "";
  let image = "";
  let runtime: Runtime;
  suiteSetup(async function () {
    this.timeout(300_000);
    const { engine } = needs(this, "engine", await findEngine());
    ({ image } = needs(this, "engine", await llamaImage(engine)));
    folder = await mkdtemp(path.join(os.tmpdir(), "deck-figures-"));
    writeTinyGguf({ file: path.join(folder, "tiny.gguf") });
    runtime = createDockerRuntime({ storage: folder, dockerHost: () => engine.host });
  });
  suiteTeardown(async () => {
    if (folder !== "") await rm(folder, { recursive: true, force: true });
  });

  test("the engine tells its memory and processes, the server the rest, the kernel its time", async () => {
    const port = await freePort();
    const { server } = await runtime.start(
      {
        kind: "container",
        image,
        group: "default",
        args: ["-m", "/models/tiny.gguf", "-c", "512", "--host", "0.0.0.0", "--port", "8080", "--metrics"],
        environment: {},
        hostPort: port,
        containerPort: 8080,
        labels: { profile: "a", group: "default" },
        mounts: [{ source: path.join(folder, "tiny.gguf"), target: "/models/tiny.gguf" }],
        workingFolder: "/",
        hardening: { readOnlyRoot: true, temporary: { "/tmp": bytes(2 ** 20) }, processLimit: 128 },
        gpus: "none",
      },
      signal,
    );
    const metrics = createServingMetrics({
      clock: nodeClock,
      http: patientHttp,
      times: processTimes(),
      gpu: { read: async () => [] },
      containers: runtime,
      processes: { list: async () => [] },
      servers: () => [
        {
          server: "default",
          group: "default",
          state: "ready",
          title: "Tiny",
          runtime: "container",
          url: server.url,
          since: "2026-01-01T00:00:00Z",
          differences: [],
        },
      ],
      onLog: () => ({ dispose: () => undefined }),
      log: { warn: (line) => assert.fail(line) },
    });
    try {
      const listening = Promise.withResolvers<void>();
      void server.follow(
        "start",
        (lines) => {
          if (lines.some((line) => line.includes("listening on"))) listening.resolve();
        },
        signal,
      );
      await listening.promise;
      await ask(server.url, "Hi");
      await metrics.watch(signal);
      const figures = metrics.read().get("default");
      assert.ok((figures?.memoryBytes ?? 0) > 2 ** 20, String(figures?.memoryBytes));
      assert.ok((figures?.generatedPerSecond ?? 0) > 0);
      const pids = [...(await metrics.holders(signal)).keys()];
      assert.ok(pids.length > 0);
      assert.ok(
        ((await processTimes().cpuSeconds(pids, signal)) ?? 0) > 0,
        "the engine's processes are this machine's",
      );
    } finally {
      metrics.close();
      await server.stop(millis(1000), signal);
    }
  });
});
