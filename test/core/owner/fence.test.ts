import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { claimOwnership } from "../../../src/core/adapters/owner-claim.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { createProcessRuntime } from "../../../src/core/adapters/process-runtime.ts";
import { createPartialFiles } from "../../../src/core/adapters/partial-files.ts";
import { fenceOf, fencedFiles, fencedRuntime } from "../../../src/core/owner/fence.ts";
import type { Runtime } from "../../../src/core/ports/runtime.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { freePort } from "../../support/free-port.ts";

const gone = (error: unknown): boolean => isFault(error, "ownerGone");
const never = new AbortController().signal;

suite("the fence around an owner that was superseded", () => {
  let folder = "";
  setup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-fence-"));
  });
  teardown(() => rm(folder, { recursive: true, force: true }));

  test("superseded, an owner knows it at once, and is remembered until it has let go", async () => {
    const first = await claimOwnership({ folder });
    assert.equal(first.lost(), false);
    await assert.rejects(claimOwnership({ folder }), (error) => isFault(error, "locked"));
    const second = await claimOwnership({ folder, over: first.generation });
    assert.deepEqual([first.lost(), second.lost(), second.late], [true, false, true]);
    await second.release();
    const third = await claimOwnership({ folder });
    assert.equal(third.late, true, "the first may write still");
    await third.release();
    await first.release();
    const fourth = await claimOwnership({ folder });
    assert.equal(fourth.late, false);
    await fourth.release();
    assert.deepEqual(await readdir(folder), [`owner-${fourth.generation}`]);
  });

  test("of two that supersede the same owner at once, one owns", async () => {
    const first = await claimOwnership({ folder });
    const tries = await Promise.allSettled([
      claimOwnership({ folder, over: first.generation }),
      claimOwnership({ folder, over: first.generation }),
    ]);
    assert.deepEqual(tries.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    for (const one of tries) if (one.status === "fulfilled") await one.value.release();
    await first.release();
  });

  test("a late owner changes no file, and starts and stops no server", async () => {
    let lost = false;
    const fence = fenceOf({ lost: () => lost });
    const files = fencedFiles(nodeFiles, fence);
    const deeds: string[] = [];
    const server = {
      id: "1",
      kind: "process",
      url: "",
      port: 1,
      labels: {},
      startedAt: 0,
      running: true,
      end: async () => void deeds.push("end"),
      stop: async () => void deeds.push("stop"),
      processes: async () => [],
      exited: async () => ({ code: 0, oomKilled: false }),
      follow: async () => {},
      memory: async () => undefined,
    } as const;
    const plain: Runtime = {
      kind: "process",
      probe: async () => ({ available: true, version: "", address: "" }),
      build: async () => undefined,
      help: async () => "",
      check: async () => {},
      create: async () => ({
        create: millis(0),
        start: async () => {
          deeds.push("start");
          return { server, create: millis(0), start: millis(0) };
        },
        remove: async () => void deeds.push("remove"),
      }),
      start: async () => {
        deeds.push("start");
        return { server, create: millis(0), start: millis(0) };
      },
      list: async () => [server],
    };
    const runtime = fencedRuntime(plain, fence);
    const spec = {
      kind: "process",
      binary: "x",
      workingFolder: folder,
      group: "a",
      args: [],
      environment: {},
      hostPort: 1,
      labels: {},
    } as const;
    const [listed] = await runtime.list(never);
    const { server: started } = await runtime.start(spec, never);
    const made = await runtime.create(spec, never);
    await files.replace(path.join(folder, "a"), "1");
    lost = true;
    await assert.rejects(files.replace(path.join(folder, "a"), "2"), gone);
    await assert.rejects(files.remove(path.join(folder, "a")), gone);
    await assert.rejects(runtime.start(spec, never), gone);
    await assert.rejects(runtime.create(spec, never), gone);
    await assert.rejects(made.start(never), gone);
    await assert.rejects(made.remove(), gone);
    await assert.rejects(async () => listed?.end(millis(0), never), gone);
    await assert.rejects(async () => listed?.stop(millis(0), never), gone);
    await assert.rejects(started.stop(millis(0), never), gone);
    assert.equal(await readFile(path.join(folder, "a"), "utf8"), "1");
    assert.deepEqual(deeds, ["start"]);
  });

  test("what a late owner still writes goes into a file that nobody reads, and it names nothing", async () => {
    const name = path.join(folder, "model.gguf");
    const partial = `${name}.partial`;
    let lost = false;
    // It passed its fence in the moment before it was frozen.
    const late = createPartialFiles();
    const fenced = createPartialFiles(undefined, { fence: fenceOf({ lost: () => lost }), late: false });
    const old = await late.open(partial);
    const kept = await fenced.open(partial);
    await old.write(0, [Buffer.from("first ")]);
    lost = true;

    const successor = createPartialFiles(undefined, { fence: () => {}, late: true });
    const fresh = await successor.open(partial);
    assert.equal((await fresh.read(0, 100)).toString(), "first ");
    await fresh.write(6, [Buffer.from("half")]);
    await old.write(0, [Buffer.from("LATE LATE LATE")]);
    await assert.rejects(kept.write(0, [Buffer.from("x")]), gone);
    await assert.rejects(kept.truncate(0), gone);
    await assert.rejects(fenced.publish(partial, name, { replace: false }), gone);
    for (const replace of [false, true]) await assert.rejects(late.publish(partial, name, { replace }), gone);
    assert.deepEqual(await readdir(folder), ["model.gguf.partial"]);
    assert.equal(await readFile(partial, "utf8"), "first half");

    // Opened again it is the same file, so that it need not be copied twice.
    await (await successor.open(partial)).close();
    await fresh.write(6, [Buffer.from("second")]);
    await successor.publish(partial, name, { replace: false });
    assert.equal(await readFile(name, "utf8"), "first second");
    for (const file of [old, kept, fresh]) await file.close();
  });
});

