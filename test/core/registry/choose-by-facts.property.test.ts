import assert from "node:assert/strict";
import * as fc from "fast-check";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import type { Edit } from "../../../src/core/ports/database.ts";
import { createRegistry } from "../../../src/core/registry/create-registry.ts";
import { ORDER, matching } from "../../../src/core/registry/entry-query.ts";
import { entryEdits } from "../../../src/core/registry/entry-edits.ts";
import type { EntryFilter } from "../../../src/core/registry/registry.ts";
import { makeRegistryFolder } from "./registry-folder.ts";

const names = ["vision", "context", "licence"] as const;
const sources = ["person", "gguf", "hub", "name", "another"] as const;
const written = fc.constantFrom(
  "true",
  "false",
  "4096",
  "8192.5",
  "-1e3",
  '"MIT"',
  '"mit"',
  '""',
  "-x",
  '"9"',
  "1e999",
);
const entry = fc.constantFrom("a", "b", "c", "d", "e");

/** Rows as they may lie there, of sources and values we do not know too. */
const said = fc
  .record({
    entry,
    name: fc.constantFrom(...names),
    source: fc.constantFrom(...sources),
    value: fc.option(written, { freq: 6 }),
  })
  .map(({ entry, name, source, value }): Edit => ({
    table: "characteristics",
    key: `${entry}-llama.cpp|${name}|${source}`,
    after: value === null ? null : { entry: `${entry}-llama.cpp`, name, source, value_json: value, confidence: 1 },
  }));
const made = fc
  .record({
    entry,
    display: fc.constantFrom("One", "two", "Three", "one", "\u{1F408}", "\uFFFD", "Öl", "öl"),
    vision: fc.boolean(),
    deprecated: fc.boolean(),
  })
  .map(
    ({ entry, display, vision, deprecated }): readonly Edit[] =>
      entryEdits({
        displayName: display,
        family: entry,
        backend: "llama.cpp",
        proof: "unverified",
        files: [],
        characteristics: [],
        capabilities: vision ? ["text", "Vision"] : ["text"],
        kept: { deprecated: deprecated ? 1 : 0 },
      }).edits,
  );
const commit = fc.oneof(
  { weight: 3, arbitrary: fc.array(said, { minLength: 1, maxLength: 5 }) },
  { weight: 1, arbitrary: made },
);
const fact = fc.record(
  {
    name: fc.constantFrom(...names),
    is: fc.constantFrom(true, false, 4096, "MIT", ""),
    atLeast: fc.constantFrom(-1000, 0, 4096),
    atMost: fc.constantFrom(0, 8192.5),
  },
  { requiredKeys: ["name"] },
);
const filter: fc.Arbitrary<EntryFilter> = fc.record(
  {
    where: fc.array(fact, { minLength: 1, maxLength: 2 }),
    text: fc.constantFrom("o", "e"),
    includeDeprecated: fc.boolean(),
  },
  { requiredKeys: ["where"] },
);

suite("pages by characteristics", () => {
  test("hold, page by page, what SQLite says that fits, after any commits", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(made, { minLength: 2, maxLength: 5 }),
        fc.array(fc.tuple(commit, filter), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 3 }),
        async (first, rounds, limit) => {
          const folder = await makeRegistryFolder();
          try {
            const database = await folder.open();
            const ports = { files: nodeFiles, clock: nodeClock, digest: nodeDigest, testingPatterns: [] };
            const registry = createRegistry(database, ports);
            for (const edits of first) await registry.commit(edits);
            for (const [edits, asked] of rounds) {
              await registry.commit(edits);
              const { sql, parameters } = matching(asked, []);
              const rows = await database.query(
                `SELECT e.name FROM entries e WHERE ${sql} ORDER BY ${ORDER}`,
                parameters,
              );
              const found: string[] = [];
              let cursor: string | undefined;
              do {
                const page = await registry.list({ ...asked, limit, ...(cursor !== undefined && { cursor }) });
                found.push(...page.entries.map(({ name }) => name));
                assert.equal(page.total, rows.length);
                ({ cursor } = page);
              } while (cursor !== undefined);
              assert.deepEqual(
                found,
                rows.map((row) => row["name"]),
              );
            }
          } finally {
            await folder.remove();
          }
        },
      ),
      { numRuns: 40 },
    );
  }).timeout(180_000);
});
