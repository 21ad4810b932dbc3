import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { createHuggingFaceClient } from "../../../src/core/adapters/huggingface-client.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { createHubCache } from "../../../src/core/metadata/hub-cache.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { createInstalledFiles } from "../../../src/core/downloads/installed.ts";
import { createProfileBook } from "../../../src/core/serving/create-profile-book.ts";
import { readSettings } from "../../../src/core/settings.ts";
import { createHuggingFaceHub } from "../../../src/core/sources/huggingface.ts";
import { createUpdates } from "../../../src/core/updates/create-updates.ts";
import { pathInside } from "../../../src/core/updates/lockfile.ts";
import type { Updates } from "../../../src/core/updates/updates.ts";
import { type QueueWorld, openQueue, temporary, untilState } from "../downloads/queue-support.ts";
import { type TestHub, faultOf, hubWith, never, read, sha256Of } from "../downloads/support.ts";

const CONF =
  "[first]\nNAME=Other\nMODEL=x.gguf\n\n[tiny]\nNAME=Tiny\nMODEL=owner/model/tiny-Q4_K_M.gguf\nCTX_SIZE=4096\n";

suite("the lockfile", () => {
  let hub: TestHub;
  let here: { readonly folder: string; remove(): Promise<void> };
  const worlds: QueueWorld[] = [];
  setup(async () => {
    hub = await hubWith({ "tiny-Q4_K_M.gguf": "weights", "config.json": "{}" });
    here = await temporary();
  });
  teardown(async () => {
    for (const world of worlds.splice(0)) await world.close();
    await hub.close();
    await here.remove();
  });

  /** One machine of two. */
  async function machine(name: string): Promise<QueueWorld & { readonly updates: Updates; readonly models: string }> {
    const root = path.join(here.folder, name);
    const models = path.join(root, "models");
    const world = await openQueue(hub.hub, { storage: path.join(root, "storage"), models });
    worlds.push(world);
    const conf = path.join(root, "models.conf");
    await writeFile(conf, CONF);
    const { settings } = readSettings(
      { "profiles.files": [conf], locations: { main: { path: models } } },
      path.join(root, "storage"),
    );
    const endpoint = hub.hub.url;
    const client = createHuggingFaceClient({ endpoint, token: async () => undefined });
    const { registry } = world;
    const updates = createUpdates({
      registry,
      files: nodeFiles,
      client,
      civitai: { model: async () => undefined },
      cache: createHubCache(registry, nodeClock),
      profiles: createProfileBook({ files: nodeFiles, settings: () => settings }),
      hub: createHuggingFaceHub({ client, endpoint, installed: createInstalledFiles(registry) }),
      downloads: world.queue,
    });
    return { ...world, updates, models };
  }
  const lockfile = (): string => path.join(here.folder, "models.lock.json");

  test("what one machine has another one gets: same commit, same bytes, its profile offered", async () => {
    const one = await machine("one");
    const [id = ""] = await one.queue.add({ model: "owner/model", files: ["tiny-Q4_K_M.gguf"] }, never);
    await untilState(one.queue, id, "done");
    const commit = hub.hub.commit("owner/model");
    const out = await one.updates.exportLockfile(lockfile(), never);
    assert.deepEqual([out.models, out.leftOut], [1, []]);
    const text = await readFile(lockfile(), "utf8");
    assert.deepEqual(JSON.parse(text), {
      version: 1,
      models: [
        {
          name: one.queue.list({})[0]?.entry,
          provider: "huggingface",
          reference: "owner/model",
          revision: commit,
          files: [{ path: "tiny-Q4_K_M.gguf", sizeBytes: 7, sha256: sha256Of("weights") }],
          profile: { id: "tiny", text: CONF.slice(CONF.indexOf("[tiny]")).trimEnd() },
        },
      ],
    });
    await one.updates.exportLockfile(lockfile(), never);
    assert.equal(await readFile(lockfile(), "utf8"), text);

    const other = await machine("other");
    const brought = await other.updates.importLockfile(lockfile(), never);
    assert.deepEqual([brought.here, brought.leftOut, brought.downloads.length], [[], [], 1]);
    assert.equal(brought.profiles?.[0]?.id, "tiny");
    const done = await untilState(other.queue, brought.downloads[0] ?? "", "done");
    assert.equal(done.revision, commit);
    assert.equal((await read(path.join(done.folder, "tiny-Q4_K_M.gguf"))).toString(), "weights");
    const again = await other.updates.importLockfile(lockfile(), never);
    assert.deepEqual([again.here.length, again.downloads], [1, []]);
  });

  test("a second place of a model is no second file to fetch", async () => {
    const one = await machine("one");
    for (const name of ["a", "b"]) {
      const request = { model: "owner/model", files: ["tiny-Q4_K_M.gguf"], folder: path.join(here.folder, name) };
      const [id = ""] = await one.queue.add(request, never);
      await untilState(one.queue, id, "done");
    }
    await one.updates.exportLockfile(lockfile(), never);
    const { models } = JSON.parse(await readFile(lockfile(), "utf8")) as { models: { files: unknown[] }[] };
    assert.deepEqual(
      models.map(({ files }) => files),
      [[{ path: "tiny-Q4_K_M.gguf", sizeBytes: 7, sha256: sha256Of("weights") }]],
    );
  });

  test("what cannot be had is left out with the reason, the rest is queued", async () => {
    const one = await machine("one");
    const file = { path: "tiny-Q4_K_M.gguf", sizeBytes: 7, sha256: sha256Of("weights") };
    const model = { provider: "huggingface", reference: "owner/model", revision: hub.hub.commit("owner/model") };
    const models = [
      { ...model, name: "good", files: [{ ...file, path: "elsewhere/tiny-Q4_K_M.gguf" }] },
      { ...model, name: "other bytes", files: [{ ...file, sha256: "0".repeat(64) }] },
      { ...model, name: "no such file", files: [{ path: "none.gguf", sizeBytes: 1 }] },
      { ...model, name: "gone", reference: "owner/away", files: [file] },
      { ...model, name: "civitai", provider: "civitai", files: [{ ...file, sha256: "1".repeat(64) }] },
    ];
    await writeFile(lockfile(), JSON.stringify({ version: 1, models }));
    const brought = await one.updates.importLockfile(lockfile(), never);
    assert.equal(brought.downloads.length, 1);
    assert.deepEqual(
      brought.leftOut.map(({ name }) => name),
      ["other bytes", "no such file", "gone", "civitai"],
    );
    assert.match(brought.leftOut[0]?.reason ?? "", /another digest/);
  });

  test("a file that is no lockfile is refused with the place, before anything is done", async () => {
    const one = await machine("one");
    const refused = async (text: string): Promise<string> => {
      await writeFile(lockfile(), text);
      const told = await faultOf(one.updates.importLockfile(lockfile(), never));
      assert.ok(told.code === "formatInvalid");
      return told.reason;
    };
    const model = (files: unknown) =>
      JSON.stringify({ version: 1, models: [{ name: "x", provider: "huggingface", reference: "a/b", files }] });
    assert.match(await refused("{"), /no JSON/);
    assert.match(await refused('{"version":2,"models":[]}'), /version/);
    assert.match(await refused(model([{ path: "../x", sizeBytes: 1 }])), /models\.0\.files\.0\.path: its path leaves/);
    assert.match(await refused(model([{ path: "x", sizeBytes: 1, sha256: "12" }])), /is no sha256/);
    assert.deepEqual(one.queue.list({}), []);
    assert.equal((await faultOf(one.updates.importLockfile("/nowhere.json", never))).code, "notFound");
  });

  test("a path in a repository is found in every layout", () => {
    const reference = "owner/model";
    const commit = "a".repeat(40);
    assert.equal(pathInside("/m/owner/model/sub/x.gguf", reference), "sub/x.gguf");
    assert.equal(pathInside("/m/owner/model@v2/x.gguf", reference), "x.gguf");
    assert.equal(pathInside("/m/owner/models/x.gguf", reference), "x.gguf");
    assert.equal(pathInside(`/h/models--owner--model/snapshots/${commit}/sub/x.gguf`, reference), "sub/x.gguf");
    assert.equal(pathInside("C:\\m\\owner\\model\\sub\\x.gguf", reference), "sub/x.gguf");
    assert.equal(pathInside("/flat/x.gguf", reference), "x.gguf");
  });
});
