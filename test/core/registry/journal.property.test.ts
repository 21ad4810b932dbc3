import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import * as fc from "fast-check";
import type { Edit } from "../../../src/core/ports/database.ts";
import { loads, makeRegistryFolder } from "./registry-folder.ts";

const key = fc.constantFrom("a", "b", "c", "ü\n");
const edit: fc.Arbitrary<Edit> = fc.record({
  table: fc.constant("loads"),
  key,
  after: fc.option(fc.record({ took_ms: fc.nat(5), at: fc.string({ maxLength: 3 }) })),
});
const commits = fc.array(fc.array(edit, { maxLength: 4 }), { minLength: 1, maxLength: 12 });

type Model = ReadonlyMap<string, unknown>;
const apply = (model: Model, edits: readonly Edit[]): Model => {
  const next = new Map(model);
  for (const { key, after } of edits)
    if (after) next.set(key, after["took_ms"]);
    else next.delete(key);
  return next;
};

suite("the journal, whatever is committed and wherever it is cut", () => {
  test("opens to a committed prefix that holds every commit whose line is whole", async () => {
    await fc.assert(
      fc.asyncProperty(commits, fc.nat(), fc.boolean(), async (groups, cutSeed, snapshotFirst) => {
        const folder = await makeRegistryFolder();
        try {
          const database = await folder.open();
          const states: Model[] = [new Map()];
          /** Bytes of the journal after each commit that wrote. */
          const ends: number[] = [];
          const file = path.join(folder.path, "journal/1.jsonl");
          const opening = (await readFile(file)).length;
          for (const edits of groups) {
            const { changes } = await database.commit(edits);
            if (changes.length === 0) continue;
            states.push(apply(states.at(-1) ?? new Map(), edits));
            ends.push((await readFile(file)).length);
          }
          if (snapshotFirst) await database.close();
          const content = await readFile(file);
          const cut = opening + (cutSeed % (content.length - opening + 1));
          await writeFile(file, content.subarray(0, cut));

          const reopened = await folder.open();
          const whole = snapshotFirst ? ends.length : ends.filter((end) => end <= cut).length;
          assert.deepEqual(await loads(reopened), Object.fromEntries(states[whole] ?? []));
          assert.deepEqual(reopened.opened.setAside, []);
          const { sequence } = await reopened.commit([{ table: "loads", key: "new", after: { took_ms: 1, at: "" } }]);
          assert.equal(sequence, whole + 1);
        } finally {
          await folder.remove();
        }
      }),
      { numRuns: 12 },
    );
  }).timeout(180_000);
});
