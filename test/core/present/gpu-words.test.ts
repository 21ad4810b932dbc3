import assert from "node:assert/strict";
import { gpuItem, memoryWords } from "../../../src/core/present/gpu-words.ts";

const GiB = 2 ** 30;
const gpu = {
  uuid: "GPU-1",
  name: "RTX | 4090",
  load: 0.634,
  memoryUsed: 18 * GiB,
  memoryTotal: 24 * GiB,
  celsius: 61,
  watts: 212.4,
};

suite("the status bar's words for the GPU", () => {
  test("load and memory, as its maker counts it", () => {
    assert.equal(gpuItem({ gpus: [gpu] })?.text, "GPU 63 % · 18/24 GB");
  });

  test("no GPU, no item", () => {
    assert.equal(gpuItem({ gpus: [] }), undefined);
  });

  test("several: the busiest one's load, all memory together, each in the tooltip", () => {
    const item = gpuItem({ gpus: [gpu, { ...gpu, uuid: "GPU-2", load: 0.9, memoryUsed: GiB / 2 }] });
    assert.equal(item?.text, "GPU 90 % · 19/48 GB");
    assert.equal(item?.tooltip.match(/4090/g)?.length, 2);
  });

  test("what it does not tell is left out, and a name breaks no table", () => {
    const { celsius: _celsius, watts: _watts, load: _load, ...silent } = gpu;
    const item = gpuItem({ gpus: [silent] });
    assert.equal(item?.text, "GPU 18/24 GB");
    assert.match(item?.tooltip ?? "", /\| RTX \\\| 4090 \| – \| 18 \/ 24 GB \| – \| – \|/);
  });

  test("memory below one GB is counted in MB, so that little is not nothing", () => {
    const MiB = 2 ** 20;
    assert.equal(memoryWords(24 * GiB), "24 GB");
    assert.equal(memoryWords(1.25 * GiB), "1.3 GB");
    assert.equal(memoryWords(1000 * MiB), "1 GB");
    assert.equal(memoryWords(380 * MiB), "380 MB");
    assert.equal(memoryWords(0), "0 MB");
  });
});
