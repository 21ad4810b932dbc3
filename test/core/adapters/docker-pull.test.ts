import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { createDockerRuntime } from "../../../src/core/adapters/docker-runtime.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeRandom } from "../../../src/core/adapters/node-random.ts";
import { createPullProgress, pullFault } from "../../../src/core/adapters/pull-progress.ts";
import { createScanTasks } from "../../../src/core/maintenance/scan-tasks.ts";
import type { PullProgress } from "../../../src/core/ports/images.ts";
import { createImagePulls } from "../../../src/core/serving/image-pulls.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { type ScriptedEngine, json, scriptedEngine } from "../../support/scripted-engine.ts";

const { signal } = new AbortController();
const layer = (id: string, current: number, total: number) => ({
  status: "Downloading",
  id,
  progressDetail: { current, total },
});

suite("what an engine tells of a pull", () => {
  test("layers are added up, what is unpacked or there already is not counted again", () => {
    const read = createPullProgress("x");
    assert.equal(read({ status: "Pulling from library/x", id: "latest" }), undefined);
    assert.equal(read({ status: "Already exists", id: "0" }), undefined);
    assert.deepEqual(read(layer("a", 10, 100)), { done: 10, total: 100 });
    assert.deepEqual(read(layer("b", 5, 50)), { done: 15, total: 150 });
    assert.deepEqual(read({ status: "Download complete", id: "a" }), { done: 105, total: 150 });
    assert.equal(read({ status: "Extracting", id: "a", progressDetail: { current: 1, total: 100 } }), undefined);
    assert.deepEqual(read({ status: "Pull complete", id: "b" }), { done: 150, total: 150 });
  });
  for (const [words, code] of [
    ["toomanyrequests: You have reached your pull rate limit.", "forbidden"],
    ["no matching manifest for linux/arm64/v8 in the manifest list entries", "formatInvalid"],
    ["manifest for x:nope not found: manifest unknown: manifest unknown", "notFound"],
    ["pull access denied for x, repository does not exist or may require 'docker login'", "forbidden"],
    ["write /var/lib/docker/tmp/GetImageBlob1: no space left on device", "diskFull"],
    ["dial tcp: lookup registry.invalid: no such host", "network"],
  ] as const)
    test(`${words.slice(0, 50)}: ${code}`, () => {
      assert.equal(pullFault("x", words).code, code);
      assert.throws(
        () => createPullProgress("x")({ error: words }),
        (error) => isFault(error) && error.code === code,
      );
    });
  test("the registry is told by its name", () => {
    const hostOf = (image: string) => {
      const told = pullFault(image, "denied");
      return told.code === "forbidden" ? told.host : "";
    };
    assert.equal(hostOf("ghcr.example/x/y:z"), "ghcr.example");
    assert.equal(hostOf("ggml/llama.cpp"), "Docker Hub");
  });
});

suite("fetching an image", () => {
  let engine: ScriptedEngine;
  let streams: ServerResponse[];
  setup(async () => {
    engine = await scriptedEngine();
    streams = [];
    engine.on("POST /images/create", (_, response) => {
      streams.push(response.writeHead(200, { "content-type": "application/json" }));
      response.write(`${JSON.stringify(layer("a", 10, 100))}\r\n`);
    });
  });
  teardown(() => engine.close());
  const runtime = () => createDockerRuntime({ storage: "/s", dockerHost: () => engine.host });

  test("tells its bytes, and ends when the engine has it", async () => {
    const seen: PullProgress[] = [];
    await runtime().pull(
      "local/x",
      (progress) => {
        seen.push(progress);
        if (seen.length > 1) return;
        const rest = `${JSON.stringify(layer("a", 60, 100))}\r\n${JSON.stringify({ status: "Pull complete", id: "a" })}`;
        // A line may come in pieces.
        streams[0]?.write(rest.slice(0, 30));
        streams[0]?.end(rest.slice(30));
      },
      signal,
    );
    assert.deepEqual(
      seen.map(({ done }) => done),
      [10, 60, 100],
    );
  });

  test("an engine that refuses, breaks off or is away is a fault", async () => {
    const pull = () => runtime().pull("local/x", () => streams[0]?.destroy(), signal);
    await assert.rejects(pull(), (error) => isFault(error, "engineUnreachable") || isFault(error, "network"));
    engine.on("POST /images/create", (_, response) => json(response, 429, { message: "toomanyrequests: limit" }));
    await assert.rejects(pull(), (error) => isFault(error, "forbidden"));
    await engine.stop();
    await assert.rejects(pull(), (error) => isFault(error, "engineUnreachable"));
  });

  test("is a task with progress, once for each image, and ends with its cancel", async () => {
    const tasks = createScanTasks({ clock: nodeClock, random: nodeRandom }, "image");
    const warn = () => undefined;
    const pulls = createImagePulls({ images: runtime(), tasks, log: { warn } });
    const progressed = new Promise<void>((resolve) =>
      tasks.onChange(() => tasks.list()[0]?.progress.total === 100 && resolve()),
    );
    const { id } = await pulls.pull("local/x");
    assert.deepEqual(await pulls.pull("local/x"), { id });
    await progressed;
    const [task] = tasks.list();
    assert.deepEqual(
      [task?.kind, task?.title, task?.state, task?.progress],
      ["image", "local/x", "running", { done: 10, total: 100, unit: "bytes" }],
    );
    const gone = new Promise((resolve) => streams[0]?.once("close", resolve));
    assert.deepEqual(await tasks.cancel({ ids: [id] }), [id]);
    await gone;
    assert.equal(tasks.list()[0]?.state, "cancelled");
    tasks.dispose();
  });
});
