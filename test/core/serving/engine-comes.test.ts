import assert from "node:assert/strict";
import { createDockerRuntime } from "../../../src/core/adapters/docker-runtime.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { createFakeRuntime } from "../../support/fake-runtime.ts";
import { type ScriptedEngine, json, scriptedEngine } from "../../support/scripted-engine.ts";
import { type ServingWorld, openServingWorld, until } from "./deck.ts";

const { signal } = new AbortController();

suite("an engine that is started by hand", () => {
  let engine: ScriptedEngine;
  let world: ServingWorld;
  setup(async () => {
    engine = await scriptedEngine();
    world = await openServingWorld(
      (storage) => ({
        containers: createDockerRuntime({ storage, dockerHost: () => engine.host }),
        processes: createFakeRuntime("process"),
      }),
      { "serving.engine": "docker" },
    );
    await world.conf("[a]\nMODEL=a.gguf\n");
    await world.model("a.gguf");
  });
  teardown(async () => {
    // What is asked for what it left has to answer.
    await engine.stop();
    await engine.start();
    await world.dispose();
    await engine.close();
  });

  test("is noticed, where nobody asks for anything any more", async () => {
    await engine.stop();
    const { serving } = world;
    await assert.rejects(serving.switchTo({ profile: "a" }, signal), (error) => isFault(error, "engineUnreachable"));
    assert.equal(serving.status().runtime?.available, false);
    await engine.start();
    await until(serving, ({ runtime }) => runtime?.available === true);
    // And that it goes once more.
    await engine.stop();
    await until(serving, ({ runtime }) => runtime?.available === false);
  });

  test("is noticed, where it answers right after it was found to say nothing, as one that the question itself starts", async () => {
    const { serving } = world;
    engine.on("GET /version", (_, response) => {
      if (serving.status().runtime?.available === false) json(response, 200, { Version: "1", ApiVersion: "1.41" });
      else response.destroy();
    });
    await assert.rejects(serving.switchTo({ profile: "a" }, signal), (error) => isFault(error, "engineUnreachable"));
    await until(serving, ({ runtime }) => runtime?.available === true);
  });
});
