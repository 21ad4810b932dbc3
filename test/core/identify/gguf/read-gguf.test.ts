import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { GGUFValueType, gguf } from "@huggingface/gguf";
import * as fc from "fast-check";
import { ggufLimits } from "../../../../src/core/identify/gguf/limits.ts";
import { type GgufHeader, readGguf } from "../../../../src/core/identify/gguf/read-gguf.ts";
import type { GgufValue } from "../../../../src/core/identify/gguf/value.ts";
import {
  type ByteRange,
  type Malformed,
  isMalformed,
  read,
  readBuffer,
  readSlowly,
} from "../../../../src/core/identify/reader.ts";
import { type GgufInputFile, ggufBytes, writeGguf } from "../../../support/gguf-files.ts";
import { llama, mixture, tiny, tokens } from "./files.ts";

const header = (file: GgufInputFile): GgufHeader => sound(readBuffer(readGguf(), ggufBytes(file)));

function sound(result: GgufHeader | Malformed): GgufHeader {
  if (isMalformed(result)) assert.fail(result.malformed);
  return result;
}

function reason(bytes: Uint8Array): string {
  const result = readBuffer(readGguf(), bytes);
  if (!isMalformed(result)) assert.fail("It was read.");
  return result.malformed;
}

const u32 = (...values: readonly number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
const u64 = (value: bigint): Buffer => Buffer.from(BigUint64Array.of(value).buffer);

suite("the header of a GGUF file", () => {
  let folder: string;
  suiteSetup(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), "gguf-"))));
  suiteTeardown(() => rm(folder, { recursive: true }));

  const everyType: GgufInputFile = {
    keys: {
      "general.architecture": "llama",
      a: { type: "u8", value: 200 },
      b: { type: "i8", value: -3 },
      c: { type: "u16", value: 60_000 },
      d: { type: "i16", value: -300 },
      e: { type: "u32", value: 4_000_000_000 },
      f: { type: "i32", value: -70_000 },
      g: { type: "f32", value: 0.25 },
      h: true,
      i: "Größe 🚀",
      j: { type: "u64", value: 2 ** 40 },
      k: { type: "i64", value: -(2 ** 40) },
      l: { type: "f64", value: Math.PI },
      m: [1, 2, 3],
      n: ["x", "", "z"],
      o: { type: "bool", value: [true, false] },
      p: { type: "u8", value: [] },
      q: { type: "string", value: [] },
    },
  };
  const fixtures: Readonly<Record<string, GgufInputFile>> = {
    llama,
    mixture,
    tiny,
    everyType,
    "a mixture of version 2": { ...mixture, version: 2 },
    "a big-endian llama": { ...llama, littleEndian: false },
    "every type, big-endian": { ...everyType, littleEndian: false },
    "one without anything": {},
    "arrays per layer": {
      keys: { "general.architecture": "x", "x.attention.head_count_kv": [8, 0, 8, 0] },
      tensors: [
        { name: "scalar", dimensions: [] },
        { name: "nothing", dimensions: [0, 4] },
      ],
    },
  };

  for (const [name, file] of Object.entries(fixtures))
    test(`says of ${name} what Hugging Face's own reader says`, async () => {
      const at = path.join(folder, "oracle.gguf");
      await writeGguf(at, file);
      const oracle = await gguf(at, { typedMetadata: true, allowLocalFile: true });
      const ours = header(file);
      assert.equal(ours.littleEndian, oracle.littleEndian);
      assert.equal(BigInt(ours.tensorCount), oracle.metadata.tensor_count);
      assert.equal(BigInt(ours.version), BigInt(oracle.metadata.version));
      const { version: _, tensor_count: __, kv_count: ___, ...typed } = oracle.typedMetadata;
      assert.deepEqual(Array.from(ours.values.keys()), Object.keys(typed));
      for (const [key, { value, type }] of Object.entries(typed)) {
        const mine = ours.values.get(key);
        if (type !== GGUFValueType.ARRAY) assert.equal(mine, typeof value === "bigint" ? Number(value) : value, key);
        else {
          assert.ok(Array.isArray(value) && typeof mine === "object");
          assert.equal(mine.length, value.length, key);
          const plain = value.map((one) => (typeof one === "bigint" ? Number(one) : one));
          assert.deepEqual(mine.elements, plain.slice(0, mine.elements.length), key);
        }
      }
      const parameters = oracle.tensorInfos.reduce(
        (sum, { shape }) => sum + Number(shape.reduce((product, size) => product * size, 1n)),
        0,
      );
      assert.equal(ours.tensors?.parameters, parameters);
      assert.equal(ours.tensors?.count, oracle.tensorInfos.length);
    });

  test("keeps the first tokens and all numbers of a layer, and passes over long arrays", () => {
    const { values } = header({
      keys: {
        "tokenizer.ggml.tokens": tokens(20_000),
        "tokenizer.ggml.scores": { type: "f32", value: Array.from({ length: 1025 }, () => 0.5) },
        "x.attention.head_count_kv": Array.from({ length: 1024 }, (_, index) => index),
        last: "seen",
      },
    });
    assert.deepEqual(values.get("tokenizer.ggml.tokens"), { length: 20_000, elements: tokens(16) });
    assert.deepEqual(values.get("tokenizer.ggml.scores"), { length: 1025, elements: [] });
    const heads = values.get("x.attention.head_count_kv");
    assert.ok(typeof heads === "object" && heads.elements.length === 1024 && heads.elements[1023] === 1023);
    assert.equal(values.get("last"), "seen");
  });

  test("leaves out a string of over a megabyte and reads on", () => {
    const { values } = header({ keys: { long: "x".repeat((1 << 20) + 1), short: "x".repeat(1 << 20), last: 1 } });
    assert.deepEqual(Array.from(values.keys()), ["short", "last"]);
  });

  test("asks for 64 KB first, then for more at once, and never for what it passes over", () => {
    const bytes = ggufBytes({
      keys: {
        a: tokens(100_000),
        b: { raw: 9, bytes: Buffer.concat([u32(0), u64(3n << 20n), Buffer.alloc(3 << 20)]) },
        last: 1,
      },
    });
    const asked: ByteRange[] = [];
    const result = sound(
      read(readGguf(), (range) => {
        asked.push(range);
        return bytes.subarray(range.offset, range.offset + range.length);
      }),
    );
    assert.equal(result.values.get("last"), 1);
    assert.deepEqual(
      asked.slice(0, 4).map(({ length }) => length),
      [65_536, 262_144, 1_048_576, 1_048_576],
    );
    const got = asked.reduce((sum, { length }) => sum + length, 0);
    assert.ok(got < bytes.length - (1 << 20), `${got} of ${bytes.length} bytes were asked for`);
  });

  test("says the same in pieces, from a buffer that is used anew, and slowly", async () => {
    const bytes = ggufBytes(llama);
    const whole = header(llama);
    const reused = Buffer.alloc(2 << 20);
    const pieces = read(readGguf(), ({ offset, length }) => {
      reused.fill(0xff);
      return reused.subarray(0, copied(bytes, reused, offset, length));
    });
    assert.deepEqual(pieces, whole);
    const slowly = await readSlowly(
      readGguf(),
      async ({ offset, length }) => Promise.resolve(bytes.subarray(offset, offset + length)),
      AbortSignal.timeout(60_000),
    );
    assert.deepEqual(slowly, whole);
  });

  test("a file that ends anywhere in its header is malformed before its tokenizer, and cut after", () => {
    const bytes = ggufBytes(tiny);
    const whole = header(tiny);
    const reached = Buffer.from(bytes).indexOf("tokenizer.ggml.tokens") + "tokenizer.ggml.tokens".length;
    for (let length = 0; length < bytes.length; length += 1) {
      const result = readBuffer(readGguf(), bytes.subarray(0, length));
      if (length < reached) assert.ok(isMalformed(result), `read ${length} bytes`);
      else {
        const cut = sound(result);
        assert.equal(cut.truncated, true);
        assert.equal(cut.tensors, undefined);
        assert.equal(cut.values.get("llama.embedding_length"), 32);
      }
    }
    assert.equal(whole.truncated, false);
  });

  test("stops asking at the end of its budget and hands out what it knows", () => {
    const bytes = ggufBytes(llama);
    let asked = 0;
    const result = sound(
      read(readGguf({ budget: 1000 }), ({ offset, length }) => {
        asked += length;
        return bytes.subarray(offset, offset + length);
      }),
    );
    assert.ok(asked <= 1000);
    assert.equal(result.truncated, true);
    assert.equal(result.values.get("llama.block_count"), 32);
    assert.equal(result.values.has("tokenizer.chat_template"), false);
    assert.ok(isMalformed(readBuffer(readGguf({ budget: 30 }), bytes)));
  });

  test("the first of two keys of one name holds", () => {
    const twice = ggufBytes({ keys: { a: 1, b: 2 } });
    const at = Buffer.from(twice).indexOf("b", 24);
    twice[at] = "a".charCodeAt(0);
    assert.equal(sound(readBuffer(readGguf(), twice)).values.get("a"), 1);
  });

  test("a file's length is that of its header, its padding and its tensors", () => {
    const bytes = ggufBytes(tiny);
    assert.equal(header(tiny).fileLength, Math.ceil(bytes.length / 32) * 32 + 32 * 32 * 2);
    assert.equal(header(everyType).fileLength, ggufBytes(everyType).length);
  });

  for (const [what, bytes, sentence] of [
    ["nothing", Buffer.alloc(0), /no GGUF/],
    ["another format", Buffer.from("PK\u0003\u0004 and more of it, to fill the first bytes"), /no GGUF/],
    ["version 1", ggufBytes({ version: 1 }), /version 1.*Convert/],
    ["version 4", ggufBytes({ version: 4 }), /version.*unknown \(4\)/],
    ["version 0", ggufBytes({ version: 0 }), /version/],
    ["a trillion keys", ggufBytes({ keyCount: 10n ** 12n }), /no model has/],
    ["2^63 tensors", ggufBytes({ tensorCount: 1n << 63n }), /impossibly large/],
    ["keys that are not there", ggufBytes({ keyCount: 3n, keys: { a: 1 } }), /ends within/],
    ["a value of an unknown type", ggufBytes({ keys: { a: { raw: 13, bytes: u32(1) } } }), /type.*13/],
    [
      "an array of an unknown type",
      ggufBytes({ keys: { a: { raw: 9, bytes: Buffer.concat([u32(77), u64(1n)]) } } }),
      /77/,
    ],
    ["a string of 2^60 bytes", ggufBytes({ keys: { a: { raw: 8, bytes: u64(1n << 60n) } } }), /impossibly/],
    ["a string of 2^40 bytes", ggufBytes({ keys: { a: { raw: 8, bytes: u64(1n << 40n) } } }), /impossibly/],
    [
      "an array of 2^50 bytes",
      ggufBytes({ keys: { a: { raw: 9, bytes: Buffer.concat([u32(0), u64(1n << 50n)]) } } }),
      /impossibly/,
    ],
    [
      "a billion strings, of which one is there",
      ggufBytes({ keys: { a: { raw: 9, bytes: Buffer.concat([u32(8), u64(10n ** 9n), u64(0n)]) } } }),
      /ends within/,
    ],
    ["arrays of arrays without end", ggufBytes({ keys: { a: { raw: 9, bytes: nested(1000) } } }), /nested/],
    ["a tensor of 5 dimensions", ggufBytes({ tensors: [{ name: "x", dimensions: [1, 1, 1, 1, 1] }] }), /5 dimensions/],
    [
      "a tensor of 2^80 elements",
      ggufBytes({ tensors: [{ name: "x", dimensions: [2 ** 40, 2 ** 40] }] }),
      /impossibly large/,
    ],
    ["a tensor with an endless name", ggufBytes({ tensors: [{ name: "x".repeat(256), dimensions: [1] }] }), /too long/],
  ] as const)
    test(`${what}: a sentence instead of a header`, () => assert.match(reason(bytes), sentence));

  test("arrays of arrays within the limit are passed over", () => {
    const { values } = header({ keys: { a: { raw: 9, bytes: nested(3) }, last: 1 } });
    assert.deepEqual(values.get("a"), { length: 1, elements: [] } satisfies GgufValue);
    assert.equal(values.get("last"), 1);
  });

  test("types of tensors that are unknown are told, and their parameters counted", () => {
    const { tensors, fileLength } = header({ tensors: [{ name: "blk.0.x", dimensions: [10, 2], type: 137 }] });
    assert.deepEqual(tensors?.unknownTypes, [137]);
    assert.equal(tensors?.parameters, 20);
    assert.equal(tensors?.weights, undefined);
    assert.equal(fileLength, undefined);
  });

  test("no bytes make it throw or read on for ever", () => {
    const seed = Buffer.from(ggufBytes(tiny));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.uint8Array({ maxLength: 200 }),
        (changes, tail) => {
          const bytes = Buffer.concat([seed, tail]);
          for (const [at, value] of changes) bytes[at] = value;
          let asked = 0;
          read(readGguf(), ({ offset, length }) => {
            asked += 1;
            return bytes.subarray(offset, offset + length);
          });
          assert.ok(asked < 100);
        },
      ),
      { seed: 4, numRuns: 3000 },
    );
  });

  test("holds less than 64 MB of a header that is made to fill the memory", () => {
    const before = heldBytes();
    // An endless file of keys, each with a text of a megabyte.
    const value = Buffer.concat([u64(4n), Buffer.from("key."), u32(8), u64(1n << 20n), Buffer.alloc(1 << 20, "x")]);
    const start = Buffer.concat([Buffer.from("GGUF"), u32(3), u64(0n), u64(100_000n)]);
    let most = 0;
    const result = read(readGguf(), ({ offset, length }) => {
      most = Math.max(most, heldBytes() - before);
      const answer = Buffer.alloc(length);
      for (let index = 0; index < length;) {
        const at = offset + index;
        const inValue = at < start.length ? -1 : (at - start.length) % value.length;
        const copied =
          inValue < 0 ? start.copy(answer, index, at) : value.copy(answer, index, inValue, inValue + length - index);
        // Every key is another one.
        if (inValue === 0 && index + 12 <= length) answer.writeUInt32LE(at, index + 8);
        index += copied;
      }
      return answer;
    });
    assert.ok(isMalformed(result) && /hold more/.test(result.malformed));
    assert.ok(most < 64 << 20, `${most} bytes more were held`);
  });

  test("gives up on a header that goes on for ever", () => {
    const start = Buffer.concat([
      Buffer.from("GGUF"),
      u32(3),
      u64(0n),
      u64(1n),
      u64(1n),
      Buffer.from("a"),
      u32(9, 8),
      u64(10n ** 9n),
    ]);
    const blank = Buffer.alloc(1 << 20);
    let asked = 0;
    const result = read(readGguf(), ({ offset, length }) => {
      asked += length;
      return offset === 0
        ? Buffer.concat([start, blank.subarray(0, length - start.length)])
        : blank.subarray(0, length);
    });
    assert.ok(isMalformed(result) && /longer/.test(result.malformed));
    assert.ok(asked < ggufLimits.walked + (4 << 20));
  });
});

setFlagsFromString("--expose-gc");
const collect: unknown = runInNewContext("gc");
setFlagsFromString("--no-expose-gc");

/** Without what nobody holds any more, which lies about for as long as the machine has room. */
const heldBytes = (): number => {
  assert.ok(typeof collect === "function");
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

/** An array in an array, so many deep; the innermost has no elements. */
function nested(depth: number): Buffer {
  return Buffer.concat([...Array.from({ length: depth }, () => Buffer.concat([u32(9), u64(1n)])), u32(0), u64(0n)]);
}

function copied(from: Uint8Array, to: Buffer, offset: number, length: number): number {
  const part = from.subarray(offset, offset + length);
  to.set(part);
  return part.length;
}
