import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { nodeServerHttp } from "../../src/core/adapters/server-http.ts";
import type { RunningServer, Runtime, ServerSpec } from "../../src/core/ports/runtime.ts";
import { isFault } from "../../src/core/util/faults.ts";
import { millis } from "../../src/core/util/ids.ts";
import { freePort } from "../support/free-port.ts";

/** What a server of the suite does. */
export type Behaviour =
  /** Answers on its port. */
  | "serve"
  /** Writes `one`, a coloured `two`, and ends with code 3. */
  | "exit"
  /** Answers, and does not end when asked to. */
  | "stubborn"
  /** Writes 20 MB and ends; its last line is of 2 MB. */
  | "flood";

/** One adapter with the means to start something in it. */
export interface RuntimeWorld {
  readonly runtime: Runtime;
  /** The same data folder, as a later start of the program sees it. */
  reopened(): Runtime;
  /** Another person's. */
  foreign(): Runtime;
  spec(behaviour: Behaviour, port: number): ServerSpec;
  /** The same, of an image or binary that is not there. */
  missing(port: number): ServerSpec;
  /** Names for `probe`. */
  readonly present: string;
  readonly absent: string;
  dispose(): Promise<void>;
}

const { signal } = new AbortController();
const GRACE = millis(5000);

/** Resolves once the server answers at all. */
export async function answering(url: string): Promise<void> {
  for (;;) {
    const { kind } = await nodeServerHttp.get(`${url}/health`, millis(500), signal);
    if (kind === "answer") return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** @param open skips the suite by its context where it cannot run here */
export function runtimeContract(name: string, open: (context: Mocha.Context) => Promise<RuntimeWorld>): void {
  suite(`runtime contract: ${name}`, () => {
    let world: RuntimeWorld;
    let port: number;
    const started: RunningServer[] = [];
    const start = async (spec: ServerSpec): Promise<RunningServer> => {
      const { server } = await world.runtime.start(spec, signal);
      started.push(server);
      return server;
    };

    suiteSetup(async function () {
      this.timeout(180_000);
      world = await open(this);
    });
    suiteTeardown(async () => {
      await world?.dispose();
    });
    setup(async () => {
      port = await freePort();
    });
    teardown(async () => {
      for (const server of started.splice(0)) await server.stop(millis(0), signal);
    });

    test("says what is there, and why something is not", async () => {
      const there = await world.runtime.probe(world.present, signal);
      assert.ok(there.available, JSON.stringify(there));
      assert.notEqual(there.version, "");
      assert.notEqual(there.address, "");
      const away = await world.runtime.probe(world.absent, signal);
      assert.ok(!away.available);
      assert.ok(["imageMissing", "notFound"].includes(away.fault.code));
    });

    test("a server that was started answers, is listed with its labels, and is gone when it was stopped", async () => {
      const spec = world.spec("serve", port);
      await world.runtime.check(spec, undefined, signal);
      const server = await start(spec);
      assert.equal(server.url, `http://127.0.0.1:${port}`);
      await answering(server.url);
      const [listed, ...others] = await world.runtime.list(signal);
      assert.deepEqual(others, []);
      assert.equal(listed?.id, server.id);
      assert.equal(listed.running, true);
      assert.equal(listed.port, port);
      assert.deepEqual(listed.labels, spec.labels);
      assert.ok(Math.abs(listed.startedAt - Date.now()) < 60_000);
      const memory = await server.memory(signal);
      assert.ok(memory === undefined || memory > 0);

      await server.stop(GRACE, signal);
      await server.stop(GRACE, signal);
      assert.deepEqual(await world.runtime.list(signal), []);
      await world.runtime.check(spec, undefined, signal);
      const after = await nodeServerHttp.get(`${server.url}/health`, millis(500), signal);
      assert.equal(after.kind, "silent");
    });

    test("one that ends by itself tells its code and all of its log", async () => {
      const server = await start(world.spec("exit", port));
      const lines: string[] = [];
      const following = server.follow("start", (more) => void lines.push(...more), signal);
      const { code, oomKilled } = await server.exited(signal);
      await following;
      assert.equal(code, 3);
      assert.notEqual(oomKilled, true);
      assert.deepEqual(
        lines.filter((line) => /^(one|two)$/.test(line)),
        ["one", "two"],
      );
      const [listed] = await world.runtime.list(signal);
      assert.equal(listed?.running, false);
      assert.equal((await server.exited(signal)).code, 3);
    });

    test("one that does not listen to its stop is ended after the grace", async () => {
      const server = await start(world.spec("stubborn", port));
      await answering(server.url);
      const exited = server.exited(signal);
      await server.stop(millis(1000), signal);
      assert.equal((await exited).code, 137);
      assert.deepEqual(await world.runtime.list(signal), []);
    });

    test("a flood of log and a line of megabytes arrive within bounds", async () => {
      const server = await start(world.spec("flood", port));
      let count = 0;
      let longest = 0;
      let last = "";
      await server.follow(
        "start",
        (lines) => {
          count += lines.length;
          longest = Math.max(longest, ...lines.map((line) => line.length));
          last = lines.at(-1) ?? last;
        },
        signal,
      );
      assert.ok(count > 10_000, `only ${count} lines`);
      assert.ok(longest < 70_000, `a line of ${longest}`);
      assert.ok(last !== "");
    }).timeout(180_000);

    test("a later start of the program finds it, follows it, and can stop it; a stranger does not see it", async () => {
      const server = await start(world.spec("serve", port));
      await answering(server.url);
      assert.deepEqual(await world.foreign().list(signal), []);
      const [found] = await world.reopened().list(signal);
      assert.ok(found?.running);
      assert.deepEqual([found.id, found.url, found.labels], [server.id, server.url, server.labels]);
      const lines = new Promise<readonly string[]>((resolve) => {
        void found.follow("tail", resolve, signal);
      });
      assert.ok((await lines).length > 0);
      const exited = found.exited(signal);
      await found.stop(GRACE, signal);
      await exited;
      assert.deepEqual(await world.runtime.list(signal), []);
    });

    test("a taken port is told with its holder before anything is made", async () => {
      const taken = net.createServer().listen(port, "127.0.0.1");
      await once(taken, "listening");
      try {
        const spec = world.spec("serve", port);
        const refusal = (error: unknown): boolean => isFault(error, "portInUse") && error.fault.port === port;
        await assert.rejects(world.runtime.check(spec, undefined, signal), refusal);
        await world.runtime.check(spec, port, signal);
        await assert.rejects(world.runtime.start(spec, signal), refusal);
        assert.deepEqual(await world.runtime.list(signal), []);
      } finally {
        taken.close();
      }
    });

    test("what is not there cannot be started, and leaves nothing", async () => {
      const refusal = (error: unknown): boolean => isFault(error, "imageMissing") || isFault(error, "notFound");
      await assert.rejects(world.runtime.check(world.missing(port), undefined, signal), refusal);
      await assert.rejects(world.runtime.start(world.missing(port), signal), refusal);
      assert.deepEqual(await world.runtime.list(signal), []);
    });

    test("a start that is given up leaves nothing", async () => {
      const given = new AbortController();
      const starting = world.runtime.start(world.spec("serve", port), given.signal);
      given.abort();
      await assert.rejects(starting, (error) => error === given.signal.reason);
      assert.deepEqual(await world.runtime.list(signal), []);
    });

    test("waiting and following end with their signal, and the server lives on", async () => {
      const server = await start(world.spec("serve", port));
      await answering(server.url);
      const given = new AbortController();
      const waiting = server.exited(given.signal);
      const following = server.follow("start", () => undefined, given.signal);
      given.abort();
      await assert.rejects(waiting, (error) => error === given.signal.reason);
      await following;
      assert.equal((await world.runtime.list(signal))[0]?.running, true);
    });
  });
}
