import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { followFile } from "../../../src/core/adapters/process-log.ts";
import { createProcessRuntime } from "../../../src/core/adapters/process-runtime.ts";
import type { RunningServer } from "../../../src/core/ports/runtime.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { freePort } from "../../support/free-port.ts";

const binary = path.join(import.meta.dirname, "../../support/fake-llama-server.mjs");
const { signal } = new AbortController();

suite("log files of servers that run as processes", function () {
  this.timeout(180_000);
  let storage = "";
  setup(async function () {
    if (process.platform === "win32") this.skip();
    storage = await mkdtemp(path.join(os.tmpdir(), "deck-logs-"));
  });
  teardown(() => rm(storage, { recursive: true, force: true, maxRetries: 5 }));

  const logs = async (): Promise<readonly string[]> => readdir(path.join(storage, "logs/servers"));
  const start = async (...more: readonly string[]): Promise<RunningServer> => {
    const port = await freePort();
    const { server } = await createProcessRuntime({ storage }).start(
      {
        kind: "process",
        binary,
        group: "default",
        args: ["-m", "x.gguf", "--host", "127.0.0.1", "--port", String(port), ...more],
        environment: {},
        hostPort: port,
        labels: { profile: "a", group: "default" },
        workingFolder: storage,
        gpus: "none",
      },
      signal,
    );
    return server;
  };

  test("go with their server, and all of it was read before", async () => {
    const server = await start("--fake-log", "the last words");
    assert.equal((await logs()).length, 1);
    const lines: string[] = [];
    const said = Promise.withResolvers<void>();
    const read = server.follow(
      "start",
      (more) => {
        lines.push(...more);
        if (lines.some((line) => line.includes("the last words"))) said.resolve();
      },
      signal,
    );
    await said.promise;
    await server.stop(millis(2000), signal);
    await read;
    assert.deepEqual(await logs(), []);
  });

  test("of one that crashed go when a later start of the program clears it away", async () => {
    const server = await start("--fake-exit", "3");
    await server.exited(signal);
    assert.equal((await logs()).length, 1);
    const [left] = await createProcessRuntime({ storage }).list(signal);
    assert.equal(left?.running, false);
    await left?.stop(millis(0), signal);
    assert.deepEqual(await logs(), []);
  });

  test("one that is not there is not waited for, and nothing is left of looking at it", async () => {
    const given = new AbortController();
    const missing = path.join(storage, "missing.log");
    const followed = followFile(missing, "start", () => undefined, new Promise(() => undefined), given.signal);
    await assert.rejects(followed, { code: "ENOENT" });
    assert.deepEqual(getEventListeners(given.signal, "abort"), []);
  });
});
