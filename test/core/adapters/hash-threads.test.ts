import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Worker } from "node:worker_threads";
import { createHashThreads } from "../../../src/core/adapters/hash-threads.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { gitSha1Of, never, sampleBytes, sha256Of } from "../downloads/support.ts";
import { niceness } from "../../support/niceness.ts";
import { writeZeros, zerosDigest } from "../tasks/support.ts";

suite("hash threads", () => {
  let folder: string;
  let threads: ReturnType<typeof createHashThreads>;
  const started: Worker[] = [];
  let ends: Promise<unknown>[] = [];
  const onWorker = (worker: Worker): void => {
    started.push(worker);
    ends.push(once(worker, "exit"));
  };

  setup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-hash-"));
    started.length = 0;
    ends = [];
    process.on("worker", onWorker);
  });
  teardown(async () => {
    process.off("worker", onWorker);
    await threads.close();
    await rm(folder, { recursive: true, force: true });
  });
  const put = async (name: string, content: Buffer): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, content);
    return file;
  };
  const deaf = (): void => undefined;

  test("give way to whatever else wants the processor, and the host does not (Linux)", async function () {
    threads = createHashThreads();
    // Nothing goes below 19.
    if (process.platform !== "linux" || os.getPriority(process.pid) > 9) return this.skip();
    const own = os.getPriority(process.pid);
    await threads.start({ path: await put("some", sampleBytes(1000, 1)), git: false }, deaf, never).result;
    const all = await niceness();
    assert.ok(all.includes(10), String(all));
    assert.equal(os.getPriority(process.pid), own);
  });

  test("files of every length are named by their bytes, and told as Files tells them", async () => {
    threads = createHashThreads();
    for (const size of [0, 1, 2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1, 3 * 2 ** 20]) {
      const content = sampleBytes(size, size + 1);
      const file = await put(`${size}`, content);
      const hashed = await threads.start({ path: file, git: true }, deaf, never).result;
      const facts = await nodeFiles.stat(file);
      assert.deepEqual(hashed, {
        sha256: sha256Of(content),
        gitSha1: gitSha1Of(content),
        size,
        modified: facts?.modified,
        identity: facts?.identity,
        steady: true,
      });
    }
  });

  test("no more threads than lanes, none before the first file, and none once they are idle", async () => {
    threads = createHashThreads({ lanes: 2, idle: 0 });
    const files = await Promise.all(["a", "b", "c", "d"].map((name) => put(name, sampleBytes(100_000, 1))));
    assert.equal(started.length, 0);
    const all = files.map((file) => threads.start({ path: file, git: false }, deaf, never).result);
    await new Promise(setImmediate);
    assert.equal(started.length, 2);
    await Promise.all(all);
    await Promise.all(ends);
    // The next one starts anew.
    const again = await threads.start({ path: files[0] ?? "", git: false }, deaf, never).result;
    assert.equal(again.size, 100_000);
  });

  test("giving up is at once, and the thread does other things then", async () => {
    threads = createHashThreads({ lanes: 1 });
    const size = 4 * 2 ** 30;
    const long = path.join(folder, "long");
    await writeZeros(long, size);
    const short = await put("short", sampleBytes(10, 1));
    const stop = new AbortController();
    const under = Promise.withResolvers<void>();
    const hashing = threads.start({ path: long, git: false }, () => under.resolve(), stop.signal);
    await under.promise;
    hashing.hold();
    stop.abort(new Error("enough"));
    await assert.rejects(hashing.result, /enough/);
    assert.equal((await threads.start({ path: short, git: false }, deaf, never).result).size, 10);
    assert.equal(started.length, 1);
    await assert.rejects(threads.start({ path: short, git: false }, deaf, stop.signal).result, /enough/);
  }).timeout(180_000);

  test("a held one goes on where it stood, and reports on its way", async () => {
    threads = createHashThreads({ lanes: 1 });
    const size = 2 ** 30;
    const long = path.join(folder, "long");
    await writeZeros(long, size);
    const seen: number[] = [];
    const under = Promise.withResolvers<void>();
    const hashing = threads.start(
      { path: long, git: false },
      (done) => {
        seen.push(done);
        under.resolve();
      },
      never,
    );
    await under.promise;
    hashing.hold();
    hashing.go();
    hashing.hold();
    hashing.hold();
    hashing.go();
    assert.equal((await hashing.result).sha256, zerosDigest(size));
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    );
  }).timeout(180_000);

  test("a held one stands still in the middle while its thread reads another to its end", async () => {
    threads = createHashThreads({ lanes: 1 });
    const size = 2 ** 28;
    const [held, other] = [path.join(folder, "held"), path.join(folder, "other")];
    await writeZeros(held, size);
    await writeZeros(other, 2 * size);
    const short = await put("short", sampleBytes(10, 1));
    const seen: number[] = [0];
    let isOver = false;
    const hashing = threads.start({ path: held, git: false }, (done) => void seen.push(done), never);
    const over = (): void => void (isOver = true);
    void hashing.result.then(over, over);
    hashing.hold();
    // Words reach a thread in their order: the hold is known by the time this one is read.
    await threads.start({ path: short, git: false }, deaf, never).result;
    const stood = [...seen];
    // Piece by piece in turn: what goes on in secret would be through before it, which is twice as long.
    await threads.start({ path: other, git: false }, deaf, never).result;
    assert.equal(started.length, 1);
    assert.deepEqual([seen, isOver], [stood, false]);
    assert.ok((stood.at(-1) ?? 0) < size);
    hashing.go();
    const { sha256, size: whole } = await hashing.result;
    assert.deepEqual([sha256, whole], [zerosDigest(size), size]);
  }).timeout(180_000);

  test("a file that is not there, and a folder", async () => {
    threads = createHashThreads();
    const start = (file: string): Promise<unknown> => threads.start({ path: file, git: false }, deaf, never).result;
    await assert.rejects(start(path.join(folder, "none")), (error) => isFault(error, "notFound"));
    await assert.rejects(start(folder), (error) => {
      assert.ok(isFault(error, "fileUnreadable"));
      assert.equal(error.fault.reason, "it is a folder");
      return true;
    });
  });

  test("closing ends what is under way", async () => {
    threads = createHashThreads();
    const long = path.join(folder, "long");
    await writeZeros(long, 4 * 2 ** 30);
    const hashing = threads.start({ path: long, git: false }, deaf, never);
    const ended = assert.rejects(hashing.result, { name: "AbortError" });
    await threads.close();
    await ended;
    assert.equal(started.length, 1);
  });
});
