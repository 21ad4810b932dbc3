import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createElsewhere } from "../../../src/core/adapters/docker-elsewhere.ts";
import { connectDocker } from "../../../src/core/adapters/docker-engine.ts";
import type { EngineAddress } from "../../../src/core/adapters/docker-engines.ts";
import { createDockerRuntime } from "../../../src/core/adapters/docker-runtime.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { type ScriptedEngine, scriptedEngine } from "../../support/scripted-engine.ts";

const { signal } = new AbortController();

suite("what runs on an engine when another one is chosen", () => {
  let storage: string;
  let before: ScriptedEngine;
  let now: ScriptedEngine;
  setup(async () => {
    storage = await mkdtemp(path.join(os.tmpdir(), "modeldeck-engines-"));
    [before, now] = await Promise.all([scriptedEngine(), scriptedEngine()]);
  });
  teardown(async () => {
    await Promise.all([before.close(), now.close()]);
    await rm(storage, { recursive: true });
  });
  const runtime = (dockerHost: string) => createDockerRuntime({ storage, dockerHost: () => dockerHost });
  const listed = async (dockerHost: string) =>
    (await runtime(dockerHost).list(signal)).map(({ id, engine }) => [id, engine]);
  /** It has a server of ours from now on, until it is removed. */
  const has = (engine: ScriptedEngine, id: string): void => {
    let [isThere, runs] = [true, true];
    engine.on(
      "GET /containers/json",
      (_, response) =>
        void response
          .writeHead(200, { "content-type": "application/json" })
          .end(JSON.stringify(isThere ? [{ Id: id }] : [])),
    );
    engine.on(
      `GET /containers/${id}/json`,
      (_, response) =>
        void response.writeHead(isThere ? 200 : 404, { "content-type": "application/json" }).end(
          JSON.stringify(
            isThere
              ? {
                  Id: id,
                  State: { Running: runs, ExitCode: 0, OOMKilled: false, StartedAt: "2026-01-01T00:00:00Z" },
                  Config: { Labels: { "modeldeck.profile": "a", "modeldeck.group": "default" } },
                  HostConfig: { PortBindings: { "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }] } },
                }
              : { message: "no such container" },
          ),
        ),
    );
    engine.on(`POST /containers/${id}/stop`, (_, response) => {
      runs = false;
      response.writeHead(204).end();
    });
    engine.on(`DELETE /containers/${id}`, (_, response) => {
      isThere = false;
      response.writeHead(204).end();
    });
  };

  test("stays told, with its engine, and can be stopped there; then that engine is asked no more", async () => {
    has(before, "c1");
    assert.deepEqual(await listed(before.host), [["c1", undefined]]);
    const other = runtime(now.host);
    const [server] = await other.list(signal);
    assert.deepEqual([server?.id, server?.engine, server?.labels["profile"]], ["c1", before.host, "a"]);
    await server?.stop(millis(0), signal).catch(() => assert.fail("it can be stopped"));
    assert.ok(before.asked.includes("DELETE /containers/c1"));
    assert.deepEqual(await other.list(signal), []);
    const asked = before.asked.length;
    assert.deepEqual(await listed(now.host), []);
    assert.equal(before.asked.length, asked);
  });

  test("where the one that was chosen before has gone, there is nothing to tell, and no error", async () => {
    has(before, "c1");
    await listed(before.host);
    await before.stop();
    assert.deepEqual(await listed(now.host), []);
    // It is not forgotten: once it is back, so is what runs there.
    await before.start();
    assert.deepEqual(await listed(now.host), [["c1", before.host]]);
  });

  test("one that was chosen before and answers by halves holds nobody up, and is not forgotten", async () => {
    has(before, "c1");
    await listed(before.host);
    const letGo = Promise.withResolvers<void>();
    before.on("GET /containers/json", (request) => void request.socket.once("close", () => letGo.resolve()));
    const asked = (): number => before.asked.filter((what) => what === "GET /containers/json").length;
    const once = asked();
    const connect = async (address: EngineAddress) => connectDocker(address, storage, () => undefined);
    // On a machine that is held up its patience may be over before the question is there.
    for (let patience = 50; asked() === once; patience *= 2) {
      assert.ok(patience <= 50 * 2 ** 10, "it was never asked");
      assert.deepEqual(await createElsewhere(storage, connect, patience).beside(undefined, signal), []);
    }
    await letGo.promise;
    has(before, "c1");
    assert.deepEqual(await listed(now.host), [["c1", before.host]]);
  }).timeout(180_000);

  test("the same engine under another name has its servers once", async () => {
    has(before, "c1");
    await listed(before.host);
    const alias = before.host.replace(/\/([^/]+)$/, "/./$1");
    assert.deepEqual(await listed(alias), [["c1", undefined]]);
  });

  test("where the one that is chosen is away, the others are told all the same", async () => {
    has(before, "c1");
    await listed(before.host);
    await now.stop();
    assert.deepEqual(await listed(now.host), [["c1", before.host]]);
  });

  test("a list of engines that is none is as if there were none", async () => {
    has(before, "c1");
    await listed(before.host);
    const file = path.join(storage, "engines.json");
    assert.match(await readFile(file, "utf8"), /e\.sock/);
    await writeFile(file, "{ nothing");
    assert.deepEqual(await listed(now.host), []);
    assert.deepEqual(await listed(before.host), [["c1", undefined]]);
    assert.deepEqual(await listed(now.host), [["c1", before.host]]);
  });
});
