import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile, readdir, stat } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { claimOwnership } from "../../../src/core/adapters/owner-claim.ts";
import { parseCard, parseOwnerRecord } from "../../../src/core/owner/claim.ts";
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
} from "./windows.ts";

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly fault: object;
}

async function refusal(window: TestWindow, verb: string, args: object): Promise<Refusal> {
  try {
    await window.run(verb, args);
  } catch (error) {
    const { code, message, fault } = error as Refusal;
    return { code, message, fault };
  }
  return assert.fail(`${verb} was not refused`);
}

/** Each window is a process with a deck of its own on the same data folder. */
/** What is free, of memory and of disks, changes from one look to the next, and what is needed with it does not. */
const withoutFree = (told: unknown): unknown =>
  JSON.parse(
    JSON.stringify(told, (key, value: unknown) => (key === "memoryFree" || key === "freeBytes" ? undefined : value)),
  );

suite("several windows on one data folder", () => {
  const worlds: WindowWorld[] = [];
  teardown(async () => {
    for (const world of worlds.splice(0)) await world.close();
  });
  const make = async (...options: Parameters<typeof createWindowWorld>): Promise<WindowWorld> => {
    const world = await createWindowWorld(...options);
    worlds.push(world);
    return world;
  };

  test("the second follows the first, and every verb answers alike in both", async () => {
    const world = await make();
    const [first, second] = [await world.open(), await world.open()];
    assert.deepEqual([roles(first), roles(second)], [["owns"], ["follows"]]);

    const id = await download(second);
    assert.equal((await ended(second, id)).state, "done");
    await assertOneModel(world, second);
    const reads: [string, object][] = [
      ["models.list", {}],
      ["models.list", { text: "tiny", limit: 1 }],
      ["models.show", { name: "tiny-gguf-llama.cpp-q4_k_m" }],
      ["models.stats", {}],
      ["downloads.list", {}],
      ["profiles.list", {}],
      ["gpu.status", {}],
      ["hub.analyze", { model: "demo/tiny-GGUF" }],
    ];
    for (const [verb, args] of reads)
      assert.deepEqual(withoutFree(await second.run(verb, args)), withoutFree(await first.run(verb, args)), verb);
    const [ours, theirs] = [await first.snapshot(), await second.snapshot()];
    assert.deepEqual(theirs.stats, ours.stats);
    assert.equal(theirs.downloads.length, 1);
  }).timeout(180_000);

  test("what goes wrong goes wrong alike: the same fault with its facts and its words", async () => {
    const world = await make();
    const windows = [await world.open(), await world.open()];
    const wrong: [string, object][] = [
      ["no.such", {}],
      ["models.list", { limit: "many" }],
      ["models.show", { name: "nothing" }],
      ["downloads.add", { model: "demo/none" }],
      ["downloads.pause", { ids: ["nothing"] }],
      ["serving.switch", { profile: "nothing" }],
    ];
    for (const [verb, args] of wrong) {
      const [ours, theirs] = await Promise.all(windows.map((window) => refusal(window, verb, args)));
      assert.deepEqual(theirs, ours, verb);
      assert.ok(ours?.fault && !ours.message.includes("{"), verb);
    }
  }).timeout(180_000);

  test("events of one window's deeds reach all", async () => {
    const world = await make();
    const windows = [await world.open(), await world.open(), await world.open()];
    await download(windows[1] ?? assert.fail());
    for (const window of windows) {
      await window.heard(({ event }) => event?.kind === "downloads");
      await window.heard(({ event }) => event?.kind === "models" && event.names.includes("tiny-gguf-llama.cpp-q4_k_m"));
    }
  }).timeout(180_000);

  test("the same download asked for by two windows at once is one", async () => {
    const world = await make();
    const windows = [await world.open(), await world.open()];
    const ids = await Promise.all(windows.map(download));
    assert.equal(ids[0], ids[1]);
    assert.equal((await ended(windows[1] ?? assert.fail(), ids[0] ?? "")).state, "done");
    await assertOneModel(world, windows[0] ?? assert.fail());
  }).timeout(180_000);

  test("what is cancelled in a following window is given up by the owner", async () => {
    const world = await make({ latencyMs: 3_600_000 });
    const [, second] = [await world.open(), await world.open()];
    const stop = new AbortController();
    const asking = second.run("hub.analyze", { model: "demo/tiny-GGUF" }, stop.signal);
    stop.abort();
    // The owner's answer is waited for, which the hub will not give in an hour.
    await assert.rejects(asking, { code: "AbortError" });
  }).timeout(180_000);

  test("a secret that only a following window has is asked for once, used, and written nowhere (P7)", async () => {
    const token = "hf_SecretSecretSecret42";
    const world = await make({
      accounts: { [token]: { name: "ada", sees: ["demo/tiny-GGUF"] } },
      repositories: { "demo/tiny-GGUF": { private: true } },
    });
    const first = await world.open();
    const second = await world.open({ secrets: { huggingface: token } });
    const third = await world.open();
    assert.equal((await ended(first, await download(first))).state, "done");
    await first.run("hub.analyze", { model: "demo/tiny-GGUF" });
    assert.deepEqual(second.asked, ["huggingface"]);
    assert.deepEqual(third.asked, []);
    await Promise.all([first, second, third].map((window) => window.close()));
    for (const window of [first, second, third]) assert.equal(window.said().includes(token), false);
    for (const item of await readdir(world.storage, { recursive: true, withFileTypes: true }))
      if (item.isFile())
        assert.equal((await readFile(path.join(item.parentPath, item.name))).includes(token), false, item.name);
  }).timeout(180_000);

  test("a window with other settings is told which, and that the owner's count", async () => {
    const world = await make();
    const [first, second] = [await world.open(), await world.open({ settings: { "downloads.parallel": 7 } })];
    await second.heard(({ event }) => event?.kind === "notice");
    const [notice] = second.events.flatMap((event) => (event.kind === "notice" ? event.notice : []));
    assert.deepEqual(notice?.facts, { keys: ["downloads.parallel"] });
    assert.match(notice?.message ?? "", /modelDeck\.downloads\.parallel/);
    assert.deepEqual(
      first.events.filter(({ kind }) => kind === "notice"),
      [],
    );
  }).timeout(180_000);

  test("when the owner closes, one of the others takes over, the rest follow it, and nothing that was asked is lost", async () => {
    const world = await make();
    const [first, ...others] = [await world.open(), await world.open(), await world.open(), await world.open()];
    assert.ok(first);
    const closing = first.close();
    const lists = await Promise.all(others.map((window) => window.run<EntryPage>("models.list")));
    await closing;
    assert.deepEqual(
      lists.map(({ total }) => total),
      [0, 0, 0],
    );
    await Promise.all(others.map((window) => seated(window, 2)));
    assert.deepEqual(others.map(owns).filter(Boolean), [true]);
    const [one] = others;
    assert.ok(one);
    assert.equal((await ended(one, await download(one))).state, "done");
    for (const window of others) assert.equal((await window.run<EntryPage>("models.list")).total, 1);
  }).timeout(180_000);

  test("an older owner lets go for a newer window, and follows it", async () => {
    const world = await make();
    const older = await world.open({ version: "1.9.0" });
    const newer = await world.open({ version: "1.10.0" });
    await seated(older, 2);
    assert.deepEqual([roles(older), roles(newer)], [["owns", "follows"], ["owns"]]);
    assert.equal((await ended(older, await download(older))).state, "done");
    await assertOneModel(world, newer);
  }).timeout(180_000);

  test("an older window follows a newer owner", async () => {
    const world = await make();
    const [newer, older] = [await world.open({ version: "2.0.0" }), await world.open({ version: "1.0.0" })];
    assert.deepEqual([roles(newer), roles(older)], [["owns"], ["follows"]]);
    assert.equal((await older.run<EntryPage>("models.list")).total, 0);
  }).timeout(180_000);

  test("an owner that nobody can follow is named with both versions", async () => {
    const world = await make();
    const owner = await claimOwnership({ folder: world.storage, version: "0.1.0" });
    await assert.rejects(world.open({ version: "1.0.0" }), (error: Error & { code: string }) => {
      assert.equal(error.code, "versionSkew");
      assert.match(error.message, /0\.1\.0.*1\.0\.0/);
      return true;
    });
    await owner.release();
    assert.ok(owns(await world.open()));
  }).timeout(180_000);

  test("who does not hold the folder's key is not let in, and the key is this user's alone", async () => {
    const world = await make();
    await world.open();
    const second = await world.open();
    if (process.platform !== "win32") assert.equal((await stat(path.join(world.storage, "key"))).mode & 0o777, 0o600);
    const file = (await readdir(world.storage)).find((name) => name.startsWith("owner-")) ?? "";
    const record = parseOwnerRecord(await readFile(path.join(world.storage, file), "utf8"));
    const stranger = net.connect(record?.socket ?? "");
    let said = "";
    stranger.setEncoding("utf8").on("data", (text: string) => void (said += text));
    await once(stranger, "data");
    const card = parseCard(said.trim());
    assert.equal(card?.nonce.length, 32);
    stranger.write(`${JSON.stringify({ version: "1.0.0", wire: card?.wire, nonce: "x", proof: card?.nonce })}\n`);
    await once(stranger, "close");
    assert.match(said, /\{"kind":"refused","why":"key"\}\n$/);
    assert.equal((await second.run<EntryPage>("models.list")).total, 0);
  }).timeout(180_000);
});
