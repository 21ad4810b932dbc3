import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { FileHead } from "../../../src/core/identify/head.ts";
import { type KnownBytes, createKnownBytes } from "../../../src/core/identify/known-bytes.ts";
import { type KnownHeaders, createKnownHeaders } from "../../../src/core/identify/known-headers.ts";
import { readHead } from "../../../src/core/identify/read-head.ts";
import { read } from "../../../src/core/identify/reader.ts";
import { type GgufInputFile, ggufBytes } from "../../support/gguf-files.ts";
import { llama as ggufLlama, mixture, tokens } from "./gguf/files.ts";
import { type Tensors, llama, safetensorsFile, withLength } from "./safetensors/build.ts";

interface Lying {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Of the file, whose data is not there. */
  readonly size: number;
}

/** As a disk answers: into the same `Buffer` each time, whose `slice` is no copy, so that nothing of a file before may be held on to. */
const window = Buffer.alloc(2 ** 21);

function headOf({ name, bytes, size }: Lying, known?: KnownHeaders): FileHead {
  const reader = readHead(size, name, known && { known });
  return read(reader, ({ offset, length }) => {
    const piece = bytes.subarray(offset, offset + length);
    window.set(piece);
    window.fill(0xee, piece.length, piece.length + 999);
    return window.subarray(0, piece.length);
  });
}

/** Counts what was found. */
function counted<T>(known: KnownBytes<T>, count: () => void): KnownBytes<T> {
  return {
    ...known,
    find: (...asked) => {
      const found = known.find(...asked);
      if (found) count();
      return found;
    },
  };
}

function countedHeaders(): { readonly known: KnownHeaders; readonly found: Record<keyof KnownHeaders, number> } {
  const found = { texts: 0, tensors: 0, tables: 0 };
  const known = createKnownHeaders();
  return {
    found,
    known: {
      texts: counted(known.texts, () => (found.texts += 1)),
      tensors: counted(known.tensors, () => (found.tensors += 1)),
      tables: counted(known.tables, () => (found.tables += 1)),
    },
  };
}

const gguf = (file: GgufInputFile, cut = 0): Lying => {
  const bytes = ggufBytes(file);
  return { name: "a.gguf", bytes, size: bytes.length + 2 ** 40 - cut };
};

const short: GgufInputFile = {
  keys: { "general.architecture": "llama", "llama.block_count": 9, "tokenizer.ggml.tokens": tokens(300) },
  tensors: Array.from({ length: 20 }, (_, index) => ({
    name: `blk.${index % 9}.attn_${index}.weight`,
    dimensions: [16, 16],
  })),
};
const ggufs: readonly GgufInputFile[] = [
  short,
  { ...short, keys: { ...short.keys, "general.name": "Another" } },
  { ...short, keys: { ...short.keys, "tokenizer.ggml.tokens": tokens(300).toReversed() } },
  { ...short, keys: { ...short.keys, "tokenizer.ggml.merges": tokens(300) } },
  { ...short, littleEndian: false },
  { ...short, tensors: (short.tensors ?? []).map((one) => ({ ...one, type: 1 })) },
  { ...short, tensors: (short.tensors ?? []).slice(0, -1) },
  { ...short, tensorCount: 19n },
  mixture,
  ggufLlama,
];

const lora: Tensors = Object.fromEntries(
  Array.from({ length: 24 }, (_, index) => [
    `lora_unet_down_blocks_${index >> 1}_attn2_to_k.lora_${index % 2 === 0 ? "down" : "up"}.weight`,
    ["F16", 8, 2048] as const,
  ]),
);
const checkpoint: Tensors = Object.fromEntries(
  Array.from({ length: 12 }, (_, index) => [`model.diffusion_model.input_blocks.${index}.1.weight`, ["F16", 8, 9]]),
);
const tables: readonly Tensors[] = [llama(9), llama(9, "F16"), lora, checkpoint];
const notes: readonly (Readonly<Record<string, string>> | undefined)[] = [
  undefined,
  {},
  { format: "pt" },
  { format: "mlx", "modelspec.title": 'One {of} "it"' },
  { ss_network_module: "networks.lora", ss_output_name: "Two" },
];

