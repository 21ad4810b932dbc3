import assert from "node:assert/strict";
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type WindowWorld, createWindowWorld } from "../../core/owner/windows.ts";
import { freePort } from "../../support/free-port.ts";
import { settled } from "./settled.ts";

const FAKE = path.join(import.meta.dirname, "../../support/fake-llama-server.mjs");
/** Milliseconds after the switch was asked for. */
const KILLS = [0, 10, 45, 100, 220, 320];

/** Switches whose program is killed at some moment of them, with real processes all around. */
suite("a switch whose owner is killed", function () {
  this.timeout(180_000);
  let world: WindowWorld;
  let port: number;
  let settings: Record<string, unknown>;

  suiteSetup(async () => {
    world = await createWindowWorld();
    port = await freePort();
    const conf = path.join(world.folder, "models.conf");
    for (const name of ["a", "b"]) await writeFile(path.join(world.folder, `${name}.gguf`), "GGUF");
    await writeFile(
      conf,
      ["a", "b"].map((id) => `[${id}]\nMODEL=${id}.gguf\nEXTRA_ARGS=--fake-load-ms 120\n`).join("\n"),
    );
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
    await world.close();
  });

  /** Processes that serve at our port, by their command lines. */
  const serving = async (): Promise<readonly string[]> => {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
    return lines.filter((line) => line.includes("fake-llama-server") && line.includes(`\0${port}\0`));
  };

  for (const after of KILLS)
    test(`after ${after} ms: the next owner has one server, and it answers as what it is said to be`, async function () {
      if (process.platform !== "linux") return this.skip();
      const owner = await world.open({ settings });
      const first = await owner.run<{ outcome: string }>("serving.switch", { profile: "a", onBusy: "queue" });
      assert.equal(first.outcome, "ready");
      const follower = await world.open({ settings });
      owner.run("serving.switch", { profile: "b" }).catch(() => undefined);
      await sleep(after);
      await owner.kill();
      const server = await settled(follower);
      assert.equal(server.state, "ready");
      const running = await serving();
      assert.equal(running.length, 1, running.join("\n"));
      const props = await fetch(`${server.url}/props`);
      const { model_alias: alias } = (await props.json()) as { model_alias: string };
      assert.equal(alias, server.profile);
      await follower.close();
    });
});
