import assert from "node:assert/strict";
import { createHuggingFaceClient } from "../../../src/core/adapters/huggingface-client.ts";
import { createHuggingFaceHub } from "../../../src/core/sources/huggingface.ts";
import { REPOSITORY, type TestHub, hubWith } from "../downloads/support.ts";
import { type VerifyWorld, createVerifyWorld, verdicts, verified } from "./support.ts";

const CONTENTS = { "tiny.gguf": "weights", "sub/config.json": "{}" };

suite("verify and the hub's digests", function () {
  this.timeout(180_000);
  let served: TestHub;
  let world: VerifyWorld;

  setup(async () => {
    served = await hubWith(CONTENTS);
    const endpoint = served.hub.url;
    const client = createHuggingFaceClient({ endpoint, token: async () => undefined });
    world = await createVerifyWorld({
      hub: createHuggingFaceHub({ client, endpoint, installed: async () => new Map() }),
    });
  });
  teardown(async () => {
    await world.close();
    await served.close();
  });
  const addFrom = async (entry: string, name: string, content: string): Promise<void> => {
    const file = await world.put(entry, name, content, { sha256: null });
    await world.addEntry(entry, {
      path: file,
      source_provider: "huggingface",
      source_reference: REPOSITORY,
      source_revision: served.hub.commit(REPOSITORY),
    });
  };

  test("where none is on record, the commit it came from says what it should be", async () => {
    await addFrom("good", "one/tiny.gguf", "weights");
    await addFrom("bad", "two/tiny.gguf", "wights!");
    await addFrom("small", "three/sub/config.json", "{}");
    await addFrom("own", "three/notes.txt", "mine");
    const report = await verified(world.verifier);
    assert.deepEqual(report.files.map(({ entry, verdict }) => `${entry} ${verdict}`).toSorted(), [
      "bad changed",
      "good ok",
      "own unknown",
      "small ok",
    ]);
  });

  test("what a hub that is not there would know stays unknown", async () => {
    await addFrom("good", "one/tiny.gguf", "weights");
    await addFrom("small", "three/sub/config.json", "{}");
    await world.put("known", "known.gguf", "known");
    await served.hub.close();
    assert.deepEqual(verdicts(await verified(world.verifier)), {
      "tiny.gguf": "unknown",
      "config.json": "unknown",
      "known.gguf": "ok",
    });
  });
});
