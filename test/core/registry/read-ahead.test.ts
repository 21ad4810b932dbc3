import assert from "node:assert/strict";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import type { Changes, OpenReport } from "../../../src/core/ports/database.ts";
import { createRegistry } from "../../../src/core/registry/create-registry.ts";
import { entryEdits } from "../../../src/core/registry/entry-edits.ts";
import { readAheadOf } from "../../../src/core/registry/read-ahead.ts";
import { createEmitter } from "../../../src/core/util/events.ts";
import { type RegistryFolder, makeRegistryFolder } from "./registry-folder.ts";

const entry = (family: string, displayName = family) =>
  entryEdits({
    displayName,
    family,
    backend: "llama.cpp",
    proof: "unverified",
    files: [],
    characteristics: [{ name: "vision", value: true, source: "gguf", confidence: 1 }],
  }).edits;

suite("what filters look at, read ahead", () => {
  let folder: RegistryFolder;
  setup(async () => {
    folder = await makeRegistryFolder();
  });
  teardown(() => folder.remove());

  test("is not read again for the first page by it, nor after a commit that moves an entry", async () => {
    const database = await folder.open();
    let statements: readonly string[] = [];
    const registry = createRegistry(
      {
        ...database,
        query: (statement, parameters) => {
          statements = [...statements, statement];
          return database.query(statement, parameters);
        },
      },
      { files: nodeFiles, clock: nodeClock, digest: nodeDigest, testingPatterns: [] },
    );
    for (const family of ["a", "b", "c"]) await registry.commit(entry(family));
    let pauses = 0;
    await registry.readAhead(async () => void (pauses += 1));
    assert.ok(pauses > 0);
    const page = async (): Promise<readonly string[]> => {
      statements = [];
      const { entries } = await registry.list({ where: [{ name: "vision", is: true }] });
      return entries.map(({ displayName }) => displayName);
    };
    assert.deepEqual(await page(), ["a", "b", "c"]);
    assert.deepEqual(statements, []);
    await registry.commit(entry("a", "Z"));
    await registry.commit(entry("d", "aa"));
    assert.deepEqual(await page(), ["aa", "b", "c", "Z"]);
    // Those that moved, and no others.
    assert.equal(statements.length, 1);
    assert.match(String(statements), /json_each\(\?\)/);
  });

  test("is read once nothing else happens, anew after a commit of thousands, and no more after the end", async () => {
    const changes = createEmitter<Changes>();
    const revised = createEmitter<OpenReport>();
    const sleeps: PromiseWithResolvers<void>[] = [];
    let read = 0;
    const ahead = readAheadOf(
      { onChange: changes.event, onRevised: revised.event, readAhead: async () => void (read += 1) },
      {
        sleep: async (_delay, signal) => {
          const one = Promise.withResolvers<void>();
          signal.addEventListener("abort", () => one.reject(signal.reason));
          sleeps.push(one);
          await one.promise;
        },
      },
    );
    const wake = async (): Promise<void> => {
      for (const one of sleeps.splice(0)) one.resolve();
      await new Promise(setImmediate);
    };
    assert.equal(read, 0);
    await wake();
    assert.equal(read, 1);
    changes.fire([]);
    await wake();
    assert.equal(read, 1);
    changes.fire("many");
    changes.fire("many");
    await wake();
    assert.equal(read, 2);
    revised.fire({ generation: 2, fresh: false, setAside: [] });
    await wake();
    assert.equal(read, 3);
    changes.fire("many");
    ahead.dispose();
    await wake();
    assert.equal(read, 3);
  });
});
