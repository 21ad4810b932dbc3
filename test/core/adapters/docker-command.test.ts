import assert from "node:assert/strict";
import { text as textOf } from "node:stream/consumers";
import { createDockerRuntime } from "../../../src/core/adapters/docker-runtime.ts";
import type { ContainerSpec } from "../../../src/core/ports/runtime.ts";
import { commandLine } from "../../../src/core/serving/desk/command-line.ts";
import { bytes } from "../../../src/core/util/ids.ts";
import { type ScriptedEngine, json, scriptedEngine } from "../../support/scripted-engine.ts";

const { signal } = new AbortController();
const spec: ContainerSpec = {
  kind: "container",
  image: "x",
  group: "default",
  args: ["-m", "/models/a.gguf"],
  environment: {},
  labels: {},
  hostPort: 8080,
  containerPort: 8080,
  mounts: [],
  workingFolder: "/",
  hardening: { readOnlyRoot: true, temporary: { "/tmp": bytes(1024) }, processLimit: 64 },
  gpus: "none",
};

suite("the command that is told of a container", () => {
  let engine: ScriptedEngine;
  setup(async () => {
    engine = await scriptedEngine();
  });
  teardown(() => engine.close());

  /** What the engine is asked to make, and the command that is told of the same. */
  const both = async (info: object = {}) => {
    engine.on("GET /info", { Runtimes: { runc: {} }, SecurityOptions: [], ...info });
    let asked: Record<string, unknown> = {};
    engine.on("POST /containers/create", async (request, response) => {
      asked = JSON.parse(await textOf(request)) as Record<string, unknown>;
      json(response, 201, { Id: "c1" });
    });
    const runtime = createDockerRuntime({ storage: "/s", dockerHost: () => engine.host });
    await runtime.create(spec, signal);
    const { text } = commandLine((await runtime.placed?.(spec, signal)) ?? spec, false);
    const { PidsLimit } = asked["HostConfig"] as Record<string, unknown>;
    return { user: asked["User"], processLimit: PidsLimit, text };
  };

  test("has its user and its process limit", async function () {
    if (process.platform !== "linux") return this.skip();
    const { user, processLimit, text } = await both();
    assert.deepEqual([typeof user, processLimit], ["string", 64]);
    assert.ok(text.includes(` --user ${String(user)} `), text);
    assert.ok(text.includes(` --pids-limit ${String(processLimit)} `), text);
  });

  test("names no user where the container runs as its image says", async () => {
    const { user, text } = await both({ SecurityOptions: ["name=rootless"] });
    assert.equal(user, undefined);
    assert.doesNotMatch(text, /--user/);
  });

  test("has the user that it would get, where no engine answers", async function () {
    if (process.platform !== "linux") return this.skip();
    await engine.stop();
    const runtime = createDockerRuntime({ storage: "/s", dockerHost: () => engine.host });
    const { text } = commandLine((await runtime.placed?.(spec, signal)) ?? spec, false);
    assert.match(text, / --user \d+:\d+ /);
  });
});
