import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, rmdirSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { nodeFolderWatch } from "../../../src/core/adapters/node-folder-watch.ts";
import { untilThere } from "../../../src/core/adapters/docker-await.ts";
import { createEngineFinder } from "../../../src/core/adapters/docker-find.ts";
import { watchSockets } from "../../../src/core/adapters/watch-sockets.ts";
import type { FolderListener, FolderWatch } from "../../../src/core/ports/folder-watch.ts";
import type { RuntimeProbe } from "../../../src/core/ports/runtime.ts";
import { createEmitter } from "../../../src/core/util/events.ts";
import { type ScriptedEngine, scriptedEngine } from "../../support/scripted-engine.ts";

suite("waiting for an engine", () => {
  let engine: ScriptedEngine;
  let over: AbortController;
  const never = new Promise<void>(() => undefined);
  setup(async () => {
    over = new AbortController();
    engine = await scriptedEngine();
    await engine.stop();
  });
  teardown(async () => {
    over.abort();
    await engine.close();
  });

  /** Nobody looks by itself after the first look, unless it is sought. */
  const waiting = (sought: Promise<void>, sockets?: readonly string[]) => {
    const finder = createEngineFinder({
      storage: "/s",
      dockerHost: () => engine.host,
      remote: () => ({ remoteAddress: undefined, remoteFolders: {} }),
      environment: {},
      fence: () => undefined,
    });
    const looked = Promise.withResolvers<void>();
    const told: RuntimeProbe[] = [];
    const others = createEmitter<void>();
    const done = untilThere(
      {
        ...finder,
        find: async (signal) => {
          const found = await finder.find(signal);
          looked.resolve();
          return found;
        },
        onFound: others.event,
        sockets: () => sockets ?? finder.sockets(),
      },
      (state) => void told.push(state),
      sought,
      over.signal,
      0,
    );
    return { looked: looked.promise, told, others, done };
  };

  test("its socket tells that it came", async () => {
    const { looked, told, done } = waiting(never);
    await looked;
    await engine.start();
    assert.equal((await done)?.address.name, engine.host);
    assert.deepEqual(
      told.map(({ available }) => available),
      [true],
    );
  });

  test("so does whoever else found it, where no socket tells", async () => {
    const { looked, told, others, done } = waiting(never, []);
    await looked;
    await engine.start();
    others.fire();
    assert.equal((await done)?.address.name, engine.host);
    assert.equal(told.length, 1);
  });

  test("once it is sought it is looked for without a sign", async () => {
    const sought = Promise.withResolvers<void>();
    const { looked, done } = waiting(sought.promise, []);
    await looked;
    sought.resolve();
    await engine.start();
    assert.equal((await done)?.address.name, engine.host);
  });

  test("one that is there already is not told, and who gives up gets nothing", async () => {
    await engine.start();
    const { told, done } = waiting(Promise.resolve());
    assert.ok(await done);
    assert.deepEqual(told, []);
    // Who does not seek it has found it away a moment ago.
    const away = waiting(never);
    assert.ok(await away.done);
    assert.equal(away.told.length, 1);
    await engine.stop();
    const given = waiting(never);
    await given.looked;
    over.abort();
    assert.equal(await given.done, undefined);
  });
});

suite("where a socket may come", () => {
  let home: string;
  setup(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), "modeldeck-sockets-"));
  });
  teardown(() => rm(home, { recursive: true }));

  test("it is heard of in its folder, and on the way to that as far as it is there", async () => {
    let heard = Promise.withResolvers<void>();
    const socket = path.join(home, "desktop/run/docker.sock");
    const watch = watchSockets([socket], () => heard.resolve());
    await mkdir(path.join(home, "desktop"));
    await heard.promise;
    heard = Promise.withResolvers();
    await mkdir(path.join(home, "desktop/run"));
    await heard.promise;
    heard = Promise.withResolvers();
    const server = net.createServer().listen(socket);
    await once(server, "listening");
    await heard.promise;
    watch.dispose();
    server.close();
  });

  test("it is heard of in a folder that was taken away and made anew at once", async () => {
    const folder = path.join(home, "run");
    mkdirSync(folder);
    let watches = 0;
    const counting: FolderWatch = {
      watch: (...asked) => {
        watches += 1;
        return nodeFolderWatch.watch(...asked);
      },
    };
    let heard = Promise.withResolvers<void>();
    const watch = watchSockets([path.join(folder, "docker.sock")], () => heard.resolve(), counting);
    rmdirSync(folder);
    mkdirSync(folder);
    await heard.promise;
    // The system tells it twice, at once.
    await new Promise(setImmediate);
    assert.equal(watches, 2);
    heard = Promise.withResolvers();
    const server = net.createServer().listen(path.join(folder, "docker.sock"));
    await once(server, "listening");
    await heard.promise;
    watch.dispose();
    server.close();
  });

  test("it is heard of where its folder is made while the one above is about to be watched", async () => {
    const folder = path.join(home, "run");
    const watched: string[] = [];
    const slow: FolderWatch = {
      watch: (one) => {
        watched.push(one);
        if (one === home) mkdirSync(folder);
        return { kind: "watched", dispose: () => void watched.splice(watched.indexOf(one), 1) };
      },
    };
    const watch = watchSockets([path.join(folder, "docker.sock")], () => undefined, slow);
    assert.deepEqual(watched, [folder]);
    watch.dispose();
    assert.deepEqual(watched, []);
  });

  test("what else comes there is no news", async () => {
    const heard: string[] = [];
    const watched = new Map<string, FolderListener>();
    const fake: FolderWatch = {
      watch: (folder, listener) => {
        watched.set(folder, listener);
        return { kind: "watched", dispose: () => void watched.delete(folder) };
      },
    };
    const sockets = [path.join(home, "docker.sock"), path.join(home, "deep/down.sock"), "/tmp/modeldeck-absent/x.sock"];
    const watch = watchSockets(sockets, () => heard.push("come"), fake);
    assert.deepEqual([...watched.keys()], [home]);
    const tell = (name: string): void => watched.get(home)?.onChange(name);
    tell("other");
    assert.deepEqual(heard, []);
    tell("docker.sock");
    tell("deep");
    assert.deepEqual(heard, ["come", "come"]);
    await mkdir(path.join(home, "deep"));
    await writeFile(path.join(home, "docker.sock"), "");
    tell("deep");
    assert.deepEqual([...watched.keys()].sort(), [home, path.join(home, "deep")].sort());
    watch.dispose();
    assert.equal(watched.size, 0);
  });
});
