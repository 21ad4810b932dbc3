import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Server, ServingStatus } from "../../../src/core/protocol/serving.ts";
import { type TestWindow, type WindowWorld, createWindowWorld, owns, roles, seated } from "../../core/owner/windows.ts";
import { type GatedServer, createGatedServer } from "./gated-server.ts";

/** Real processes: an owner is frozen while it switches, another carries the switch to an end, and the first wakes up. */
suite("an owner frozen in the middle of a switch", function () {
  this.timeout(180_000);
  let folder = "";
  let world: WindowWorld;
  let gated: GatedServer;

  const start = async (
    options: { readonly stubborn?: boolean; readonly freezes?: "stopping"; readonly settings?: object } = {},
  ): Promise<readonly [TestWindow, TestWindow]> => {
    gated = await createGatedServer(folder, options);
    const { freezes } = options;
    const first = await world.open({
      settings: { ...gated.settings, ...options.settings },
      ...(freezes && { freezes }),
    });
    const { outcome } = await first.run<{ outcome: string }>("serving.switch", { profile: "a" });
    assert.equal(outcome, "ready");
    return [first, await world.open({ settings: gated.settings })];
  };
  const now = async (window: TestWindow): Promise<Server | undefined> =>
    (await window.run<ServingStatus>("serving.status")).servers[0];
  const until = async (window: TestWindow, holds: (server: Server | undefined) => boolean): Promise<void> => {
    for (let heard = -1; ;) {
      heard = window.events.length;
      if (holds(await now(window))) return;
      await window.heard(() => window.events.length > heard);
    }
  };
  /** How the first window's own question ended. */
  const switching = (window: TestWindow): Promise<string> =>
    window.run<{ outcome: string }>("serving.switch", { profile: "b" }).then(
      ({ outcome }) => outcome,
      ({ code }: { code: string }) => code,
    );
  /** It follows, knows what the other knows, and nothing of what it had begun is left. */
  const wake = async (first: TestWindow, second: TestWindow): Promise<void> => {
    first.send("SIGCONT");
    await seated(first, 2);
    assert.deepEqual(roles(first), ["owns", "follows"]);
    assert.ok(owns(second));
    assert.deepEqual(await now(first), await now(second));
    const late = (await readdir(world.storage)).filter((name) => name.startsWith("late-"));
    assert.deepEqual(late, []);
  };

  setup(async function () {
    if (process.platform === "win32") return this.skip();
    folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-late-"));
    world = await createWindowWorld();
  });
  teardown(async () => {
    await world.close();
    gated.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("while the new server loads: the successor finishes it, and the late one neither stops nor starts any", async () => {
    const [first, second] = await start();
    const asked = switching(first);
    await until(second, (server) => server?.state === "loading" && server.profile === "b");
    first.send("SIGSTOP");
    await seated(second, 2);
    await gated.open("serve");
    await until(second, (server) => server?.state === "ready" && server.profile === "b");
    await wake(first, second);
    assert.ok(["ownerGone", "ready"].includes(await asked));
    assert.deepEqual(
      gated.starts().map(({ model }) => model),
      ["a", "b"],
    );
    assert.deepEqual(gated.running(), ["b"]);
    assert.equal((await now(second))?.state, "ready");
  });

  test("and the new server fails: the successor goes back, and the late one does not go back a second time", async () => {
    const [first, second] = await start();
    const asked = switching(first);
    await until(second, (server) => server?.state === "loading" && server.profile === "b");
    first.send("SIGSTOP");
    await seated(second, 2);
    await gated.open("fail");
    await until(second, (server) => server?.state === "ready");
    assert.equal((await now(second))?.profile, "a");
    await wake(first, second);
    assert.equal(await asked, "ownerGone");
    assert.deepEqual(
      gated.starts().map(({ model }) => model),
      ["a", "b", "a"],
    );
    assert.deepEqual(gated.running(), ["a"]);
  });

  test("while the old server stops: the one before serves again, and the late one starts nothing", async () => {
    const [first, second] = await start({ freezes: "stopping" });
    const asked = switching(first);
    await first.logged(/frozen/);
    await seated(second, 2);
    await gated.open("serve");
    await until(second, (server) => server?.state === "ready" || server?.state === "failed");
    const settled = await now(second);
    assert.equal(settled?.state, "ready", JSON.stringify(settled));
    await wake(first, second);
    assert.equal(await asked, "ownerGone");
    assert.deepEqual(gated.running(), [settled?.profile]);
  });

  test("while the old server takes its time to stop, a window that follows says so", async () => {
    // It stops when it is killed here, and not before.
    const [first, second] = await start({ stubborn: true, settings: { "serving.stopGrace": 120 } });
    const asked = switching(first);
    await until(second, (server) => server?.state === "stopping");
    const [old] = gated.starts();
    assert.ok(old);
    process.kill(old.pid, "SIGKILL");
    await gated.open("serve");
    assert.equal(await asked, "ready");
    await until(second, (server) => server?.state === "ready" && server.profile === "b");
    assert.deepEqual(gated.running(), ["b"]);
  });

  test("while a server that takes its time to stop is waited for: the late one does not kill what was taken over", async () => {
    const [first, second] = await start({ stubborn: true, freezes: "stopping" });
    const asked = switching(first);
    await first.logged(/frozen/);
    await seated(second, 2);
    await until(second, (server) => server?.state === "ready");
    await wake(first, second);
    assert.equal(await asked, "ownerGone");
    assert.deepEqual(gated.running(), ["a"]);
    assert.deepEqual(await now(second).then((server) => [server?.state, server?.profile]), ["ready", "a"]);
    assert.equal(gated.starts().length, 1);
  });
});
