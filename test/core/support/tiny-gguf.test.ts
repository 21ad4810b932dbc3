import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { brain, half } from "../../support/gguf/numbers.ts";
import { writeTinyGguf } from "../../support/tiny-gguf.ts";

suite("The writer of tiny models", () => {
  let folder: string;
  setup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "tiny-gguf-"));
  });
  teardown(() => rm(folder, { recursive: true, force: true }));
  const write = (name: string, options: Omit<Parameters<typeof writeTinyGguf>[0], "file"> = {}) =>
    writeTinyGguf({ file: path.join(folder, name), ...options });

  test("writes the same bytes for the same options, and others for another seed", async () => {
    const [one, same, other] = [write("one"), write("same"), write("other", { seed: 2 })];
    assert.deepEqual(await readFile(one.file), await readFile(same.file));
    assert.notDeepEqual(await readFile(one.file), await readFile(other.file));
    assert.equal(one.bytes, other.bytes);
  });

  test("begins with GGUF, version 3, and as many tensors as its layers need", async () => {
    const bytes = await readFile(write("model", { layers: 3 }).file);
    assert.equal(bytes.toString("latin1", 0, 4), "GGUF");
    assert.equal(bytes.readUInt32LE(4), 3);
    assert.equal(bytes.readBigUInt64LE(8), 3n + 9n * 3n);
    assert.ok(bytes.includes("Tiny Test Llama"));
  });

  test("comes near the size it is asked for, whatever it is stored as", () => {
    for (const type of ["F32", "F16", "BF16", "Q8_0"] as const) {
      const { bytes } = write(type, { sizeMb: 4, type });
      assert.ok(Math.abs(bytes - 4e6) < 1.2e6, `${type}: ${bytes}`);
    }
  });

  test("leaves holes where it is told to fill with zeros", async () => {
    const { file, bytes } = write("sparse", { sizeMb: 50, fill: "zero" });
    const { blocks, size } = await stat(file);
    assert.equal(size, bytes);
    assert.ok(blocks * 512 < size / 5, `${blocks * 512} of ${size} bytes are on disk`);
  });

  test("breaks a file in the way it is asked to", async () => {
    const whole = write("whole");
    assert.equal((await readFile(write("magic", { break: "magic" }).file)).toString("latin1", 0, 4), "NOPE");
    assert.ok(write("cut", { break: "truncate" }).bytes < whole.bytes * 0.7);
    assert.ok((await readFile(write("arch", { break: "arch" }).file)).includes("nosucharch"));
    assert.equal((await readFile(write("tensor", { break: "tensor" }).file)).readBigUInt64LE(8), 3n + 9n * 2n - 1n);
  });

  test("refuses a reply with a word that stands twice", () => {
    assert.throws(() => write("twice", { reply: "on and on and on" }), /each word of the reply may occur once/);
  });

  test("rounds to half precision and bfloat16 as the formats say", () => {
    assert.deepEqual([0, 1, -2, 0.1, 65504, 1e6, 6e-8].map(half), [0, 0x3c00, 0xc000, 0x2e66, 0x7bff, 0x7c00, 1]);
    assert.deepEqual([0, 1, -2, 0.1].map(brain), [0, 0x3f80, 0xc000, 0x3dcd]);
  });
});
