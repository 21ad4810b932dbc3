import assert from "node:assert/strict";
import { encodeSnapshot, readSnapshot } from "../../../src/core/adapters/registry/snapshot-file.ts";

const snapshot = { schema: 1, sequence: 42, database: Buffer.from("SQLite format 3\0 and so on, \n with newlines") };

suite("snapshot files", () => {
  test("read back as they were written", () => {
    const reading = readSnapshot(encodeSnapshot(snapshot), 1);
    assert.equal(reading.kind, "good");
    if (reading.kind !== "good") return;
    assert.equal(reading.snapshot.sequence, 42);
    assert.deepEqual(Buffer.from(reading.snapshot.database), snapshot.database);
  });

  test("no cut and no flipped bit goes unnoticed", () => {
    const good = encodeSnapshot(snapshot);
    for (let cut = 0; cut < good.length; cut += 1) assert.equal(readSnapshot(good.subarray(0, cut), 1).kind, "damaged");
    for (let at = 0; at < good.length; at += 1) {
      const flipped = Buffer.from(good);
      flipped[at] = (flipped[at] ?? 0) ^ 4;
      assert.equal(readSnapshot(flipped, 1).kind, "damaged", `byte ${at}`);
    }
  });

  test("a bare SQLite file of another program is not taken for one", () => {
    assert.equal(readSnapshot(Buffer.from("SQLite format 3\0".padEnd(4096, "\0")), 1).kind, "damaged");
  });

  test("one of a later schema says so", () => {
    const reading = readSnapshot(encodeSnapshot({ ...snapshot, schema: 2 }), 1);
    assert.deepEqual(reading, { kind: "newer", theirs: "registry schema 2" });
  });
});
