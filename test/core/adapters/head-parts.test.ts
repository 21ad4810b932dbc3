import assert from "node:assert/strict";
import * as fc from "fast-check";
import { createHeadPacker, unpackHead } from "../../../src/core/adapters/head-parts.ts";
import type { FileHead } from "../../../src/core/identify/head.ts";

const head = (title: string, layers: readonly number[]): FileHead => ({
  format: "gguf",
  kind: "model",
  characteristics: [{ name: "layers", value: layers.length, source: "gguf", confidence: 1 }],
  title,
});

/** As the other thread has them. */
function crossed(heads: readonly FileHead[]) {
  const packer = createHeadPacker();
  const values: unknown[] = [];
  const told: number[] = [];
  const got = heads.map((one) => {
    const packed = packer.pack(one);
    const message: { values: unknown[]; read: { head: FileHead; parts: readonly (readonly [string, number])[] } } =
      JSON.parse(JSON.stringify({ values: packer.values(), read: packed }));
    values.push(...message.values);
    told.push(message.values.length);
    return unpackHead(message.read, values);
  });
  return { got, told };
}

suite("heads that cross to the thread that scans", () => {
  test("come as they were, whatever is equal in them", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.array(fc.nat(2), { maxLength: 3 })), { maxLength: 12 }), (some) => {
        const heads = some.map(([title, layers]) => head(title, layers));
        assert.deepEqual(crossed(heads).got, heads);
      }),
    );
  });

  test("what is equal is told once, and is one object over there", () => {
    const { got, told } = crossed([head("a", [1]), head("b", [1]), head("c", [1, 2])]);
    assert.deepEqual(told, [1, 0, 1]);
    assert.equal(got[0]?.characteristics, got[1]?.characteristics);
    assert.notEqual(got[0]?.characteristics, got[2]?.characteristics);
  });
});
