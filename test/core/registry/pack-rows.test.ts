import assert from "node:assert/strict";
import * as fc from "fast-check";
import { packRows, unpackRows } from "../../../src/core/adapters/registry/pack-rows.ts";

suite("rows on their way between threads", () => {
  const value = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.constant(null),
  );

  test("are on the other side what they were", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ a: value, "b c": value, d: value }, { noNullPrototype: true }), {
          minLength: 16,
          maxLength: 40,
        }),
        (rows) => {
          const packed = packRows(rows);
          assert.ok(packed);
          assert.deepEqual(unpackRows(structuredClone(packed)), rows);
        },
      ),
    );
  });

  test("go as they are where they are few, or a number is one that JSON does not know", () => {
    const many = Array.from({ length: 20 }, (_, a) => ({ a }));
    assert.equal(packRows([]), undefined);
    assert.equal(packRows(many.slice(0, 3)), undefined);
    assert.ok(packRows(many));
    for (const odd of [Infinity, -Infinity, Number.NaN, -0]) assert.equal(packRows([...many, { a: odd }]), undefined);
  });
});