suite("the fence inside what starts and stops processes", function () {
  this.timeout(180_000);
  const server = path.join(import.meta.dirname, "../../support/fake-llama-server.mjs");
  let folder = "";
  setup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-fence-"));
    await writeFile(path.join(folder, "model.gguf"), "GGUF");
  });
  teardown(() => rm(folder, { recursive: true, force: true }));

  /** Lost from the nth time on that it is asked. */
  const lostAt = (nth: number): (() => void) => {
    let asked = 0;
    return fenceOf({ lost: () => (asked += 1) >= nth });
  };
  const specOf = async () => {
    const port = await freePort();
    return {
      kind: "process",
      binary: server,
      workingFolder: folder,
      group: "a",
      args: ["-m", path.join(folder, "model.gguf"), "--host", "127.0.0.1", "--port", String(port), "--fake-stubborn"],
      environment: {},
      hostPort: port,
      labels: { group: "a" },
    } as const;
  };
  const running = async (): Promise<readonly string[]> => {
    const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(names.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
    return lines.filter((line) => line.includes(folder));
  };

  for (const [nth, when] of [
    [1, "before the program is started"],
    [2, "before anybody can know of it"],
  ] as const)
    test(`who finds out ${when} leaves no server behind`, async function () {
      if (process.platform !== "linux") return this.skip();
      const runtime = createProcessRuntime({ storage: folder, fence: lostAt(nth) });
      await assert.rejects(runtime.start(await specOf(), never), gone);
      assert.deepEqual(await running(), []);
      assert.deepEqual(await createProcessRuntime({ storage: folder }).list(never), []);
    });

  test("who finds out while it waits for a server to stop does not kill it", async () => {
    let lost = false;
    const late = createProcessRuntime({ storage: folder, fence: fenceOf({ lost: () => lost }) });
    const { server: started } = await late.start(await specOf(), never);
    // Until it has said a word it does not yet ignore what it is told.
    const said = Promise.withResolvers<void>();
    const heard = new AbortController();
    const following = started.follow("start", () => said.resolve(), heard.signal).catch(() => undefined);
    await said.promise;
    heard.abort();
    await following;
    const stopping = started.stop(millis(200), never);
    stopping.catch(() => undefined);
    lost = true;
    await assert.rejects(stopping, gone);
    const [taken] = await createProcessRuntime({ storage: folder }).list(never);
    assert.equal(taken?.running, true);
    await taken?.stop(millis(0), never);
  });
});
