import assert from "node:assert/strict";
import * as fc from "fast-check";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import type { Database } from "../../../src/core/ports/database.ts";
import { createRegistry } from "../../../src/core/registry/create-registry.ts";
import { all, commit, filter, made } from "./odd-entries.ts";
import { makeRegistryFolder } from "./registry-folder.ts";

suite("pages of what is in memory", () => {
  test("are those that SQLite gives, entry by entry, by any filter and after any commits", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(made, { minLength: 2, maxLength: 5 }),
        fc.array(fc.tuple(commit, fc.array(filter, { minLength: 1, maxLength: 3 })), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 3 }),
        async (first, rounds, limit) => {
          const folder = await makeRegistryFolder();
          try {
            const database = await folder.open();
            const ports = { files: nodeFiles, clock: nodeClock, digest: nodeDigest, testingPatterns: ["c*", "nobody"] };
            let asked = 0;
            const spy: Database = {
              ...database,
              query: (statement, parameters) => {
                asked += 1;
                return database.query(statement, parameters);
              },
            };
            const registry = createRegistry(spy, ports);
            await registry.commit(first.flat());
            await registry.readAhead(async () => undefined);
            for (const [edits, filters] of rounds) {
              await registry.commit(edits.flat());
              for (const one of filters) {
                const plain = await all(createRegistry(database, ports), one, limit);
                assert.deepEqual(await all(registry, one, limit), plain, JSON.stringify(one));
                const before = asked;
                await all(registry, one, limit);
                if (!JSON.stringify(one).includes("u0000")) assert.equal(asked, before);
              }
            }
          } finally {
            await folder.remove();
          }
        },
      ),
      { numRuns: 30 },
    );
  }).timeout(180_000);
});
