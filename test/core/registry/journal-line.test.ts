import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  type JournalRecord,
  decodeLine,
  encodeLine,
  linePieces,
  scanJournal,
} from "../../../src/core/adapters/registry/journal-line.ts";
import { writeWhole } from "../../../src/core/adapters/registry/journal-file.ts";

const commit = (sequence: number, text = "x"): JournalRecord => ({
  kind: "commit",
  schema: 1,
  sequence,
  changes: [{ table: "loads", key: text, before: null, after: { profile: text, took_ms: 1, at: text } }],
});
const lines = (...records: readonly JournalRecord[]): Buffer => Buffer.from(records.map(encodeLine).join(""));

suite("journal lines", () => {
  test("a line is JSON, carries its checksum, and reads back as it was written", () => {
    fc.assert(
      fc.property(fc.nat(), fc.string({ unit: "binary" }), (sequence, text) => {
        const record = commit(sequence, text);
        const line = encodeLine(record);
        assert.equal(line.indexOf("\n"), line.length - 1);
        assert.match(JSON.parse(line).sum, /^[0-9a-f]{16}$/);
        assert.deepEqual(decodeLine(Buffer.from(line.slice(0, -1))), record);
      }),
    );
  });

  test("a commit in pieces is the same line", () => {
    const change = fc.record({
      table: fc.constant("loads"),
      key: fc.string({ unit: "binary" }),
      before: fc.constant(null),
      after: fc.option(
        fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: "binary" }), fc.double(), fc.constant(null))),
      ),
    });
    fc.assert(
      fc.property(fc.nat(), fc.array(change), (sequence, changes) => {
        const whole = encodeLine({ kind: "commit", schema: 3, sequence, changes });
        assert.equal([...linePieces({ schema: 3, sequence }, changes)].join(""), whole);
      }),
    );
    const large = Array.from({ length: 5000 }, (_, index) => ({
      table: "loads",
      key: `é😀${index}`,
      before: null,
      after: { at: "x".repeat(200) },
    }));
    const pieces = [...linePieces({ schema: 3, sequence: 7 }, large)];
    assert.ok(pieces.length > 1);
    const bytes = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
    assert.deepEqual(bytes, Buffer.from(encodeLine({ kind: "commit", schema: 3, sequence: 7, changes: large })));
  });

  test("a line with one flipped bit is damaged, wherever the bit is", () => {
    const line = Buffer.from(encodeLine(commit(7)).slice(0, -1));
    for (let bit = 0; bit < line.length * 8; bit += 1) {
      const flipped = Buffer.from(line);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.equal(decodeLine(flipped), undefined, `bit ${bit}`);
    }
  });

  test("a record of a kind we do not know does not check out", () => {
    const odd = { kind: "other", schema: 1, sequence: 1 } as unknown as JournalRecord;
    assert.equal(decodeLine(Buffer.from(encodeLine(odd).trimEnd())), undefined);
  });

  test("a journal cut anywhere reads as the whole lines before the cut, and is torn at most", () => {
    const whole = lines(commit(1), commit(2), commit(3));
    const full = scanJournal(whole);
    assert.equal(full.problem, undefined);
    for (let cut = 0; cut <= whole.length; cut += 1) {
      const scan = scanJournal(whole.subarray(0, cut));
      assert.equal(scan.records.length, full.ends.filter((end) => end <= cut).length);
      assert.equal(scan.problem?.kind, cut === 0 || full.ends.includes(cut) ? undefined : "torn");
    }
  });

  test("a bad line that is followed by another is damage, and so is a whole bad one at the end", () => {
    for (const place of [1, 2]) {
      const records = [commit(1), commit(2), commit(3)].map((record) => Buffer.from(encodeLine(record)));
      const line = records[place];
      if (line) line[20] = (line[20] ?? 0) ^ 1;
      const scan = scanJournal(Buffer.concat(records));
      assert.equal(scan.problem?.kind, "damaged");
      assert.equal(scan.records.length, place);
    }
  });

  test("a tail of zeros, as a power cut leaves it, is torn", () => {
    const line = encodeLine(commit(2));
    const zeros = Buffer.alloc(line.length - 1);
    assert.deepEqual(scanJournal(Buffer.concat([lines(commit(1)), zeros])).problem, { kind: "torn" });
    assert.deepEqual(scanJournal(Buffer.concat([lines(commit(1)), zeros, Buffer.from("\n")])).problem, {
      kind: "torn",
    });
  });

  test("a write that takes fewer bytes than it was given is gone on with", () => {
    const disk = Buffer.alloc(10);
    writeWhole(
      (chunk, position) => {
        const taken = Math.min(3, chunk.length);
        disk.set(chunk.subarray(0, taken), position);
        return taken;
      },
      Buffer.from("0123456789"),
      0,
    );
    assert.equal(disk.toString(), "0123456789");
  });

  test("a write that takes nothing at all is a full disk, not an endless loop", () => {
    assert.throws(() => writeWhole(() => 0, Buffer.from("x"), 0), { code: "ENOSPC" });
  });
});
