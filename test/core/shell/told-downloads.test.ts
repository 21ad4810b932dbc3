import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Download, DownloadState } from "../../../src/core/protocol/downloads.ts";
import { createAskedMarks, isAlive } from "../../../src/extension/asked-marks.ts";
import { type Telling, createTelling } from "../../../src/extension/told-downloads.ts";
import { aDownload } from "../../support/samples.ts";

const list = (states: Readonly<Record<string, DownloadState>>): readonly Download[] =>
  Object.entries(states).map(([id, state]) => aDownload({ id, state }));

/** A window, and what it told, in short. */
function aWindow(owns: boolean, elsewhere: readonly string[] = []) {
  const told: string[] = [];
  const over: string[] = [];
  const telling = createTelling({
    owns: () => owns,
    askedElsewhere: async (id) => elsewhere.includes(id),
    tell: (one: Telling) => {
      if (one.kind === "failed") told.push(`failed ${one.download.id}`);
      else if (one.kind === "here") told.push(`here ${one.downloads.map(({ id }) => id).join("+")}`);
      else if (one.kind === "failing") told.push("more fail");
      else if (one.kind === "manyFailed") told.push(`failed ${one.ids.join("+")}`);
      else told.push(`all done ${one.done}, ${one.failed} failed`);
    },
    over: (id) => over.push(id),
  });
  const hear = async (...lists: readonly Readonly<Record<string, DownloadState>>[]): Promise<void> => {
    for (const states of lists) await telling.hear(list(states));
  };
  return { ...telling, hear, told, over };
}

suite("what a window tells of downloads", () => {
  test("the one that asked tells that it is here, once, and the queue's end besides is not told", async () => {
    const window = aWindow(true);
    window.track(["a"], []);
    await window.hear({}, { a: "running" }, { a: "done" }, { a: "done" });
    assert.deepEqual(window.told, ["here a"]);
    assert.deepEqual(window.over, ["a"]);
  });

  test("what is asked for while an older list is still looked at is told all the same", async () => {
    const marks = Promise.withResolvers<boolean>();
    const told: string[] = [];
    const telling = createTelling({
      owns: () => true,
      askedElsewhere: () => marks.promise,
      tell: ({ kind }) => void told.push(kind),
      over: () => undefined,
    });
    await telling.hear(list({ other: "running" }));
    const looking = telling.hear(list({ other: "failed" }));
    const later = list({ other: "failed", a: "queued" });
    telling.track(["a"], later);
    marks.resolve(true);
    await looking;
    await telling.hear(later);
    await telling.hear(list({ other: "failed", a: "done" }));
    assert.deepEqual(told, ["here"]);
  });

  test("what was asked for together is told together, a failure among it at once", async () => {
    const window = aWindow(true);
    window.track(["a", "b", "c"], []);
    await window.hear({ a: "queued", b: "queued", c: "queued" }, { a: "done", b: "failed", c: "running" });
    assert.deepEqual(window.told, ["failed b"]);
    await window.hear({ a: "done", b: "failed", c: "done" });
    assert.deepEqual(window.told, ["failed b", "here a+c"]);
  });

  test("of many that fail three are told one by one, that there are more at once, and all of them at the end", async () => {
    const window = aWindow(true);
    window.track(["a", "b", "c", "d", "e", "f"], []);
    await window.hear(
      { a: "running", b: "queued", c: "queued", d: "queued", e: "queued", f: "queued" },
      { a: "failed", b: "failed", c: "running", d: "queued", e: "queued", f: "queued" },
      { a: "failed", b: "failed", c: "failed", d: "failed", e: "running", f: "queued" },
      { a: "failed", b: "failed", c: "failed", d: "failed", e: "failed", f: "running" },
    );
    assert.deepEqual(window.told.splice(0), ["failed a", "failed b", "failed c", "more fail"]);
    await window.hear({ a: "failed", b: "failed", c: "failed", d: "failed", e: "failed", f: "done" });
    assert.deepEqual(window.told.splice(0), ["here f", "failed a+b+c+d+e"]);
    await window.hear({ a: "running", b: "failed", c: "failed", d: "failed", e: "failed", f: "done" });
    await window.hear({ a: "failed", b: "failed", c: "failed", d: "failed", e: "failed", f: "done" });
    assert.deepEqual(window.told, ["failed a"]);
  });

  test("many that had failed before they could be followed are told at once, and one later by itself", async () => {
    const window = aWindow(true);
    const failed = { a: "failed", b: "failed", c: "failed", d: "failed", e: "failed" } as const;
    await window.hear({});
    window.track(["a", "b", "c", "d", "e"], list(failed));
    assert.deepEqual(window.told.splice(0), ["failed a", "failed b", "failed c", "failed a+b+c+d+e"]);
    window.track(["f"], list(failed));
    await window.hear({ ...failed, f: "running" }, { ...failed, f: "failed" });
    assert.deepEqual(window.told, ["failed f"]);
  });

  test("of what no living window asked for the owner's alone tells, when the queue is worked off", async () => {
    const [owner, other] = [aWindow(true), aWindow(false)];
    for (const window of [owner, other])
      await window.hear({ a: "running", b: "queued" }, { a: "done", b: "running" }, { a: "done", b: "done" });
    assert.deepEqual([owner.told, other.told], [["all done 2, 0 failed"], []]);
  });

  test("what another window asked for is left to that one", async () => {
    const owner = aWindow(true, ["a", "b"]);
    await owner.hear({ a: "running", b: "running" }, { a: "failed", b: "running" }, { a: "failed", b: "done" });
    assert.deepEqual(owner.told, []);
  });

  test("what ended before a window could look is no news, and what was removed is waited for no longer", async () => {
    const window = aWindow(true);
    await window.hear({ a: "failed", b: "done" });
    assert.deepEqual(window.told, []);
    window.track(["c"], []);
    await window.hear({ c: "running" }, {});
    assert.deepEqual(window.over, ["c"]);
    assert.deepEqual(window.told, []);
  });

  test("a failure is told again only where it was tried again", async () => {
    const window = aWindow(true);
    await window.hear({ a: "running" }, { a: "failed" }, { a: "failed" });
    window.track(["a"], list({ a: "failed" }));
    assert.deepEqual(window.told, ["failed a"]);
    await window.hear({ a: "running" }, { a: "failed" });
    assert.deepEqual(window.told, ["failed a", "failed a"]);
  });
});

suite("marks of who asked", () => {
  let folder = "";
  setup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "mdmarks-"));
  });
  teardown(() => rm(folder, { recursive: true, force: true }));

  test("are seen by other windows as long as the one that asked lives", async () => {
    const alive = new Set([1, 2]);
    const marksOf = (pid: number) => createAskedMarks(path.join(folder, "asked"), pid, (one) => alive.has(one));
    const [mine, theirs] = [marksOf(1), marksOf(2)];
    assert.equal(await theirs.elsewhere("a/b"), false);
    await mine.mark(["a/b"]);
    assert.deepEqual([await mine.elsewhere("a/b"), await theirs.elsewhere("a/b")], [false, true]);
    alive.delete(1);
    assert.equal(await theirs.elsewhere("a/b"), false);
    alive.add(1);
    await mine.forget("a/b");
    await mine.forget("a/b");
    assert.equal(await theirs.elsewhere("a/b"), false);
  });

  test("know a process that lives from one that does not", () => {
    assert.ok(isAlive(process.pid));
    assert.equal(isAlive(2 ** 30), false);
  });
});
