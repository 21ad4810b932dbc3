import assert from "node:assert/strict";
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type WindowWorld, createWindowWorld } from "../../core/owner/windows.ts";
import { freePort } from "../../support/free-port.ts";
import { settled } from "./settled.ts";

const FAKE = path.join(import.meta.dirname, "../../support/fake-llama-server.mjs");
/** Milliseconds after the switch was asked for. */
const KILLS = [0, 10, 30, 60, 100, 160, 240, 400];

suite("a switch among the models of a router whose owner is killed", function () {
  this.timeout(180_000);
  let world: WindowWorld;
  let port: number;
  let settings: Record<string, unknown>;

  suiteSetup(async () => {
    world = await createWindowWorld();
    port = await freePort();
    const conf = path.join(world.folder, "models.conf");
    for (const name of ["a", "b"]) await writeFile(path.join(world.folder, `${name}.gguf`), "GGUF");
    const section = (id: string, args: string): string => `[${id}]\nMODEL=${id}.gguf\nROUTER=fast\n${args}\n`;
    await writeFile(conf, section("a", "") + section("b", "EXTRA_ARGS=--fake-load-ms 150"));
    settings = {
      "profiles.files": [conf],
      weightsRoot: world.folder,
      "serving.engine": "process",
      "serving.port": port,
      "backends.llama.cpp.binary": FAKE,
    };
  });
  suiteTeardown(async () => {
    const last = await world.open({ settings });
    await last.run("serving.stop");
    // The first one unloads, the second one ends the router.
    await last.run("serving.stop");
    assert.deepEqual(await processes(), []);
    await world.close();
  });

  /** Routers that run for this world. */
  const processes = async (): Promise<readonly string[]> => {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
    return lines.filter((line) => line.includes("--models-preset") && line.includes(world.storage));
  };

  for (const after of KILLS)
    test(`after ${after} ms: the next owner has one router with one model, the one it is said to have`, async function () {
      if (process.platform !== "linux") return this.skip();
      const owner = await world.open({ settings });
      const first = await owner.run<{ outcome: string }>("serving.switch", { profile: "a", onBusy: "queue" });
      assert.equal(first.outcome, "ready");
      const follower = await world.open({ settings });
      owner.run("serving.switch", { profile: "b" }).catch(() => undefined);
      await sleep(after);
      await owner.kill();
      const server = await settled(follower);
      assert.deepEqual([server.state, server.router], ["ready", "fast"]);
      assert.equal((await processes()).length, 1);
      const answer = await fetch(`${server.url}/models`);
      const { data } = (await answer.json()) as { data: { id: string; status: { value: string } }[] };
      const up = data.filter(({ status }) => status.value !== "unloaded");
      assert.deepEqual(
        up.map(({ id, status }) => [id, status.value]),
        [[server.profile, "loaded"]],
      );
      const other = server.profile === "a" ? "b" : "a";
      const next = await follower.run<{ outcome: string }>("serving.switch", { profile: other });
      assert.equal(next.outcome, "ready");
      await follower.close();
    });
});
