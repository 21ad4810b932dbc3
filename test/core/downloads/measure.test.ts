import assert from "node:assert/strict";
import { createItem } from "../../../src/core/downloads/item.ts";
import { measure } from "../../../src/core/downloads/measure.ts";

suite("what is there of a download", () => {
  test("is known to each who asks, also while another finds it out", async () => {
    const item = createItem(
      {
        version: 1,
        provider: "huggingface",
        repository: "owner/model",
        revision: "main",
        commit: "0",
        variant: "Q4_K_M",
        root: "/models",
        folder: "/models",
        madeFolders: [],
        force: false,
        tags: [],
        characteristics: [],
        files: ["a", "b"].map((path) => ({ path, target: `/models/${path}`, sizeBytes: 1000, primary: true })),
      },
      { id: "1", priority: 0, position: 1, addedAt: "", state: "queued" },
    );
    item.measured = false;
    const read = Promise.withResolvers<void>();
    let asked = 0;
    const files = {
      readText: async () => {
        asked += 1;
        await read.promise;
        return JSON.stringify({ synced: [[0, 900]] });
      },
    };
    const first = measure(item, files);
    const second = measure(item, files);
    read.resolve();
    await second;
    assert.deepEqual(
      item.files.map(({ doneBytes }) => doneBytes),
      [900, 900],
    );
    await first;
    await measure(item, files);
    assert.equal(asked, 2);
  });
});
