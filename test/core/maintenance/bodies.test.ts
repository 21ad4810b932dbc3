import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { gzipArchives } from "../../../src/core/adapters/gzip-archives.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeDiskLook } from "../../../src/core/adapters/node-disk-look.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import type { Deed } from "../../../src/core/maintenance/apply/deeds.ts";
import { isSameRow, touchedBy } from "../../../src/core/maintenance/apply/touched.ts";
import { inverseAll } from "../../../src/core/maintenance/inverse.ts";
import { readBody, writeBody } from "../../../src/core/maintenance/past/bodies.ts";
import type { Step } from "../../../src/core/maintenance/plan.ts";
import { finished } from "../../../src/core/maintenance/slices.ts";
import { never } from "./workshop.ts";

const value = fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.constant(null));
const row = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), value);
const seen = fc.record({ size: fc.nat(), modified: fc.nat(), identity: fc.string() });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("row" as const),
    table: fc.constantFrom("entries", "files", "characteristics"),
    key: fc.string({ unit: "binary" }),
    before: fc.option(row),
    after: fc.option(row),
  }),
  fc.record({ kind: fc.constant("trash" as const), path: fc.string(), root: fc.string(), bytes: fc.nat(), seen }),
  fc.record({ kind: fc.constant("makeFolder" as const), path: fc.string() }),
);
const plain = (steps: readonly Step[]): unknown => JSON.parse(JSON.stringify(steps));

suite("what is kept of a run", () => {
  let storage: string;
  const parts = () => ({ archives: gzipArchives, files: nodeFiles, clock: nodeClock, digest: nodeDigest, storage });
  setup(async () => {
    storage = await mkdtemp(path.join(os.tmpdir(), "modeldeck-bodies-"));
  });
  teardown(() => rm(storage, { recursive: true }));

  test("is read as it was written, by the same digest, whatever its steps", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const touched = { "/a": "absent", "/b": "file 1:2 3 4" };
        const digest = await writeBody(parts(), "one", { schema: 3, steps, touched });
        const read = await readBody(parts(), "one");
        assert.deepEqual(plain(read?.steps ?? []), plain(steps));
        assert.deepEqual(read?.touched, touched);
        assert.equal(read?.digest, digest);
        assert.equal(await writeBody(parts(), "two", { schema: 3, steps, touched }), digest);
      }),
      { numRuns: 40 },
    );
  });

  test("thousands of steps come back in their order", async () => {
    const steps = Array.from({ length: 20_000 }, (_, index): Step => ({
      kind: "row",
      table: "characteristics",
      key: `model-${index}|context|gguf é`,
      before: null,
      after: { entry: `model-${index}`, value_json: String(index) },
    }));
    const digest = await writeBody(parts(), "many", { schema: 3, steps, touched: {} });
    const read = await readBody(parts(), "many");
    assert.deepEqual(read, { schema: 3, steps, touched: {}, digest });
  });

  test("one that was altered has another digest, and one that is cut off or of before is none", async () => {
    const steps: readonly Step[] = [{ kind: "makeFolder", path: "/models/a" }];
    const digest = await writeBody(parts(), "x", { schema: 3, steps, touched: {} });
    const file = path.join(storage, "history/x.json.gz");
    const packed = await readFile(file);
    await writeFile(file, gzipSync(gunzipSync(packed).toString().replace("/models/a", "/models/b")));
    assert.notEqual((await readBody(parts(), "x"))?.digest, digest);
    await writeFile(file, packed.subarray(0, packed.length - 12));
    assert.equal(await readBody(parts(), "x"), undefined);
    await writeFile(file, gzipSync(JSON.stringify({ schema: 3, steps, touched: {} })));
    assert.equal(await readBody(parts(), "x"), undefined);
    assert.equal(await readBody(parts(), "never written"), undefined);
  });

  test("the paths are told in one order, whatever the order of the deeds", async () => {
    const deeds = ["c", "a", "b", "a"].map((name): Deed => ({ kind: "makeFolder", path: path.join(storage, name) }));
    const told = JSON.stringify(await touchedBy(nodeDiskLook, deeds, never));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(deeds, { minLength: deeds.length }), async (shuffled) => {
        assert.equal(JSON.stringify(await touchedBy(nodeDiskLook, shuffled, never)), told);
      }),
      { numRuns: 20 },
    );
  });

  test("rows are the same whatever the order of their columns, with or without those that are null", () => {
    fc.assert(
      fc.property(row, fc.array(fc.stringMatching(/^[A-Z]{1,3}$/)), (one, absent) => {
        const other = Object.fromEntries([
          ...absent.map((column) => [column, null] as const),
          ...Object.entries(one).toReversed(),
        ]);
        assert.ok(isSameRow("entries", one, other) && isSameRow("entries", other, one));
        assert.ok(
          // Of a name that no column of `row` has.
          !isSameRow("entries", one, { ...other, MORE: 1 }) && !isSameRow("entries", { ...other, MORE: 1 }, one),
        );
        assert.ok(!isSameRow("entries", one, null) && !isSameRow("entries", null, one));
      }),
    );
  });

  test("taken back twice, steps are what they were", () => {
    const rows = fc.array(step.filter(({ kind }) => kind !== "trash"));
    fc.assert(
      fc.property(rows, (steps) => {
        const back = finished(inverseAll("a", steps));
        assert.deepEqual(
          plain(finished(inverseAll("b", back)).filter(({ kind }) => kind === "row")),
          plain(steps.filter(({ kind }) => kind === "row")),
        );
      }),
    );
  });
});
