import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { isFault } from "../../../../src/core/util/faults.ts";
import { createFakeRuntime } from "../../../support/fake-runtime.ts";
import { type ServingWorld, openServingWorld } from "../deck.ts";

const { signal } = new AbortController();

suite("a switch beside a compose file", () => {
  let world: ServingWorld;
  const containers = createFakeRuntime("container");
  setup(async () => {
    world = await openServingWorld(() => ({ containers, processes: createFakeRuntime("process") }));
    await world.model("a.gguf");
    await world.conf("[good]\nMODEL=a.gguf\nTAG=1\n[bad]\nMODEL=a.gguf\nTAG=2\n");
    await writeFile(path.join(world.folder, ".env"), "OWN=1\n");
  });
  teardown(() => world.dispose());
  const compose = (text: string): Promise<void> => writeFile(path.join(world.folder, "compose.yaml"), text);
  const env = (): Promise<string> => readFile(path.join(world.folder, ".env"), "utf8");

  test("writes the profile's keys to .env, and puts them back when it fails", async () => {
    await compose("services:\n  llama:\n    image: acme/llama:${TAG}\n");
    assert.equal((await world.serving.switchTo({ profile: "good" }, signal)).outcome, "ready");
    assert.match(await env(), /^OWN=1\n# >>> [^\n]*\nMODEL=a\.gguf\nTAG=1\n# <<< [^\n]*\n$/);
    const before = await env();
    containers.behave("bad", { exit: { code: 1, oomKilled: false }, log: "error: something\n" });
    assert.equal((await world.serving.switchTo({ profile: "bad" }, signal)).outcome, "rolledBack");
    assert.equal(await env(), before);
  });

  test("says to build first where the image of a build is not there, and touches nothing", async () => {
    await compose("name: nothing\nservices:\n  llama:\n    build: .\n");
    world.values["serving.engine"] = "docker";
    await assert.rejects(
      world.serving.switchTo({ profile: "good" }, signal),
      (error) => isFault(error, "configInvalid") && error.fault.problem.includes("docker compose build llama"),
    );
    assert.equal(await env(), "OWN=1\n");
  });
});
