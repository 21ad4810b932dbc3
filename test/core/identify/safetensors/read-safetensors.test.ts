import assert from "node:assert/strict";
import * as fc from "fast-check";
import { isMalformed, read, readBuffer } from "../../../../src/core/identify/reader.ts";
import { readSafetensors } from "../../../../src/core/identify/safetensors/read-safetensors.ts";
import { safetensorsHead } from "../../../../src/core/identify/safetensors/safetensors-head.ts";
import { safetensorsIndex } from "../../../../src/core/identify/safetensors/safetensors-index.ts";
import { llama, safetensorsFile, withLength } from "./build.ts";

const readText = (header: string, data = 1000) => {
  const bytes = withLength(header);
  return readBuffer(readSafetensors(bytes.length + data), bytes);
};
const tensor = (begin: number, end: number): string =>
  JSON.stringify({ dtype: "F32", shape: [(end - begin) / 4], data_offsets: [begin, end] });

suite("reading a safetensors header", () => {
  test("gives every tensor with its type, shape and bytes, and the metadata", () => {
    const { bytes, size } = safetensorsFile({ a: ["BF16", 2, 3], 'ä"b': ["F8_E4M3", 5], c: ["F32"] }, { format: "pt" });
    const header = readBuffer(readSafetensors(size), bytes);
    assert.ok(!isMalformed(header));
    assert.deepEqual(header.tensors, [
      { name: "a", dtype: "BF16", shape: [2, 3], bytes: 12 },
      { name: 'ä"b', dtype: "F8_E4M3", shape: [5], bytes: 5 },
      { name: "c", dtype: "F32", shape: [], bytes: 4 },
    ]);
    assert.equal(header.metadata.get("format"), "pt");
  });

  test("takes fields in any order, blanks, padding and overlapping tensors", () => {
    const header = readText(
      ` {\n "a" : {"data_offsets":[0, 8], "shape":[2], "dtype":"F32"} ,\t"b":${tensor(4, 8)} }      `.trimStart(),
    );
    assert.ok(!isMalformed(header));
    assert.deepEqual(
      header.tensors.map(({ name, bytes }) => [name, bytes]),
      [
        ["a", 8],
        ["b", 4],
      ],
    );
  });

  test("looks at one piece of a usual file, and never at its tensors", () => {
    const { bytes, size } = safetensorsFile(llama(32));
    const looks: number[] = [];
    read(readSafetensors(size), ({ offset, length }) => {
      looks.push(offset);
      return bytes.subarray(offset, offset + length);
    });
    assert.deepEqual(looks, [0]);
  });

  test("reads a long header piece by piece, with metadata across them", () => {
    const { bytes, size } = safetensorsFile(llama(15_000), { ss_tag_frequency: "x".repeat(2_500_000) });
    let most = 0;
    const header = read(readSafetensors(size), ({ offset, length }) => {
      most = Math.max(most, length);
      return bytes.subarray(offset, offset + length);
    });
    assert.ok(!isMalformed(header));
    assert.equal(header.tensors.length, 30_002);
    assert.equal(header.metadata.get("ss_tag_frequency")?.length, 2_500_000);
    assert.ok(most <= 4 * 1024 * 1024);
  });

  test("leaves metadata out that is longer than anybody writes", () => {
    const header = readText(`{"__metadata__":{"a":"${"x".repeat(5_000_000)}"},"t":${tensor(0, 4)}}`);
    assert.ok(!isMalformed(header));
    assert.equal(header.metadata.size, 0);
    assert.equal(header.tensors.length, 1);
  });

  for (const [what, bytes, size, sentence] of [
    ["an empty file", new Uint8Array(), 0, /empty/],
    ["five bytes", new Uint8Array(5), 5, /too short/],
    ["a web page", new TextEncoder().encode("<!DOCTYPE html><html>"), 21, /web page/],
    ["a length beyond the format's limit", new Uint8Array(16).fill(255), 16, /does not begin like one/],
    ["zeros", new Uint8Array(64), 64, /does not begin like one/],
    ["a header beyond the file", withLength("{}").fill(100, 0, 1), 12, /within its own header/],
  ] as const)
    test(`says what is wrong with ${what}`, () => {
      const header = readBuffer(readSafetensors(size), bytes);
      assert.ok(isMalformed(header));
      assert.match(header.malformed, sentence);
    });

  for (const [what, text, sentence] of [
    ["a tensor named twice", `{"a":${tensor(0, 4)},"a":${tensor(0, 4)}}`, /names a tensor twice/],
    ["a tensor beyond the file", `{"a":${tensor(0, 4000)}}`, /ends before its tensors do/],
    ["an end before its beginning", `{"a":${tensor(8, 4)}}`, /described wrongly/],
    ["a negative length", '{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', /described wrongly/],
    ["a length of text", '{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}', /described wrongly/],
    ["a tensor without a type", '{"a":{"shape":[1],"data_offsets":[0,4]}}', /described wrongly/],
    ["a tensor that is a word", '{"a":true}', /described wrongly/],
    ["no end", `{"a":${tensor(0, 4)}`, /ends too early/],
    ["no quotes", "{a:1}", /broken/],
    ["deep nesting", `{"a":${"[".repeat(1000)}${"]".repeat(1000)}}`, /nested too deeply/],
    ["metadata twice", '{"__metadata__":{},"__metadata__":{}}', /twice/],
    ["metadata that nests", '{"__metadata__":{"a":{"b":"c"}}}', /nested too deeply/],
  ] as const)
    test(`says what is wrong with ${what}`, () => {
      const header = readText(text);
      assert.ok(isMalformed(header), JSON.stringify(header));
      assert.match(header.malformed, sentence);
    });

  test("does not hold millions of tensors", () => {
    const many = Array.from({ length: 140_000 }, (_, n) => `"${n}":{"dtype":"F32","shape":[],"data_offsets":[0,4]}`);
    const header = readText(`{${many.join(",")}}`);
    assert.ok(isMalformed(header));
    assert.match(header.malformed, /more tensors than/);
  });

  test("survives whatever stands in the header", () => {
    const { bytes: good, size } = safetensorsFile(llama(3), { format: "pt" });
    const broken = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map(withLength),
      fc
        .string({ unit: fc.constantFrom(...Array.from('{}[]",:\\a1 ')), maxLength: 200 })
        .map((text) => withLength(`{${text}`)),
      fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, value]) => good.with(at, value)),
      fc.nat(good.length).map((length) => good.subarray(0, length)),
    );
    fc.assert(
      fc.property(broken, fc.constantFrom(0, 1000, size), (bytes, room) => {
        let looks = 0;
        const header = read(readSafetensors(bytes.length + room), ({ offset, length }) => {
          looks += 1;
          assert.ok(looks < 1000 && length <= 2 ** 20);
          return bytes.subarray(offset, offset + length);
        });
        if (!isMalformed(header)) safetensorsHead(header, "x.safetensors");
      }),
      { numRuns: 1500 },
    );
  });

  test("holds little of a header of the greatest length, whatever stands in it", () => {
    const length = 100_000_000;
    const start = new Uint8Array(9);
    new DataView(start.buffer).setBigUint64(0, BigInt(length), true);
    start[8] = 0x7b;
    for (const fill of ['"', "{", " ", "[", '"\\', "a", '{"a":"",']) {
      const piece = new TextEncoder().encode(fill.repeat(Math.ceil((4 * 2 ** 20) / fill.length)));
      let handed = 0;
      const header = read(readSafetensors(length + 8), ({ offset, length: wanted }) => {
        const bytes = piece.slice(0, wanted);
        if (offset === 0) bytes.set(start);
        handed += bytes.length;
        return bytes;
      });
      assert.ok(isMalformed(header), fill);
      assert.ok(handed <= 20 * 2 ** 20, `${fill}: ${handed}`);
    }
  });
});

suite("an index of parts", () => {
  test("gives the files and the bytes", () => {
    const index = safetensorsIndex(
      JSON.stringify({
        metadata: { total_size: 16_060_522_496 },
        weight_map: { "lm_head.weight": "b.safetensors", a: "a.safetensors", c: "a.safetensors" },
      }),
    );
    assert.deepEqual(index, { files: ["b.safetensors", "a.safetensors"], totalBytes: 16_060_522_496 });
  });

  test("is none where nothing of it is there", () => {
    for (const text of ["", "[]", "{", '{"a":1}', "<html>"]) assert.equal(safetensorsIndex(text), undefined, text);
  });
});
