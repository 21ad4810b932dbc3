import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { nvidiaSmi } from "../../../src/core/adapters/nvidia-smi.ts";
import { parseNvidiaSmi } from "../../../src/core/gpu/parse-nvidia-smi.ts";

const LINE = "GPU-6f1a, NVIDIA H200, 63, 18432, 143771, 41, 310.52";

suite("nvidia-smi", () => {
  test("a line becomes a GPU in bytes and shares; what a card does not tell is left open", () => {
    assert.deepEqual(parseNvidiaSmi(`${LINE}\nGPU-2b, GeForce, [N/A], 100, 2048, [Not Supported], [N/A]\n`), [
      {
        uuid: "GPU-6f1a",
        name: "NVIDIA H200",
        load: 0.63,
        memoryUsed: 18_432 * 2 ** 20,
        memoryTotal: 143_771 * 2 ** 20,
        celsius: 41,
        watts: 310.52,
      },
      {
        uuid: "GPU-2b",
        name: "GeForce",
        load: undefined,
        memoryUsed: 100 * 2 ** 20,
        memoryTotal: 2048 * 2 ** 20,
        celsius: undefined,
        watts: undefined,
      },
    ]);
  });

  test("lines that are no GPU are passed over", () => {
    assert.deepEqual(parseNvidiaSmi("NVIDIA-SMI has failed because …\n\n"), []);
  });

  test("a machine without the program has no GPU, and it is not looked for again", async () => {
    const probe = nvidiaSmi("no-such-program-here");
    assert.deepEqual(await probe.read(new AbortController().signal), []);
    assert.deepEqual(await probe.read(new AbortController().signal), []);
  });

  test("a program that prints is read", async function () {
    if (process.platform === "win32") this.skip();
    const folder = await mkdtemp(path.join(tmpdir(), "smi-"));
    try {
      const program = path.join(folder, "smi");
      await writeFile(program, `#!/bin/sh\necho "${LINE}"\n`);
      await chmod(program, 0o700);
      const gpus = await nvidiaSmi(program).read(new AbortController().signal);
      assert.equal(gpus[0]?.name, "NVIDIA H200");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
