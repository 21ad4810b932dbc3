import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { createDockerRuntime } from "../../../src/core/adapters/docker-runtime.ts";
import type { ContainerSpec, RuntimeProbe } from "../../../src/core/ports/runtime.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { freePort } from "../../support/free-port.ts";
import { type ScriptedEngine, json, scriptedEngine } from "../../support/scripted-engine.ts";

const { signal } = new AbortController();

suite("an engine that does what a test says", () => {
  let engine: ScriptedEngine;
  setup(async () => {
    engine = await scriptedEngine();
    engine.on("GET /containers/c1/json", { Id: "c1", State: { Running: true, ExitCode: 0, OOMKilled: false } });
    engine.on("POST /containers/create", { Id: "c1" });
    engine.on("POST /containers/c1/start", (_, response) => void response.writeHead(204).end());
  });
  teardown(() => engine.close());
  const runtime = () => createDockerRuntime({ storage: "/s", dockerHost: () => engine.host });
  const spec = async (): Promise<ContainerSpec> => ({
    kind: "container",
    image: "x",
    group: "default",
    args: [],
    environment: {},
    labels: {},
    hostPort: await freePort(),
    containerPort: 8080,
    mounts: [],
    workingFolder: "/",
    hardening: { readOnlyRoot: true, temporary: {}, processLimit: 64 },
    gpus: "all",
  });

  test("it is told once that it went, and once that it is back; a moment away is not told", async () => {
    const streams: ServerResponse[] = [];
    let opened = Promise.withResolvers<void>();
    engine.on("GET /events", (_, response) => {
      streams.push(response);
      response.writeHead(200).flushHeaders();
      opened.resolve();
    });
    const told: RuntimeProbe[] = [];
    let heard = Promise.withResolvers<void>();
    const over = new AbortController();
    const watching = runtime().watch?.((state) => {
      told.push(state);
      heard.resolve();
    }, over.signal);
    await opened.promise;
    // Its stream breaks, and it answers: nothing happened.
    opened = Promise.withResolvers();
    streams.at(-1)?.destroy();
    await opened.promise;
    assert.deepEqual(told, []);
    await engine.stop();
    await heard.promise;
    heard = Promise.withResolvers();
    opened = Promise.withResolvers();
    await engine.start();
    await heard.promise;
    await opened.promise;
    assert.deepEqual(
      told.map(({ available }) => available),
      [false, true],
    );
    over.abort();
    await watching;
  }).timeout(180_000);

  test("an end that its engine was to tell, and went in the middle of, is asked for anew", async () => {
    let waits = 0;
    engine.on("POST /containers/c1/wait", (_, response) => {
      waits += 1;
      response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
      // As a kill of the engine cuts it: the answer has begun.
      engine.on("GET /containers/c1/json", { Id: "c1", State: { Running: false, ExitCode: 3, OOMKilled: false } });
      setImmediate(() => response.destroy());
    });
    const { server } = await runtime().start(await spec(), signal);
    assert.deepEqual(await server.exited(signal), { code: 3, oomKilled: false });
    assert.equal(waits, 1);
  });

  test("one that takes a question and says nothing is asked no longer than that: no connection is left", async () => {
    const letGo = Promise.withResolvers<void>();
    engine.on("GET /version", (request) => void request.socket.once("close", () => letGo.resolve()));
    const found = await runtime().probe("x", signal);
    assert.ok(!found.available && found.fault.code === "engineUnreachable");
    assert.equal(found.fault.reason, "it gives no answer");
    await letGo.promise;
    engine.on("GET /version", { hello: "there" });
    const other = await runtime().probe("x", signal);
    assert.ok(!other.available && other.fault.code === "engineUnreachable");
    assert.equal(other.fault.reason, "what answers there is no container engine");
  });

  test("a name that a stranger's container has is left to it", async () => {
    const names: string[] = [];
    engine.on("POST /containers/create", (request, response) => {
      names.push(new URL(request.url ?? "", "http://x").searchParams.get("name") ?? "");
      if (names.length > 1) return json(response, 201, { Id: "c1" });
      return json(response, 409, { message: `Conflict. The container name "/${names[0]}" is already in use` });
    });
    await runtime().start(await spec(), signal);
    assert.equal(new Set(names).size, 2);
    assert.ok(!engine.asked.some((what) => what.startsWith("DELETE")));
  });

  test("whatever it says when it makes or starts a container is a fault, and nothing of ours is left", async () => {
    engine.on("DELETE /containers/c1", (_, response) => void response.writeHead(204).end());
    const refused = async (what: string, status: number, message: string, code: string): Promise<void> => {
      engine.on(what, (_, response) => json(response, status, { message }));
      await assert.rejects(runtime().start(await spec(), signal), (error) => isFault(error) && error.code === code);
    };
    await refused(
      "POST /containers/c1/start",
      500,
      "driver failed: Bind for 127.0.0.1: port is already allocated",
      "portInUse",
    );
    await refused("POST /containers/c1/start", 400, "exec: no such file or directory", "serverExited");
    assert.equal(engine.asked.filter((what) => what === "DELETE /containers/c1").length, 2);
    await refused("POST /containers/create", 404, "No such image: x:latest", "imageMissing");
    await refused("POST /containers/create", 500, "no room", "serverExited");
    engine.on("POST /containers/create", (request) => void request.socket.destroy());
    await assert.rejects(runtime().start(await spec(), signal), (error) => isFault(error, "engineUnreachable"));
  });
});
