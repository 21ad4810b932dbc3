import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { type WindowWorld, createWindowWorld } from "../../core/owner/windows.ts";
import { type Engine, removeContainers } from "../../support/engine-api.ts";
import { engineTells } from "../../support/engine-tells.ts";
import { findEngine } from "../../support/engine.ts";
import { freePort } from "../../support/free-port.ts";
import { llamaImage } from "../../support/llama.ts";
import { needs } from "../../support/needs.ts";
import { writeTinyGguf } from "../../support/tiny-gguf.ts";
import { type Server, settled } from "../../faults/serving/settled.ts";
import { chat } from "./real-server.ts";

const REPLIES: Readonly<Record<string, string>> = { a: "I am the first one.", b: "And this is the second." };

/** What the engine tells of when the program is killed, and of whose container. */
const steps = [
  { name: "the new one is made", event: "create", of: "b" },
  { name: "the old one is asked to end", event: "kill", of: "a" },
  { name: "the old one has ended", event: "die", of: "a" },
  { name: "the new one is started, and loads", event: "start", of: "b" },
  { name: "what the old one left is taken away", event: "destroy", of: "a" },
] as const;

suite("a switch of containers whose owner is killed", function () {
  this.timeout(180_000);
  let engine: Engine;
  let docker: Docker;
  let world: WindowWorld;
  let settings: Record<string, unknown>;

  suiteSetup(async function () {
    this.timeout(300_000);
    ({ engine } = needs(this, "engine", await findEngine()));
    const { image } = needs(this, "llama", await llamaImage(engine));
    docker = new Docker({ socketPath: engine.host.replace("unix://", "") });
    world = await createWindowWorld();
    const conf = path.join(world.folder, "models.conf");
    for (const [id, reply] of Object.entries(REPLIES))
      writeTinyGguf({ file: path.join(world.folder, `${id}.gguf`), reply });
    await writeFile(
      conf,
      Object.keys(REPLIES)
        .map((id) => `[${id}]\nMODEL=${id}.gguf\nCTX_SIZE=512\n`)
        .join("\n"),
    );
    settings = {
      "profiles.files": [conf],
      weightsRoot: world.folder,
      "serving.engine": "docker",
      "serving.dockerHost": engine.host,
      "serving.port": await freePort(),
      "backends.llama.cpp.image": image,
    };
  });
  suiteTeardown(async () => {
    if (engine && world) await removeContainers(engine, `modeldeck.storage=${world.storage}`);
    await world?.close();
  });

  const ours = (all: boolean): Promise<readonly Docker.ContainerInfo[]> =>
    docker.listContainers({ all, filters: { label: [`modeldeck.storage=${world.storage}`] } });
  /** Every ready that is seen on the way is put to the test. */
  const answers = async ({ state, url = "", profile = "" }: Server): Promise<void> => {
    if (state === "ready") assert.equal(await chat(url), REPLIES[profile]);
  };

  for (const { name, event, of } of steps)
    test(`when ${name}: the next owner has one server, and it answers as what it is said to be`, async () => {
      const owner = await world.open({ settings });
      const first = await owner.run<{ outcome: string }>("serving.switch", { profile: "a", onBusy: "queue" });
      assert.equal(first.outcome, "ready", JSON.stringify(first));
      const follower = await world.open({ settings });
      const { happened } = await engineTells(docker, world.storage, event, of);
      owner.run("serving.switch", { profile: "b" }).catch(() => undefined);
      await happened;
      await owner.kill();
      const server = await settled(follower, answers);
      assert.equal(server.state, "ready", JSON.stringify(server));
      assert.equal((await ours(false)).length, 1);
      const next = await follower.run<{ outcome: string }>("serving.switch", { profile: "b", onBusy: "queue" });
      assert.equal(next.outcome, "ready", JSON.stringify(next));
      // What is left of the others goes by itself.
      while ((await ours(true)).length > 1) await sleep(50);
      await follower.close();
    });
});