/** Its metadata after its tensors, its blanks, its end. */
function safetensors(tensors: Tensors, metadata: (typeof notes)[number], shape: number, cut: number): Lying {
  const { bytes, size } = safetensorsFile(tensors, metadata);
  const text = new TextDecoder().decode(bytes.subarray(8));
  const last = '"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
  const written = [
    text,
    `${text}   `,
    text.replaceAll(/(?<=[:,])(?=["[{\d])/g, " "),
    text.replace(/\}$/, ',"__metadata__":{"format":"pt"}}'),
    text.replace(/\}$/, `,${last},${last}}`),
    `${text} }`,
  ][shape];
  const whole = withLength(written ?? text);
  return { name: "a-00001-of-00002.safetensors", bytes: whole, size: size - bytes.length + whole.length - cut };
}

const lying: fc.Arbitrary<Lying> = fc.oneof(
  fc.tuple(fc.constantFrom(...ggufs), fc.constantFrom(0, 0, 2 ** 40)).map(([file, cut]) => gguf(file, cut)),
  fc
    .tuple(
      fc.constantFrom(...tables),
      fc.constantFrom(...notes),
      fc.constantFrom(0, 0, 0, 0, 1, 2, 3, 4, 5),
      fc.constantFrom(0, 0, 0, 1),
    )
    .map(([tensors, metadata, shape, cut]) => safetensors(tensors, metadata, shape, cut)),
);
/** Bytes that are others, mostly in the table's last third, and what is missing of the header. */
const spoiled = fc
  .tuple(
    lying,
    fc.array(fc.tuple(fc.nat(999), fc.nat(255)), { maxLength: 3 }),
    fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, fc.nat(999)),
  )
  .map(([file, changes, end]) => {
    const bytes = Uint8Array.from(file.bytes);
    for (const [place, value] of changes) bytes[Math.floor(bytes.length * (1 - (place / 1000) ** 2 / 2)) - 1] = value;
    return { ...file, bytes: end === null ? bytes : bytes.subarray(0, Math.floor((bytes.length * end) / 1000)) };
  });

suite("parts of headers that were read before", () => {
  test("change nothing of what any header says, whatever came before it", () => {
    const all = { texts: 0, tensors: 0, tables: 0 };
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 3, arbitrary: lying }, spoiled), { minLength: 20, maxLength: 60 }),
        (files) => {
          const { known, found } = countedHeaders();
          for (const file of files) assert.deepEqual(headOf(file, known), headOf(file));
          all.texts += found.texts;
          all.tensors += found.tensors;
          all.tables += found.tables;
        },
      ),
      { numRuns: 60, seed: 7 },
    );
    assert.ok(all.texts > 50 && all.tensors > 50 && all.tables > 50, JSON.stringify(all));
  });

  test("are found from the third file on, and only where they are the same", () => {
    const { known, found } = countedHeaders();
    const [one, other] = [gguf(short), gguf({ ...short, keys: { ...short.keys, "general.name": "Another" } })];
    for (const file of [one, other]) headOf(file, known);
    assert.deepEqual(found, { texts: 0, tensors: 0, tables: 0 });
    assert.equal(headOf(one, known).title, undefined);
    assert.equal(headOf(other, known).title, "Another");
    assert.deepEqual(found, { texts: 2, tensors: 2, tables: 0 });
    headOf(gguf({ ...short, littleEndian: false }), known);
    headOf(gguf({ ...short, tensors: (short.tensors ?? []).slice(1) }), known);
    assert.deepEqual(found, { texts: 3, tensors: 2, tables: 0 });
  });

  test("tell of what names tell though the names are gone, and of metadata that are others each time", () => {
    const { known, found } = countedHeaders();
    const files = [{ a: "1" }, { a: "22" }, { ss_output_name: "Mine" }].map((metadata) =>
      safetensors(lora, metadata, 0, 0),
    );
    const heads = files.map((file) => headOf(file, known));
    assert.equal(found.tables, 1);
    assert.equal(heads[2]?.title, "Mine");
    assert.equal(heads[2]?.characteristics.find(({ name }) => name === "baseModel")?.value, "SDXL");
  });

  test("are no more than some megabytes, whatever comes", () => {
    const known = createKnownBytes<number>();
    const bytes = new Uint8Array(2 ** 18);
    const kept: Uint8Array[] = [];
    for (let index = 0; index < 200; index += 1) {
      bytes.fill(index);
      for (let time = 0; time < 2; time += 1) known.keep(index % 20, bytes, (copy) => kept.push(copy));
    }
    assert.equal(kept.length, 200);
    const held = kept.filter((copy, index) => known.find(index % 20, copy, 0));
    assert.ok(held.length > 0 && held.length <= 16, String(held.length));
    // What is as long as many of them together is never kept.
    const long = new Uint8Array(2 ** 20);
    for (let time = 0; time < 2; time += 1) known.keep(1, long, () => assert.fail("It was kept."));
  });
});
