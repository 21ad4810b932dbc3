import assert from "node:assert/strict";
import { offerWords, requestOf, withOffer } from "../../../src/core/present/offer-words.ts";
import { servingItem } from "../../../src/core/present/serving-words.ts";
import { serverTile } from "../../../src/core/present/server-tile.ts";
import { holders } from "../../../src/core/present/gpu-words.ts";
import { aServer } from "../../support/samples.ts";

suite("what is offered after a failed load", () => {
  test("each is a button, and the same switch with something changed, or a deed before it", () => {
    assert.equal(offerWords({ kind: "context", context: 16_384 }), "Try with 16k Tokens");
    assert.deepEqual(requestOf({ kind: "context", context: 16_384 }), { overrides: { context: 16_384 } });
    assert.equal(offerWords({ kind: "cacheType", cacheType: "q8_0" }), "Try with a q8_0 Cache");
    assert.deepEqual(requestOf({ kind: "gpuLayers", gpuLayers: 20 }), { overrides: { gpuLayers: 20 } });
    assert.equal(offerWords({ kind: "stopOther", server: "embed", title: "E5" }), "Stop E5 and Try Again");
    assert.equal(requestOf({ kind: "stopOther", server: "embed", title: "E5" }), undefined);
    assert.deepEqual(requestOf({ kind: "force" }), { force: true });
    assert.deepEqual(requestOf({ kind: "loadAnyway" }), { onUnfit: "warn" });
  });

  test("what was asked for beside it is asked for again", () => {
    const asked = { overrides: { context: 65_536, gpuLayers: 20 }, force: true };
    assert.deepEqual(withOffer(asked, { kind: "context", context: 32_768 }), {
      overrides: { context: 32_768, gpuLayers: 20 },
      force: true,
    });
    assert.deepEqual(withOffer({}, { kind: "pullImage", image: "x" }), {});
    assert.deepEqual(withOffer({}, { kind: "force" }), { force: true });
  });
});

suite("a load that is under way", () => {
  test("its tooltip says how much is in memory, how long it took last, and what it says", () => {
    const { tooltip } = servingItem(
      {
        servers: [aServer({ state: "loading", progress: { kind: "bytes", done: 2.1e9, total: 4.9e9 } })],
        switching: { to: "tiny", group: "default" },
      },
      { took: 12_400, line: "load_tensors: `CUDA0` model buffer size = 4096 MiB" },
    );
    assert.match(tooltip, /2\.1 GB of 4\.9 GB in memory/);
    assert.match(tooltip, /The last load took 12 s\./);
    assert.match(tooltip, /`load_tensors: CUDA0 model buffer size = 4096 MiB`/);
  });
});

suite("the words of a tile", () => {
  test("what nobody tells is a dash, never a guess", () => {
    const tile = serverTile(aServer({ since: "2026-01-01T00:00:00Z" }), undefined, Date.parse("2026-01-01T01:00:05Z"));
    assert.deepEqual(new Set(Object.values({ ...tile.figures, uptime: "–" })), new Set(["–"]));
    assert.equal(tile.figures.uptime, "1 h");
    assert.equal(tile.sparkWords, "Nothing was generated while this was looked at.");
  });
});

suite("what holds a GPU's memory", () => {
  test("ours by its title, others by their program, the rest counted", () => {
    const processes = Array.from({ length: 8 }, (_, index) => ({
      pid: index,
      name: `/usr/bin/p${index}`,
      memory: 2 ** 30,
    }));
    const gpu = {
      uuid: "GPU-1",
      name: "RTX",
      memoryUsed: 0,
      memoryTotal: 1,
      processes: [{ pid: 99, name: "x", server: "Qwen_3" }, ...processes],
    };
    const words = holders(gpu, false);
    assert.match(words, /^Memory is held by:/);
    assert.match(words, /- \*\*Qwen\\_3\*\* \(99\)\n/);
    assert.match(words, /- p0 \(0\): 1 GB/);
    assert.match(words, /- and 3 more$/);
  });
});
