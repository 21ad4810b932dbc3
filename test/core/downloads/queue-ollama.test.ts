import assert from "node:assert/strict";
import path from "node:path";
import { nodeOllamaServer } from "../../../src/core/adapters/ollama-server.ts";
import { analyzeOllama } from "../../../src/core/sources/ollama/ollama-source.ts";
import type { Hub } from "../../../src/core/sources/hub.ts";
import { type OllamaTestServer, startOllamaServer } from "../../support/ollama-server.ts";
import { putOllama } from "../../support/stores/ollama.ts";
import { type QueueOptions, type QueueWorld, openQueue, temporary, until, untilState } from "./queue-support.ts";
import { type TestHub, hubWith, namesBelow, never } from "./support.ts";

const layer = (done: number) => ({ status: "pulling", digest: "sha256:a", total: 1000, completed: done });

suite("models that Ollama pulls", () => {
  let hub: TestHub;
  let ollama: OllamaTestServer;
  let storage: { readonly folder: string; remove(): Promise<void> };
  let world: QueueWorld;
  let models: string;

  setup(async () => {
    hub = await hubWith({});
    ollama = await startOllamaServer();
    storage = await temporary();
    models = path.join(storage.folder, "models");
  });
  teardown(async () => {
    await world.close();
    await ollama.close();
    await hub.close();
    await storage.remove();
  });
  const open = async (options: Partial<QueueOptions> = {}): Promise<void> => {
    const source = { server: nodeOllamaServer, url: ollama.url, here: async () => new Map<string, string>() };
    const asOllama: Hub = {
      analyze: (model, _revision, signal) => {
        const [name = "", tag] = model.replace("ollama:", "").split(":");
        return analyzeOllama(source, { name, tag }, signal);
      },
      search: () => assert.fail("nobody searches"),
    };
    world = await openQueue(hub.hub, {
      storage: storage.folder,
      models,
      hub: asOllama,
      ollamaPulls: {
        pull: (name, onProgress, signal) => nodeOllamaServer.pull(ollama.url, name, onProgress, signal),
      },
      ...options,
    });
  };
  const add = async (model: string): Promise<string> => {
    const [id] = await world.queue.add({ model }, never);
    assert.ok(id !== undefined);
    return id;
  };

  test("the server pulls, the queue shows it and has the entry that an import would make", async () => {
    const store = path.join(storage.folder, "ollama");
    await putOllama(store, "registry.ollama.ai/library/tiny/q4_K_M", { layers: [["model", "GGUF weights"]] });
    ollama.pulls.set("tiny:q4_K_M", [{ status: "pulling manifest" }, layer(0), layer(1000), { status: "success" }]);
    await open({ ollamaStore: store });
    const done = await untilState(world.queue, await add("ollama:tiny:q4_K_M"), "done");
    assert.deepEqual([done.bytesDone, done.bytesTotal, done.provider], [1000, 1000, "ollama"]);
    const entry = await world.registry.show(done.entry ?? "");
    assert.deepEqual(
      [entry.backend, entry.format, entry.quantization, entry.servedModelId],
      ["ollama", "gguf", "q4_k_m", "tiny:q4_K_M"],
    );
    assert.ok(entry.path?.startsWith(path.join(store, "blobs")), entry.path);
    assert.deepEqual(await namesBelow(models), []);
  });

  test("where its store is not on this disk, the entry says so by its path", async () => {
    ollama.pulls.set("tiny:latest", [layer(1000), { status: "success" }]);
    await open();
    const done = await untilState(world.queue, await add("ollama:tiny"), "done");
    const entry = await world.registry.show(done.entry ?? "");
    assert.deepEqual([entry.path, entry.servedModelId, entry.sizeBytes], ["ollama://tiny:latest", "tiny:latest", 1000]);
  });

  test("pausing gives up the pull, and what came stays the server's", async () => {
    ollama.pulls.set("tiny:latest", [layer(400), "stay"]);
    await open();
    const id = await add("ollama:tiny");
    await until(world.queue, (one) => one.id === id && one.bytesDone === 400);
    await world.queue.pause({ ids: [id] });
    await ollama.left;
    ollama.pulls.set("tiny:latest", [layer(1000), { status: "success" }]);
    await world.queue.resume({ ids: [id] });
    await untilState(world.queue, id, "done");
  });

  test("a model that its registry does not have has failed", async () => {
    await open();
    const failed = await untilState(world.queue, await add("ollama:nothing"), "failed");
    assert.equal(failed.reason?.code, "notFound");
    await world.queue.remove({ all: true });
    assert.deepEqual(world.queue.list({}), []);
  });

  test("two requests of one model are one pull", async () => {
    ollama.pulls.set("tiny:latest", [layer(400), "stay"]);
    await open();
    assert.equal(await add("ollama:tiny"), await add("ollama:tiny:latest"));
    await world.queue.cancel({ all: true });
  });
});
