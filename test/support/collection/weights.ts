import { mkdir, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { type GgufInput, type GgufTensorInput, ggufBytes } from "../gguf-files.ts";

/** Weights whose data are all zero: a header, and the length the whole would have. */
export interface Weights {
  readonly head: Uint8Array;
  /** Of the whole file, in bytes. */
  readonly size: number;
}

/** ggml's types: number, weights of a block, bytes of a block. */
const ggml = { F32: [0, 1, 4], F16: [1, 1, 2], Q8_0: [8, 32, 34], Q4_K: [12, 256, 144] } as const;
/** Name, type and lengths, the length of a row first. */
export type GgufTensor = readonly [name: string, type: keyof typeof ggml, ...lengths: number[]];

export function ggufWeights(keys: Readonly<Record<string, GgufInput>>, tensors: readonly GgufTensor[]): Weights {
  let end = 0;
  const table: GgufTensorInput[] = tensors.map(([name, type, ...dimensions]) => {
    const [number, block, bytes] = ggml[type];
    const offset = end;
    end += Math.ceil(((product(dimensions) / block) * bytes) / 32) * 32;
    return { name, dimensions, type: number, offset };
  });
  const head = ggufBytes({ keys, tensors: table });
  return { head, size: Math.ceil(head.length / 32) * 32 + end };
}

/** Tensors of half precision by their names, with their lengths. */
export function safetensorsWeights(
  tensors: Readonly<Record<string, readonly number[]>>,
  metadata: Readonly<Record<string, string>> = {},
): Weights {
  let end = 0;
  const table = Object.entries(tensors).map(([name, shape]) => {
    const begin = end;
    end += 2 * product(shape);
    return [name, { dtype: "F16", shape, data_offsets: [begin, end] }];
  });
  const text = Buffer.from(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(table) }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return { head: Buffer.concat([length, text]), size: 8 + text.length + end };
}

/** For stores that name files by their digests; only for what is small. */
export const wholeOf = ({ head, size }: Weights): Uint8Array => Buffer.concat([head, Buffer.alloc(size - head.length)]);

/** With its folders; the file has holes, and takes no room on most disks. */
export async function putWeights(file: string, { head, size }: Weights): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, head);
  await truncate(file, size);
}

const product = (lengths: readonly number[]): number => lengths.reduce((all, length) => all * length, 1);

interface Llama {
  readonly name: string;
  readonly architecture?: string;
  readonly layers: number;
  readonly width: number;
  readonly context: number;
  readonly vocabulary: number;
  readonly type: "Q4_K" | "Q8_0" | "F16";
  readonly template?: string;
  readonly licence?: string;
  /** Experts of each layer, of which as many are used. */
  readonly experts?: readonly [all: number, used: number];
}

const fileTypes = { F16: 1, Q8_0: 7, Q4_K: 15 } as const;

/** A model for text with grouped heads, as converters write them. */
export function llamaWeights(model: Llama): Weights {
  const { architecture = "llama", layers, width, vocabulary, type, experts } = model;
  const own = (key: string): string => `${architecture}.${key}`;
  const [inner, heads] = [width * (experts ? 0.375 : 3.5), width / 128];
  const keys: Record<string, GgufInput> = {
    "general.architecture": architecture,
    "general.type": "model",
    "general.name": model.name,
    "general.file_type": fileTypes[type],
    [own("block_count")]: layers,
    [own("context_length")]: model.context,
    [own("embedding_length")]: width,
    [own("attention.head_count")]: heads,
    [own("attention.head_count_kv")]: Math.max(1, heads / 4),
    [own("vocab_size")]: vocabulary,
    ...(experts && { [own("expert_count")]: experts[0], [own("expert_used_count")]: experts[1] }),
    ...(model.licence !== undefined && { "general.license": model.licence }),
    ...(model.template !== undefined && { "tokenizer.chat_template": model.template }),
  };
  const parts: readonly (readonly [string, number, number])[] = [
    ["attn_q", width, width],
    ["attn_k", width, width / 4],
    ["attn_v", width, width / 4],
    ["attn_output", width, width],
    ...(experts
      ? []
      : ([
          ["ffn_gate", width, inner],
          ["ffn_up", width, inner],
          ["ffn_down", inner, width],
        ] as const)),
  ];
  const layer = (index: number): readonly GgufTensor[] => [
    ...parts.map(([name, row, rows]): GgufTensor => [`blk.${index}.${name}.weight`, type, row, rows]),
    ...(experts
      ? ["ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"].map((name): GgufTensor => [
          `blk.${index}.${name}.weight`,
          type,
          width,
          inner,
          experts[0],
        ])
      : []),
  ];
  return ggufWeights(keys, [
    ["token_embd.weight", type, width, vocabulary],
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    ["output.weight", type, width, vocabulary],
  ]);
}
