import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { ask, startLlamaServer } from "../../support/llama-process.ts";
import { serveWithStandIn } from "../../support/serve-with.ts";
import { writeTinyGguf } from "../../support/tiny-gguf.ts";

suite("The scripted stand-in for llama-server", () => {
  let folder: string;
  let binary: string;
  suiteSetup(async function () {
    folder = await mkdtemp(path.join(os.tmpdir(), "stand-in-"));
    const made = await serveWithStandIn(folder, "a test wants it");
    if (!made.ok || made.how.kind === "docker") return this.skip();
    ({ binary } = made.how);
  });
  suiteTeardown(() => rm(folder, { recursive: true, force: true }));

  test("says what it is, and answers with what the model's description tells", async () => {
    const { file, reply } = writeTinyGguf({ file: path.join(folder, "tiny.gguf"), reply: "Nothing computed this." });
    const server = await startLlamaServer(binary, ["-m", file, "-c", "256", "-ngl", "99"]);
    try {
      assert.equal(await ask(server.url, "Who are you?"), reply);
      const props = (await (await fetch(`${server.url}/props`)).json()) as { build_info: string };
      assert.match(props.build_info, /stand-in/);
    } finally {
      await server.stop();
    }
  });

  test("refuses what is no model", async () => {
    const file = path.join(folder, "no.gguf");
    await writeFile(file, "NOPE");
    await assert.rejects(startLlamaServer(binary, ["-m", file]), /ended with 1: .*invalid magic/s);
  });
});
