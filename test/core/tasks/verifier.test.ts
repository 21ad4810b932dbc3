import assert from "node:assert/strict";
import { link, mkdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { lockDigest } from "../../../src/core/registry/lock-digest.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { FIRST_PIECE } from "./hash-here.ts";
import {
  type VerifyWorld,
  createVerifyWorld,
  reportIn,
  settle,
  sha256Of,
  untilState,
  untilTask,
  untilUnderWay,
  verdicts,
  verified,
  zerosDigest,
} from "./support.ts";

suite("verify", function () {
  this.timeout(180_000);
  let world: VerifyWorld;
  let wall: () => number;

  setup(async () => {
    wall = () => nodeClock.wall();
    world = await createVerifyWorld({ clock: { ...nodeClock, wall: () => wall() } });
  });
  teardown(() => world.close());

  test("says of each file what it is: ok, missing, changed, unknown", async () => {
    await world.put("good", "good.gguf", "good bytes");
    await world.put("bad", "bad.gguf", "other bytes", { sha256: sha256Of("wanted bytes") });
    await world.put("short", "short.gguf", "cut", { size_bytes: 9 });
    await world.put("plain", "plain.gguf", "no digest", { sha256: null });
    await rm(await world.put("gone", "gone.gguf", "was here"));
    await world.addEntry("thought-of", { path: null });
    await world.addEntry("store", { path: "ollama://tiny:latest", downloaded_at: "2026-01-01T00:00:00Z" });

    const report = await verified(world.verifier);
    assert.deepEqual(verdicts(report), {
      "gone.gguf": "missing",
      "bad.gguf": "changed",
      "short.gguf": "changed",
      "plain.gguf": "unknown",
      "tiny:latest": "unknown",
      "good.gguf": "ok",
    });
    assert.deepEqual(report.counts, { ok: 1, missing: 1, changed: 2, unknown: 2, offline: 0, unreadable: 0 });
    const bad = report.files.find(({ entry }) => entry === "bad");
    assert.deepEqual([bad?.expected, bad?.actual], [sha256Of("wanted bytes"), sha256Of("other bytes")]);
    assert.equal(report.bytes, "good bytes".length + "other bytes".length);
  });

  test("one entry or several are checked with all their files, and no others", async () => {
    await world.put("split", "split/a.gguf", "part one");
    await world.put("split", "split/b.gguf", "part two");
    await world.put("other", "other.gguf", "other");
    await world.put("third", "third.gguf", "third");
    assert.deepEqual(Object.keys(verdicts(await verified(world.verifier, ["split"]))), ["a.gguf", "b.gguf"]);
    assert.equal((await verified(world.verifier, ["split", "third", "third"])).counts.ok, 3);
  });

  test("a name that no one has is not found, with what looks like it, and no task comes of it", async () => {
    await world.put("llama-3.1-8b", "llama.gguf", "x");
    await assert.rejects(world.verifier.verify(["llama-3.1-8c"]), (error) => {
      assert.ok(isFault(error, "notFound"));
      assert.deepEqual([error.fault.what, error.fault.near], ["entry", ["llama-3.1-8b"]]);
      return true;
    });
    assert.deepEqual(world.verifier.list(), []);
  });

  test("an entry without files on record is looked for where it says it is", async () => {
    await world.addEntry("lonely", { path: path.join(world.models, "lonely.gguf") });
    assert.deepEqual(verdicts(await verified(world.verifier)), { "lonely.gguf": "missing" });
    await writeFile(path.join(world.models, "lonely.gguf"), "here");
    assert.deepEqual(verdicts(await verified(world.verifier)), { "lonely.gguf": "unknown" });
  });

  test("small files are held against git's name of them", async () => {
    await world.put("readme", "README.md", "hello\nworld\n", { sha256: null, git_sha1: "0".repeat(40) });
    await world.put("right", "right.md", "Hello\n", {
      sha256: null,
      git_sha1: "e965047ad7c57865823c7d992b1d046ea66edf78",
    });
    const report = await verified(world.verifier);
    assert.deepEqual(verdicts(report), { "README.md": "changed", "right.md": "ok" });
    assert.equal(report.files[0]?.actual, "94954abda49de8615a048f8d2e64b5de848e27a1");
  });

  test("what is where its drive was is offline, never missing", async () => {
    await world.put("away", "away.gguf", "away");
    await rename(world.models, `${world.models}-unplugged`);
    assert.deepEqual(verdicts(await verified(world.verifier)), { "away.gguf": "offline" });
    await mkdir(world.models);
    assert.deepEqual(verdicts(await verified(world.verifier)), { "away.gguf": "missing" });
  });

  test("what stays as it is, is hashed once; what was touched, again", async () => {
    const one = await world.put("one", "one.gguf", "one");
    await world.put("two", "two.gguf", "two");
    assert.equal((await verified(world.verifier)).counts.ok, 2);
    assert.equal(world.hashed(), 2);
    const again = await verified(world.verifier);
    assert.deepEqual([again.counts.ok, again.bytes, world.hashed()], [2, 6, 2]);
    await utimes(one, new Date("2021-01-01"), new Date("2021-01-01"));
    await verified(world.verifier);
    assert.equal(world.hashed(), 3);
    const rows = await world.database.query("SELECT path, size_bytes, sha256 FROM hashes ORDER BY path");
    assert.deepEqual(rows[0], { path: one, size_bytes: 3, sha256: sha256Of("one") });
  });

  test("what was written a moment ago may change again without a trace, so its hash is not kept", async () => {
    const file = await world.put("fresh", "fresh.gguf", "fresh");
    const now = new Date();
    await utimes(file, now, now);
    wall = () => now.getTime() + 1000;
    await verified(world.verifier);
    assert.deepEqual(await world.database.query("SELECT * FROM hashes"), []);
  });

  test("another file under the old name is no longer what was hashed", async () => {
    const file = await world.put("swapped", "swapped.gguf", "good");
    await verified(world.verifier);
    await writeFile(`${file}.new`, "evil");
    await settle(`${file}.new`);
    await rename(`${file}.new`, file);
    assert.deepEqual(verdicts(await verified(world.verifier)), { "swapped.gguf": "changed" });
  });

  test("two names of the same bytes are read once", async () => {
    const file = await world.put("one", "one.gguf", "same");
    const twin = path.join(world.models, "twin.gguf");
    await link(file, twin);
    await world.addEntry("twin", { path: twin });
    await world.database.commit([
      {
        table: "files",
        key: twin,
        after: { entry: "twin", size_bytes: 4, sha256: sha256Of("same"), git_sha1: null, proof: "sha256" },
      },
    ]);
    assert.equal((await verified(world.verifier)).counts.ok, 2);
    assert.equal(world.hashed(), 1);
  });

  test("drift from the lock is told as changed, even where every file is as recorded", async () => {
    const [a, b] = [await world.put("locked", "l/a.gguf", "a"), await world.put("locked", "l/b.gguf", "b")];
    const files = [a, b].map((file, index) => ({
      path: file,
      sizeBytes: 1,
      sha256: sha256Of(index === 0 ? "a" : "b"),
    }));
    const lock = lockDigest(files, nodeDigest) ?? "";
    await world.addEntry("locked", { path: a, locked: 1, lock_sha256: lock });
    assert.equal((await verified(world.verifier)).counts.ok, 2);

    await world.addEntry("locked", { path: a, locked: 1, lock_sha256: "f".repeat(64) });
    const report = await verified(world.verifier);
    assert.deepEqual(report.files[0], {
      entry: "locked",
      path: a,
      verdict: "changed",
      expected: "f".repeat(64),
      actual: lock,
      drift: true,
    });
    assert.deepEqual([report.counts.ok, report.counts.changed], [1, 1]);
  });

  test("the ten reports that came last are kept, and are taken off the list on demand", async () => {
    await world.put("one", "one.gguf", "one");
    for (let count = 0; count < 12; count += 1) await verified(world.verifier);
    assert.equal(world.verifier.list().length, 10);
    assert.equal((await world.verifier.remove({ all: true })).length, 10);
    assert.deepEqual(world.verifier.list(), []);
  });

  test("of many that are ok the report names some, of others all", async () => {
    const hashes = { sha256: sha256Of("same") };
    for (let count = 0; count < 205; count += 1) await world.put(`e${count}`, `${count}.gguf`, "same", hashes);
    await rm(path.join(world.models, "204.gguf"));
    const report = await verified(world.verifier);
    assert.deepEqual([report.counts.ok, report.counts.missing, report.files.length], [204, 1, 201]);
    assert.equal(report.files[0]?.verdict, "missing");
  });
});

suite("verify in the middle of a file", function () {
  this.timeout(180_000);
  const LONG = 4 * FIRST_PIECE;
  let world: VerifyWorld;
  /** Until then a long file is read no further than its first piece. */
  let through: PromiseWithResolvers<void>;

  setup(async () => {
    through = Promise.withResolvers();
    world = await createVerifyWorld({
      midway: async (file) => {
        if (path.basename(file) === "long.gguf") await through.promise;
      },
    });
  });
  teardown(() => world.close());

  test("pausing stands still in the middle of a file, resuming goes on to the end", async () => {
    await world.putZeros("long", "long.gguf", LONG, { sha256: zerosDigest(LONG) });
    await world.putZeros("longer", "longer.gguf", LONG + 1, { sha256: zerosDigest(LONG + 1) });
    const id = await world.verifier.verify(["long"]);
    await untilUnderWay(world.verifier, id);
    assert.deepEqual(await world.verifier.pause({ ids: [id] }), [id]);
    const paused = world.verifier.list()[0];
    assert.equal(paused?.state, "paused");
    assert.deepEqual(await world.verifier.pause({ all: true }), []);

    through.resolve();
    // Another gets its turn meanwhile; what goes on in secret would be through before it.
    assert.equal((await verified(world.verifier, ["longer"])).counts.ok, 1);
    const still = world.verifier.list().find((task) => task.id === id);
    assert.deepEqual([still?.state, still?.progress.done], ["paused", FIRST_PIECE]);
    assert.equal(world.hashed(), 1);

    await world.verifier.resume({ ids: [id] });
    const done = await untilState(world.verifier, id, "done");
    assert.equal(reportIn(done).counts.ok, 1);
    assert.deepEqual(done.progress, { done: LONG, total: LONG, unit: "bytes" });
  });

  test("cancelling acts at once, what was hashed before stays known, and it can be tried again", async () => {
    await world.putZeros("long", "long.gguf", LONG, { sha256: zerosDigest(LONG) });
    await world.put("short", "short.gguf", "short");
    await verified(world.verifier, ["short"]);
    const id = await world.verifier.verify(undefined);
    await untilUnderWay(world.verifier, id);
    assert.deepEqual(await world.verifier.cancel({ ids: [id] }), [id]);
    assert.equal(world.verifier.list().find((task) => task.id === id)?.state, "cancelled");
    assert.equal(world.hashed(), 1);
    through.resolve();
    assert.deepEqual(await world.verifier.retry({ ids: [id] }), [id]);
    assert.equal(reportIn(await untilState(world.verifier, id, "done")).counts.ok, 2);
    assert.equal(world.hashed(), 2);
  });

  test("checks wait for each other in an order that can be changed", async () => {
    await world.putZeros("long", "long.gguf", LONG);
    await world.put("short", "short.gguf", "short");
    const first = await world.verifier.verify(["long"]);
    const [second, third] = [await world.verifier.verify(["short"]), await world.verifier.verify(["short"])];
    await world.verifier.move(third, "up");
    assert.deepEqual(
      world.verifier.list().map(({ id, state }) => [id, state]),
      [
        [first, "running"],
        [third, "queued"],
        [second, "queued"],
      ],
    );
    await world.verifier.cancel({ ids: [first] });
    const done = await untilState(world.verifier, second, "done");
    assert.ok((world.verifier.list().find(({ id }) => id === third)?.finishedAt ?? "z") <= (done.finishedAt ?? ""));
    await assert.rejects(world.verifier.move(first, "top"), (error) => isFault(error, "badArguments"));
  });

  test("closing stops what is under way and keeps what was hashed", async () => {
    await world.putZeros("long", "long.gguf", LONG);
    await world.put("short", "short.gguf", "short");
    const id = await world.verifier.verify(undefined);
    // One of the two is through, the other in its middle.
    await untilTask(world.verifier, (task) => task.id === id && task.progress.done === FIRST_PIECE + "short".length);
    await world.verifier.close();
    const rows = await world.database.query("SELECT size_bytes FROM hashes");
    assert.deepEqual(rows, [{ size_bytes: 5 }]);
  });
});
