import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createDockerRuntime } from "../../../src/core/adapters/docker-runtime.ts";
import { createProcessRuntime } from "../../../src/core/adapters/process-runtime.ts";
import type { GpuFacts } from "../../../src/core/ports/gpu.ts";
import { readSettings } from "../../../src/core/settings.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { type ServingWorld, openServingWorld, until } from "../../core/serving/deck.ts";
import { type FarEngine, startFarEngine } from "../../support/far-engine.ts";
import { llamaImage } from "../../support/llama.ts";
import { needs } from "../../support/needs.ts";
import { writeTinyGguf } from "../../support/tiny-gguf.ts";
import { chat } from "./real-server.ts";

const { signal } = new AbortController();
const REPLY = "I am far away.";

suite("an engine on another machine, behind TLS", function () {
  this.timeout(180_000);
  let far: FarEngine;
  let there: string;
  let world: ServingWorld;
  let image: string;
  const now = () => world.serving.status().servers[0];
  const gpusRead: string[] = [];

  suiteSetup(async function () {
    this.timeout(300_000);
    far = needs(this, "engine", await startFarEngine(await mkdtemp(path.join(os.tmpdir(), "mdr-")), 239));
    ({ image } = needs(this, "llama", await llamaImage(far.own.engine)));
  });
  suiteTeardown(async function () {
    this.timeout(180_000);
    await far?.stop();
  });

  setup(async () => {
    there = await mkdtemp(path.join(os.tmpdir(), "modeldeck-there-"));
    gpusRead.length = 0;
    world = await openServingWorld(
      (storage) => ({
        containers: createDockerRuntime({
          storage,
          dockerHost: () => undefined,
          remote: () => readSettings(world.values, storage).settings.serving,
          environment: { DOCKER_HOST: far.host, DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: far.certificates },
        }),
        processes: createProcessRuntime({ storage }),
      }),
      { "serving.engine": "docker", "backends.llama.cpp.image": image },
    );
    world.values["serving.remoteAddress"] = far.address;
    world.values["serving.remoteFolders"] = { [world.folder]: path.join(there, "models") };
    world.more = {
      gpu: {
        read: async (): Promise<readonly GpuFacts[]> => {
          gpusRead.push("read");
          return [];
        },
      },
    };
    await mkdir(path.join(there, "models"));
    for (const name of ["a", "b"]) {
      const file = path.join(world.folder, `${name}.gguf`);
      writeTinyGguf({ file, reply: `${REPLY} ${name}` });
      await copyFile(file, path.join(there, "models", `${name}.gguf`));
    }
    await world.conf("[a]\nNAME=A\nMODEL=a.gguf\nCTX_SIZE=512\n[b]\nNAME=B\nMODEL=b.gguf\nCTX_SIZE=512\n");
  });
  teardown(async () => {
    await world.dispose();
    await rm(there, { recursive: true });
  });

  test("serves at that machine's address the files that lie there, and tells where it runs", async () => {
    // Nothing here is read: what is served is the copy there.
    const first = await world.serving.switchTo({ profile: "a" }, signal);
    assert.equal(first.outcome, "ready", JSON.stringify(first));
    assert.equal(first.url, `http://${far.address}:${world.port}`);
    assert.equal(await chat(first.url), `${REPLY} a`);
    assert.equal(now()?.host, far.address);
    const runtime = world.serving.status().runtime;
    assert.equal(runtime?.available === true && runtime.host, far.address);
    assert.ok(world.serving.logs({}).lines.some((line) => line.includes("model loaded")));
    const second = await world.serving.switchTo({ profile: "b" }, signal);
    assert.equal(await chat(second.url ?? ""), `${REPLY} b`);
    // The GPUs of this machine have nothing to do with it.
    assert.deepEqual(gpusRead, []);
    const [server] = await world.runtimes.containers.list(signal);
    assert.ok(((await server?.memory(signal)) ?? 0) > 0);
    assert.ok(((await server?.cpuSeconds?.(signal)) ?? 0) > 0);
    assert.deepEqual(await server?.processes(signal), []);
  });

  test("without an address for its servers nothing is started there, with the one setting for it", async () => {
    world.values["serving.remoteAddress"] = "";
    await assert.rejects(world.serving.switchTo({ profile: "a" }, signal), (error) => {
      assert.ok(isFault(error, "engineElsewhere"));
      assert.equal(error.fault.engine, far.host);
      return true;
    });
  });

  test("a file that no folder of the mapping holds, is not there, or is another one, is told while the old one serves", async () => {
    await world.serving.switchTo({ profile: "a" }, signal);
    const refused = async (facts: object): Promise<void> => {
      await assert.rejects(world.serving.switchTo({ profile: "b" }, signal), (error) => {
        assert.ok(isFault(error, "notOnEngine"), String(error));
        assert.deepEqual(error.fault, { code: "notOnEngine", engine: far.address, ...facts });
        return true;
      });
      assert.equal(await chat(now()?.url ?? ""), `${REPLY} a`);
      assert.equal((await world.runtimes.containers.list(signal)).length, 1);
    };
    const file = path.join(world.folder, "b.gguf");
    const copy = path.join(there, "models/b.gguf");
    world.values["serving.remoteFolders"] = { [path.join(world.folder, "other")]: there };
    await refused({ path: file });
    world.values["serving.remoteFolders"] = { [world.folder]: path.join(there, "models") };
    await rm(copy);
    await refused({ path: file, there: copy });
    await writeFile(copy, "half of it");
    const { size } = await stat(file);
    await refused({ path: file, there: copy, size: { here: size, there: 10 } });
  });

  test("a later start of the program takes its server over", async () => {
    const { url = "" } = await world.serving.switchTo({ profile: "a" }, signal);
    await world.serving.close();
    const again = world.reopen();
    await again.recover();
    await until(again, ({ servers }) => servers[0]?.state === "ready");
    assert.deepEqual([now()?.url, now()?.host, now()?.readBack?.context], [url, far.address, 512]);
    assert.equal(await chat(url), `${REPLY} a`);
  });

  test("once no address is named for its servers any more, the one that runs there is still told, and can be stopped", async () => {
    const { url = "" } = await world.serving.switchTo({ profile: "a" }, signal);
    world.values["serving.remoteAddress"] = "";
    await assert.rejects(world.serving.switchTo({ profile: "b" }, signal), (error) =>
      isFault(error, "engineElsewhere"),
    );
    assert.equal(await chat(now()?.url ?? ""), `${REPLY} a`);
    await world.serving.close();
    const again = world.reopen();
    await again.recover();
    await until(again, ({ servers }) => servers[0]?.state === "ready");
    assert.deepEqual([now()?.url, now()?.host], [url, far.address]);
    await again.stop(undefined, signal);
    assert.deepEqual([now()?.state, await world.runtimes.containers.list(signal)], ["off", []]);
  });

  test("when it is away its server is not ready; when it is back the same server is, without a new start", async () => {
    await world.serving.switchTo({ profile: "a" }, signal);
    const [before] = await world.runtimes.containers.list(signal);
    const away = until(world.serving, ({ servers }) => servers[0]?.state === "failed");
    await far.own.kill();
    await away;
    assert.equal(now()?.reason?.code, "engineUnreachable");
    assert.equal(now()?.url, undefined);
    await assert.rejects(world.serving.switchTo({ profile: "b" }, signal), (error) =>
      isFault(error, "engineUnreachable"),
    );
    await far.own.restart();
    await until(world.serving, ({ servers }) => servers[0]?.state === "ready");
    const [after] = await world.runtimes.containers.list(signal);
    assert.deepEqual([after?.id, after?.startedAt], [before?.id, before?.startedAt]);
    assert.equal(await chat(now()?.url ?? ""), `${REPLY} a`);
  });

  test("a program that starts while it is away says so, and takes its server over once it is back", async () => {
    await world.serving.switchTo({ profile: "a" }, signal);
    await world.serving.close();
    await far.own.kill();
    const again = world.reopen();
    await again.recover();
    assert.deepEqual([now()?.state, now()?.profile, now()?.reason?.code], ["failed", "a", "engineUnreachable"]);
    await far.own.restart();
    await until(again, ({ servers }) => servers[0]?.state === "ready");
    assert.equal(await chat(now()?.url ?? ""), `${REPLY} a`);
  });

  test("a stop while it is away is told to have failed, and is done once it is back", async () => {
    await world.serving.switchTo({ profile: "a" }, signal);
    await far.own.kill();
    await assert.rejects(world.serving.stop(undefined, signal));
    assert.equal(now()?.state, "failed");
    await far.own.restart();
    await until(world.serving, ({ servers }) => servers[0]?.state === "off");
    assert.deepEqual(await world.runtimes.containers.list(signal), []);
  });
});
