import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { portTaken } from "../../../src/core/adapters/loopback-port.ts";
import { argumentsMark, endsWithMark, isStartedFor } from "../../../src/core/adapters/find-started.ts";
import { listProcesses, ofPs, ofWindows } from "../../../src/core/adapters/list-processes.ts";
import { startMark } from "../../../src/core/adapters/process-identity.ts";
import { createProcessRuntime } from "../../../src/core/adapters/process-runtime.ts";
import type { ServerSpec } from "../../../src/core/ports/runtime.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { freePort } from "../../support/free-port.ts";

const { signal } = new AbortController();

suite("a server whose starter is killed in the middle of it", function () {
  this.timeout(180_000);
  let folder: string;
  let storage: string;
  let spec: ServerSpec;
  setup(async function () {
    if (process.platform === "win32") this.skip();
    folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-orphan-"));
    storage = path.join(folder, "storage");
    const model = path.join(folder, "model.gguf");
    await writeFile(model, "GGUF");
    const hostPort = await freePort();
    spec = {
      kind: "process",
      binary: path.join(import.meta.dirname, "../../support/fake-llama-server.mjs"),
      group: "default",
      args: ["-m", model, "--host", "127.0.0.1", "--port", String(hostPort)],
      environment: {},
      hostPort,
      labels: { profile: "a", group: "default" },
      workingFolder: folder,
    };
  });
  teardown(async () => {
    for (const server of await createProcessRuntime({ storage }).list(signal)) await server.stop(millis(500), signal);
    await rm(folder, { recursive: true });
  });
  /** Which call of the fence is the last thing it does. */
  const killedAt = async (killAt: number): Promise<void> => {
    const starter = path.join(import.meta.dirname, "starter.ts");
    const child = spawn(process.execPath, [starter, JSON.stringify({ storage, spec, killAt })], { stdio: "inherit" });
    const [code, name] = (await once(child, "close")) as [number | null, string | null];
    assert.deepEqual([code, name], [null, "SIGKILL"]);
  };
  const records = (): Promise<readonly string[]> => readdir(path.join(storage, "servers")).catch(() => []);

  test("before its intent is written: there is nothing", async () => {
    await killedAt(1);
    assert.deepEqual(await createProcessRuntime({ storage }).list(signal), []);
    assert.deepEqual(await records(), []);
  });

  test("before it is started: no server is made up, and its intent is forgotten in time", async () => {
    await killedAt(2);
    const runtime = createProcessRuntime({ storage });
    const [intent, ...others] = await records();
    assert.deepEqual(others, []);
    const written = await readFile(path.join(storage, "servers", intent ?? ""), "utf8");
    const { startedAt } = JSON.parse(written) as { readonly startedAt: number };
    const real = Date.now;
    try {
      Date.now = () => startedAt + 5000;
      assert.deepEqual(await runtime.list(signal), []);
      assert.deepEqual(await records(), [intent]);
      Date.now = () => startedAt + 60_000;
      assert.deepEqual(await runtime.list(signal), []);
    } finally {
      Date.now = real;
    }
    assert.deepEqual(await records(), []);
  });

  test("after it was started, before that is written down: it is found, followed and ended like any other", async () => {
    await killedAt(3);
    const [server, ...others] = await createProcessRuntime({ storage }).list(signal);
    assert.ok(server);
    assert.deepEqual(others, []);
    assert.deepEqual([server.running, server.labels, server.port], [true, spec.labels, spec.hostPort]);
    const heard = Promise.withResolvers<void>();
    const followed = server.follow(
      "start",
      (lines) => lines.some((line) => line.includes("loaded")) && heard.resolve(),
      signal,
    );
    await heard.promise;
    assert.equal((await fetch(`${server.url}/health`)).status, 200);
    // Another look finds the same one, by its record now.
    const [again, ...more] = await createProcessRuntime({ storage }).list(signal);
    assert.deepEqual([again?.id, more], [server.id, []]);
    await server.stop(millis(2000), signal);
    await followed;
    assert.equal(await portTaken(spec.hostPort), false);
    assert.deepEqual(await records(), []);
  });
});

