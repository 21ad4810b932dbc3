import assert from "node:assert/strict";
import * as fc from "fast-check";
import { createLogRing } from "../../../src/core/serving/logs/log-ring.ts";
import { LONGEST_LINE, createLineSplitter } from "../../../src/core/serving/logs/split-lines.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

suite("lines of a log", () => {
  test("are the same however the bytes are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" }).map((line) => line.replaceAll(/\p{Cc}/gu, ""))),
        fc.array(fc.nat(9), { minLength: 1 }),
        (lines, cuts) => {
          const all = bytes(lines.map((line) => `${line}\n`).join(""));
          const splitter = createLineSplitter();
          const got: string[] = [];
          for (let at = 0, turn = 0; at < all.length; turn += 1) {
            const end = at + 1 + (cuts[turn % cuts.length] ?? 0);
            got.push(...splitter.add(all.subarray(at, end)));
            at = end;
          }
          assert.deepEqual(
            [...got, ...splitter.end()],
            lines.map((line) => Buffer.from(line).toString("utf8")),
          );
        },
      ),
    );
  });

  test("lose colours, control characters and what was overwritten", () => {
    const splitter = createLineSplitter();
    assert.deepEqual(splitter.add(bytes("\u001b[1;31mred\u001b[0m\r\n 10 %\r 90 %\r100 %\nb\u0007ell\u0000\tx\n")), [
      "red",
      "100 %",
      "bell\tx",
    ]);
  });

  test("that are no UTF-8 do no harm", () => {
    const splitter = createLineSplitter();
    assert.deepEqual(splitter.add(Uint8Array.of(0x61, 0xff, 0xc3, 0x0a)), ["a\ufffd\ufffd"]);
  });

  test("of ten megabytes are cut, and say so", () => {
    const splitter = createLineSplitter();
    for (let piece = 0; piece < 10; piece += 1) assert.deepEqual(splitter.add(bytes("x".repeat(1_000_000))), []);
    const [line = ""] = splitter.add(bytes("\nnext"));
    assert.ok(line.length < LONGEST_LINE + 100);
    assert.match(line, /characters more\)$/);
    assert.deepEqual(splitter.end(), ["next"]);
  });
});

suite("log ring", () => {
  test("keeps the last lines within its size, and counts the rest", () => {
    const ring = createLogRing(1000);
    for (let n = 0; n < 5000; n += 1) assert.equal(ring.add([`line ${n}`]), n);
    const { lines, dropped, next } = ring.read({});
    assert.equal(next, 5000);
    assert.equal(dropped + lines.length, 5000);
    assert.ok(lines.length > 20 && lines.length < 100);
    assert.equal(lines.at(-1), "line 4999");
    assert.equal(lines[0], `line ${dropped}`);
  });

  test("reads on where the last reading ended", () => {
    const ring = createLogRing();
    ring.add(["a", "b"]);
    const { next } = ring.read({});
    assert.deepEqual(ring.read({ since: next }).lines, []);
    ring.add(["c"]);
    assert.deepEqual(ring.read({ since: next }).lines, ["c"]);
    assert.deepEqual(ring.read({ lines: 2 }).lines, ["b", "c"]);
    assert.deepEqual(ring.read({ lines: 2, since: 0 }).lines, ["b", "c"]);
    assert.deepEqual(ring.read({ lines: 9, since: 1 }).lines, ["b", "c"]);
  });

  test("a hundred megabytes pass through it", () => {
    const ring = createLogRing();
    const line = "x".repeat(1000);
    for (let n = 0; n < 1000; n += 1) ring.add(Array.from({ length: 100 }, () => line));
    const { lines, dropped } = ring.read({});
    assert.equal(lines.length + dropped, 100_000);
    assert.ok(lines.length * 1000 <= 5 * 2 ** 20);
  });
});
