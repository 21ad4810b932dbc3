import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import type { Download } from "../../../src/core/protocol/downloads.ts";
import type { EntryPage } from "../../../src/core/protocol/models.ts";
import {
  type TestWindow,
  type WindowWorld,
  assertOneModel,
  createWindowWorld,
  download,
  ended,
  owns,
  roles,
  seated,
} from "../../core/owner/windows.ts";

/** Real processes on one data folder: the owner is killed, frozen, or meets its successor. */
suite("the owner goes, and another window takes over", () => {
  const worlds: WindowWorld[] = [];
  teardown(async () => {
    for (const world of worlds.splice(0)) await world.close();
  });
  const make = async (...options: Parameters<typeof createWindowWorld>): Promise<WindowWorld> => {
    const world = await createWindowWorld(...options);
    worlds.push(world);
    return world;
  };
  /** Some bytes of the model are on the disk. */
  const underWay = async (window: TestWindow, id: string, least = 1): Promise<void> => {
    for (let heard = -1; ;) {
      heard = window.events.length;
      const { downloads } = await window.run<{ downloads: Download[] }>("downloads.list");
      if ((downloads.find((one) => one.id === id)?.bytesDone ?? 0) >= least) return;
      await window.heard(() => window.events.length > heard);
    }
  };

  test("killed: what was being read is asked again, what was being changed is not done twice and says so", async () => {
    const world = await make();
    const [first, second] = [await world.open(), await world.open()];
    const answer = world.hub.hold();
    const reading = second.run("hub.analyze", { model: "demo/tiny-GGUF" });
    const changing = assert.rejects(download(second), (error: Error & { code: string }) => {
      assert.equal(error.code, "ownerGone");
      assert.match(error.message, /went away/);
      return true;
    });
    // The owner has both: each question goes to the hub, which does not answer yet.
    await second.run("models.list");
    await first.kill();
    answer();
    await changing;
    assert.ok(await reading);
    assert.ok(owns(second));
    const { downloads } = await second.run<{ downloads: Download[] }>("downloads.list");
    assert.deepEqual(downloads, []);
  }).timeout(180_000);

  test("killed with many windows open: exactly one owns, whoever it is, again and again", async () => {
    const world = await make();
    let windows = await Promise.all(Array.from({ length: 5 }, () => world.open()));
    assert.deepEqual(windows.filter(owns).length, 1);
    while (windows.length > 2) {
      const owner = windows.find(owns) ?? assert.fail();
      const before = windows.map((window) => roles(window).length);
      await owner.kill();
      const left = windows.filter((window) => window !== owner);
      await Promise.all(left.map((window) => seated(window, (before[windows.indexOf(window)] ?? 0) + 1)));
      assert.deepEqual(left.filter(owns).length, 1);
      const pages = await Promise.all(left.map((window) => window.run<EntryPage>("models.list")));
      assert.ok(pages.every(({ total }) => total === 0));
      windows = left;
    }
  }).timeout(180_000);

  test("killed in the middle of a download: it goes on where the disk has it, and ends as one proven model", async () => {
    const world = await make({ size: 3_000_000, bytesPerSecond: 100_000 });
    const [first, second] = [await world.open(), await world.open()];
    const id = await download(second);
    await underWay(second, id, 50_000);
    await first.kill();
    world.hub.pace(undefined);
    assert.equal((await ended(second, id)).state, "done");
    await assertOneModel(world, second);
  }).timeout(180_000);

  test("frozen: the others notice, one supersedes it; when it wakes it follows, and has changed nothing", async function () {
    if (process.platform === "win32") return this.skip();
    const world = await make();
    const [first, second] = [await world.open(), await world.open()];
    first.send("SIGSTOP");
    // It was asked while it was frozen, and is done once.
    const id = await download(second).catch(async ({ code }: { code: string }) => {
      assert.equal(code, "ownerGone");
      return download(second);
    });
    assert.ok(owns(second));
    assert.equal((await ended(second, id)).state, "done");
    assert.ok((await readdir(world.storage)).includes("late-1"));

    first.send("SIGCONT");
    // What its own window asks reaches whoever owns now.
    await first.run("downloads.pause", { ids: [id] });
    assert.deepEqual(roles(first), ["owns", "follows"]);
    for (const window of [first, second]) await assertOneModel(world, window);
    assert.equal((await readdir(world.storage)).includes("late-1"), false);
  }).timeout(180_000);

  test("frozen in the middle of a download: the late one's bytes reach nobody, and one proven model is there", async function () {
    if (process.platform === "win32") return this.skip();
    const world = await make({ size: 6_000_000, bytesPerSecond: 200_000 });
    const [first, second] = [await world.open(), await world.open()];
    const id = await download(first);
    await underWay(second, id, 100_000);
    first.send("SIGSTOP");
    await seated(second, 2);
    await underWay(second, id);
    // Its connection to the hub and its open file are as they were.
    first.send("SIGCONT");
    await seated(first, 2);
    world.hub.pace(undefined);
    assert.equal((await ended(second, id)).state, "done");
    await assertOneModel(world, second);
    assert.equal((await ended(first, id)).state, "done");
    assert.deepEqual(
      first.events.filter(({ kind }) => kind === "notice"),
      [],
    );
  }).timeout(180_000);

  test("a window comes up while the owner is frozen: it waits a few seconds, then owns", async function () {
    if (process.platform === "win32") return this.skip();
    const world = await make();
    const first = await world.open();
    first.send("SIGSTOP");
    const second = await world.open();
    assert.ok(owns(second));
    first.send("SIGCONT");
    await seated(first, 2);
    assert.equal(owns(first), false);
  }).timeout(180_000);

  test("reload: the new host comes while the old one still owns and has work in hand, which goes on", async () => {
    const world = await make({ size: 2_000_000, bytesPerSecond: 50_000 });
    const old = await world.open();
    const id = await download(old);
    await underWay(old, id);
    const fresh = await world.open();
    await old.close();
    world.hub.pace(undefined);
    assert.equal((await ended(fresh, id)).state, "done");
    await assertOneModel(world, fresh);
    assert.deepEqual(roles(fresh), ["follows", "owns"]);
    assert.ok((await readFile(world.target)).equals(world.weights));
  }).timeout(180_000);
});
