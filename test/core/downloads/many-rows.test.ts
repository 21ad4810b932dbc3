import assert from "node:assert/strict";
import path from "node:path";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import type { Files } from "../../../src/core/ports/files.ts";
import { type QueueWorld, openQueue, temporary, untilState } from "./queue-support.ts";
import { type TestHub, hubWith, never, sampleBytes } from "./support.ts";

const ROWS = 5000;

suite("a queue of thousands", () => {
  let hub: TestHub;
  let storage: Awaited<ReturnType<typeof temporary>>;
  let world: QueueWorld;

  setup(async () => {
    hub = await hubWith({ "tiny-Q4_K_M.gguf": sampleBytes(40_000, 2) });
    storage = await temporary();
  });
  teardown(async () => {
    await world.close();
    await hub.close();
    await storage.remove();
  });

  test("opens without a question to the disk for each, looks at a few of them, and knows its own", async function () {
    this.timeout(180_000);
    const models = path.join(storage.folder, "models");
    const options = { storage: storage.folder, models };
    world = await openQueue(hub.hub, options);
    const [id] = await world.queue.add({ model: "owner/model", paused: true }, never);
    const [row] = await world.registry.query("SELECT * FROM downloads");
    assert.ok(row);
    // Each in a folder of its own; one of two waits for its turn.
    await world.registry.commit(
      Array.from({ length: ROWS }, (_, at) => ({
        table: "downloads" as const,
        key: `row-${at}`,
        after: {
          ...row,
          id: `row-${at}`,
          position: at + 10,
          state: at % 2 === 0 ? "paused" : "queued",
          body_json: String(row["body_json"]).replaceAll("owner/model", `owner/model-${at}`),
        },
      })),
    );
    await world.close();

    const calls = { stat: 0, resolve: 0, readText: 0, freeSpace: 0 };
    const held = Promise.withResolvers<void>();
    const count = async (name: keyof typeof calls): Promise<void> => {
      calls[name] += 1;
      await held.promise;
    };
    const files: Files = {
      ...nodeFiles,
      stat: (file) => count("stat").then(() => nodeFiles.stat(file)),
      resolve: (file) => count("resolve").then(() => nodeFiles.resolve(file)),
      freeSpace: (file) => count("freeSpace").then(() => nodeFiles.freeSpace(file)),
      readText: async (file, limit) => {
        // The one that is read while it opens.
        if (!file.endsWith("limit.json")) await count("readText");
        return nodeFiles.readText(file, limit);
      },
    };
    // Nothing works, so that one look is all there is; and no disk answers before the queue is open.
    world = await openQueue(hub.hub, { ...options, generation: 2, files, parallel: 0 });
    const sum = (): number => Object.values(calls).reduce((total, count) => total + count, 0);
    assert.ok(sum() <= 5, `opened with ${JSON.stringify(calls)}`);
    assert.equal(world.queue.list({}).length, ROWS + 1);
    assert.ok(sum() <= 5, `listed with ${JSON.stringify(calls)}`);

    held.resolve();
    const again = await world.queue.add({ model: "owner/model", paused: true }, never);
    assert.deepEqual(again, [id]);
    assert.ok(calls.resolve <= 10, `joined with ${JSON.stringify(calls)}`);
    await world.queue.cancel({ ids: [id ?? ""] });
    await untilState(world.queue, id ?? "", "cancelled");
    assert.ok(calls.stat < ROWS / 10, `looked with ${JSON.stringify(calls)}`);
  });
});