suite("where no environment of others can be read", () => {
  test("a command line is known by its end, with quotes or without", () => {
    const mark = argumentsMark(["-m", String.raw`C:\My Models\a.gguf`, "--port", "8080"]);
    assert.ok(endsWithMark(String.raw`"C:\llama\llama-server.exe" -m "C:\My Models\a.gguf" --port 8080 `, mark));
    assert.ok(endsWithMark(String.raw`/bin/sh x -m C:\My Models\a.gguf --port 8080`, mark));
    assert.ok(!endsWithMark(String.raw`llama-server.exe -m "C:\My Models\a.gguf" --port 8081`, mark));
    assert.ok(!endsWithMark("", argumentsMark([])));
  });

  const args = ["-m", "/m/a.gguf", "--port", "8080"];
  const intent = {
    id: "default-1",
    port: 8080,
    labels: {},
    log: "",
    startedAt: 1_000_000,
    token: "t",
    starter: 77,
    mark: argumentsMark(args),
  };
  const ours = { pid: 90, parent: 1, group: 90, began: 1_000_000, command: `llama-server ${args.join(" ")}` };
  const windows = { ...ours, parent: 77, group: undefined };

  test("it is ours by its command line together with its parent, its group and when it began", () => {
    for (const one of [
      ours,
      { ...ours, parent: 77 },
      { ...ours, began: 999_000 },
      { ...ours, began: 1_003_000 },
      windows,
    ])
      assert.ok(isStartedFor(intent, one), JSON.stringify(one));
  });
  for (const [who, one] of [
    ["a person's own from a terminal, with the same command line", { ...ours, parent: 4000 }],
    ["one that heads no group", { ...ours, group: 80 }],
    ["one from before", { ...ours, began: 990_000 }],
    ["one from later", { ...ours, began: 1_060_000 }],
    ["another command line", { ...ours, command: "llama-server -m /m/b.gguf" }],
    ["on Windows, another's child", { ...windows, parent: 1 }],
  ] as const)
    test(`a stranger is not: ${who}`, () => assert.ok(!isStartedFor(intent, one)));
  test("nor is anybody where nobody wrote down who started it", () => {
    const { starter: _, ...before } = intent;
    assert.ok(!isStartedFor(before, ours));
  });

  test("what ps and PowerShell print is read", () => {
    assert.deepEqual(ofPs("   90     1    90 Sat Nov  7 15:04:32 2026     llama-server -m a b"), {
      pid: 90,
      parent: 1,
      group: 90,
      began: Date.UTC(2026, 10, 7, 15, 4, 32),
      command: "llama-server -m a b",
    });
    assert.deepEqual(ofWindows('90 77 2026-11-07T15:04:32.5000000Z "C:\\a b\\llama-server.exe" -m a'), {
      pid: 90,
      parent: 77,
      group: undefined,
      began: Date.UTC(2026, 10, 7, 15, 4, 32, 500),
      command: '"C:\\a b\\llama-server.exe" -m a',
    });
    assert.equal(ofPs("nothing of the kind"), undefined);
    assert.equal(ofWindows("4 0 "), undefined);
  });

  test("what this system's ps tells of a child of ours is enough, and the same in any zone", async function () {
    if (process.platform === "win32") this.skip();
    const startedAt = Date.now();
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "--", ...args], { detached: true });
    const zone = process.env["TZ"];
    try {
      await once(child, "spawn");
      const own = { ...intent, startedAt, starter: process.pid };
      const found = async (): Promise<readonly number[]> =>
        (await listProcesses("darwin")).filter((one) => isStartedFor(own, one)).map(({ pid }) => pid);
      const mark = await startMark(child.pid ?? 0, "darwin");
      assert.match(mark ?? "", /\d{4}$/);
      process.env["TZ"] = "Asia/Tokyo";
      assert.deepEqual(await found(), [child.pid]);
      assert.equal(await startMark(child.pid ?? 0, "darwin"), mark);
    } finally {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
      child.kill("SIGKILL");
    }
  });
});
