import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:fs";
import { mkdir, mkdtemp, open, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { Worker } from "node:worker_threads";
import { workerFile } from "../../../src/core/adapters/bundle-file.ts";
import { nodeDiskLook } from "../../../src/core/adapters/node-disk-look.ts";
import { type StandingOptions, createStandingLook } from "../../../src/core/adapters/standing-look.ts";

type There = readonly (boolean | undefined)[];

/** As the thread's file, but that it opens what it is asked for: a pipe nobody writes to hangs as a disk that is away. */
const OPENING = `
const { openSync, closeSync } = require("node:fs");
const { parentPort } = require("node:worker_threads");
parentPort.on("message", ({ paths, marks }) => {
  for (const [index, path] of paths.entries())
    try {
      closeSync(openSync(path, "r"));
      marks[index] = 1;
    } catch {
      marks[index] = 2;
    }
  parentPort.postMessage("found");
});
`;

suite("a look at many places of a page", () => {
  let root: string;
  /** How often the disk was asked without a thread. */
  let plainly: number;
  /** Of each thread that was started, its end. */
  let ends: Promise<unknown>[] = [];
  const onWorker = (worker: Worker): void => void ends.push(once(worker, "exit"));
  setup(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "modeldeck-standing-"));
    plainly = 0;
    ends = [];
    process.on("worker", onWorker);
  });
  teardown(async () => {
    process.off("worker", onWorker);
    // A thread that hangs in one of them would hold the process.
    for (const pipe of pipes.splice(0)) await release(pipe);
    await rm(root, { recursive: true, force: true });
  });

  const pipes: string[] = [];
  /** Whoever hangs in it goes on. Opened for both it makes nobody wait. */
  const release = async (pipe: string): Promise<void> =>
    (await open(pipe, constants.O_RDWR | constants.O_NONBLOCK)).close();
  const at = (name: string): string => path.join(root, name);
  const nobody = (): void => undefined;
  const standing = (options: Partial<StandingOptions> = {}) =>
    createStandingLook(
      {
        areThere: (paths, late) => {
          plainly += 1;
          return nodeDiskLook.areThere(paths, late);
        },
      },
      { later: 0, idle: 60_000, patience: 60_000, few: 1, hanging: 1, file: workerFile("look"), ...options },
    );
  /** Asks until a thread answers. */
  async function untilInThread(areThere: ReturnType<typeof standing>): Promise<void> {
    for (let before = -1; before !== plainly;) {
      before = plainly;
      await areThere([root], nobody);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test("is the same in a thread as without one, which answers until it has started", async () => {
    await mkdir(at("folder"));
    for (const name of ["a", "folder/b"]) await writeFile(at(name), name);
    await symlink(at("a"), at("to a"));
    await symlink(at("nothing"), at("to nothing"));
    await symlink(at("circle"), at("circle"));
    const odd = ["a", "folder", "folder/b", "to a", "to nothing", "circle", "a/below a file", "long".repeat(100)].map(
      at,
    );
    const all = [...odd, ...Array.from({ length: 300 }, (_, index) => at(index % 3 === 0 ? "a" : `no ${index}`))];
    const areThere = standing();
    const first = await areThere(all, nobody);
    assert.equal(plainly, 1);
    await untilInThread(areThere);
    plainly = 0;
    assert.deepEqual(await areThere(all, nobody), first);
    assert.equal(plainly, 0);
    assert.deepEqual(first.slice(0, 8), [true, true, true, true, false, false, false, false]);
  });

  test("starts no thread for a few, nor right after the first question, and ends it once nobody asks", async () => {
    const areThere = standing({ few: 2, later: 3_600_000 });
    for (let times = 1; times < 4; times += 1) {
      assert.deepEqual(await areThere([root, at("no")], nobody), [true, false]);
      assert.equal(plainly, times);
    }
    assert.equal(ends.length, 0);
    const short = standing({ idle: 1 });
    for (let times = 1; times < 3; times += 1) {
      plainly = 0;
      assert.deepEqual(await short([root], nobody), [true]);
      assert.deepEqual([plainly, ends.length], [1, times]);
      await ends.at(-1);
    }
  });

  test("of a disk that hangs tells what is known, the rest when it is back, and asks another thread meanwhile", async function () {
    if (process.platform === "win32") this.skip();
    await writeFile(at("a"), "");
    const file = at("opening.cjs");
    await writeFile(file, OPENING);
    pipes.push(at("away"), at("away too"));
    await promisify(execFile)("mkfifo", pipes);
    const areThere = standing({ file, hanging: 2, patience: 1000 });
    await untilInThread(areThere);
    plainly = 0;
    const late = Promise.withResolvers<There>();
    assert.deepEqual(await areThere([at("a"), at("away"), at("no")], late.resolve), [true, undefined, undefined]);
    assert.deepEqual(await areThere([at("no"), at("a")], nobody), [false, true]);
    const later = Promise.withResolvers<There>();
    assert.deepEqual(await areThere([at("away too"), at("a")], later.resolve), [undefined, undefined]);
    // As many hang as may.
    assert.deepEqual(await areThere([at("a")], nobody), [undefined]);
    await release(at("away"));
    assert.deepEqual(await late.promise, [true, true, false]);
    await release(at("away too"));
    assert.deepEqual(await later.promise, [true, true]);
    assert.equal(plainly, 0);
  });
});
