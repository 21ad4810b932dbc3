import assert from "node:assert/strict";
import * as fc from "fast-check";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import type { Database } from "../../../src/core/ports/database.ts";
import { createRegistry } from "../../../src/core/registry/create-registry.ts";
import { all, commit, filter, made } from "./odd-entries.ts";
import { makeRegistryFolder } from "./registry-folder.ts";

/** Of this the answers file knows nothing: the whole snapshot must be read. */
const readWhole = (database: Database): Promise<unknown> => database.query("SELECT 'whole'");

const session = fc.record({
  /** Whether the one before ended, or was killed. */
  closed: fc.boolean(),
  /** Whether SQLite has the snapshot before the first page is asked for. */
  whole: fc.boolean(),
  before: fc.array(commit, { maxLength: 1 }),
  filters: fc.array(filter, { minLength: 1, maxLength: 3 }),
  commits: fc.array(commit, { maxLength: 2 }),
});

suite("pages of what lies packed beside the snapshot", () => {
  test("are those that SQLite gives, by any filter, whatever was committed before and after, however the owner ended", async () => {
    let prepared = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(made, { minLength: 1, maxLength: 5 }),
        fc.array(session, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 3 }),
        async (first, sessions, limit) => {
          const folder = await makeRegistryFolder();
          const ports = { files: nodeFiles, clock: nodeClock, digest: nodeDigest, testingPatterns: ["c*", "nobody"] };
          try {
            let last = await folder.open();
            await last.commit(first.flat());
            await last.close();
            for (const { closed, whole, before, filters, commits } of sessions) {
              if (closed) await last.close();
              const database = await folder.open({ readAfter: 600_000 });
              last = database;
              const registry = createRegistry(
                {
                  ...database,
                  prepared: async () => {
                    const found = await database.prepared();
                    if (found) prepared += 1;
                    return found;
                  },
                },
                ports,
              );
              if (whole) await readWhole(database);
              for (const edits of before) await registry.commit(edits.flat());
              // A page by characteristics takes what lies ready.
              await registry.list({ where: [{ name: "vision" }], limit: 1 });
              const same = async (): Promise<void> => {
                for (const one of filters) {
                  const got = await all(registry, one, limit);
                  const plain = createRegistry({ ...database, prepared: async () => undefined }, ports);
                  assert.deepEqual(got, await all(plain, one, limit), JSON.stringify(one));
                }
              };
              await same();
              for (const edits of commits) {
                await registry.commit(edits.flat());
                await same();
              }
            }
          } finally {
            await folder.remove();
          }
        },
      ),
      { numRuns: 12 },
    );
    assert.ok(prepared > 5, `it lay ready ${prepared} times`);
  }).timeout(120_000);
});
