import assert from "node:assert/strict";
import type { Discovery } from "../../../src/core/metadata/discovery.ts";
import { fetchEdits, removeEdits } from "../../../src/core/metadata/edits.ts";
import { readTarget } from "../../../src/core/metadata/targets.ts";
import type { NewEntry } from "../../../src/core/registry/new-entry.ts";
import { type MetadataWorld, createMetadataWorld } from "./world.ts";

suite("what a fetch tells of what a model can do", () => {
  let world: MetadataWorld;
  setup(async () => {
    world = await createMetadataWorld();
  });
  teardown(() => world.close());

  const add = (more: Partial<NewEntry>) => world.add("m", "m.gguf", "weights", more);
  const bring = async (characteristics: Discovery["characteristics"]): Promise<readonly string[]> => {
    const found = { from: "huggingface", page: "p", metadata: {}, characteristics, pictures: [] } as const;
    const target = await readTarget(world.registry, "m");
    await world.registry.commit(fetchEdits(target, found, [], undefined, "2026-01-01T00:00:00Z").edits);
    return (await world.show("m")).capabilities;
  };
  const remove = async (): Promise<readonly string[]> => {
    await world.registry.commit(removeEdits(await readTarget(world.registry, "m")).edits);
    return (await world.show("m")).capabilities;
  };

  test("holds where no better source says otherwise, and goes with what was fetched", async () => {
    await add({
      capabilities: ["text", "singing", "tools"],
      characteristics: [
        { name: "text", value: true, source: "gguf", confidence: 1 },
        { name: "tools", value: true, source: "name", confidence: 0.3 },
        { name: "audio", value: false, source: "gguf", confidence: 1 },
      ],
    });
    const brought = { vision: true, audio: true, tools: false };
    assert.deepEqual(await bring(brought), ["text", "vision", "singing"]);
    assert.deepEqual(await bring(brought), ["text", "vision", "singing"]);
    assert.deepEqual(await bring({ vision: true }), ["text", "vision", "tools", "singing"]);
    assert.deepEqual(await remove(), ["text", "singing", "tools"]);
  });

  test("is nothing to what a person said it can do", async () => {
    await add({ capabilities: ["text"] });
    const [row] = await world.registry.query("SELECT * FROM entries WHERE key = 'discovered:m'");
    await world.registry.commit([
      { table: "entries", key: "curated:m", after: { ...row, key: "curated:m", layer: "curated" } },
    ]);
    assert.deepEqual(await bring({ vision: true }), ["text"]);
    assert.deepEqual(await remove(), ["text"]);
  });
});
