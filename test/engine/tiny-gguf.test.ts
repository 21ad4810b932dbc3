import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { ask, startLlamaServer } from "../support/llama-process.ts";
import { nativeLlamaServer } from "../support/llama.ts";
import { needs } from "../support/needs.ts";
import { writeTinyGguf } from "../support/tiny-gguf.ts";

suite("A tiny model in the real llama-server", () => {
  let folder: string;
  let binary: string;
  suiteSetup(async function () {
    this.timeout(180_000);
    ({ binary } = needs(this, "llama", await nativeLlamaServer()));
    folder = await mkdtemp(path.join(os.tmpdir(), "tiny-gguf-"));
  });
  suiteTeardown(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  for (const type of ["F32", "F16", "BF16", "Q8_0"] as const)
    test(`answers with the reply it was written for, stored as ${type}`, async function () {
      this.timeout(180_000);
      const { file, reply } = writeTinyGguf({
        file: path.join(folder, `${type}.gguf`),
        type,
        reply: `Known words, stored as ${type}.`,
      });
      const server = await startLlamaServer(binary, ["-m", file, "-c", "512"]);
      try {
        assert.equal(await ask(server.url, "What do you say?"), reply);
      } finally {
        await server.stop();
      }
    });

  for (const how of ["magic", "truncate", "arch", "tensor"] as const)
    test(`is refused when it is broken: ${how}`, async function () {
      this.timeout(180_000);
      const { file } = writeTinyGguf({ file: path.join(folder, `${how}.gguf`), break: how });
      await assert.rejects(startLlamaServer(binary, ["-m", file]), /ended with 1/);
    });
});
