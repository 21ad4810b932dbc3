import { closeSync, ftruncateSync, mkdirSync, openSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import {
  type TensorType,
  bytesOf,
  encodings,
  flag,
  float,
  int,
  list,
  metadata,
  string,
  text,
  u32,
  u64,
  uint,
} from "./gguf/format.ts";
import { seeded } from "./gguf/numbers.ts";
import { CHAT_TEMPLATE, type Vocabulary, vocabularyFor } from "./gguf/vocabulary.ts";
import { type Shape, type Tensor, layerWeights, tensorsFor } from "./gguf/weights.ts";

export interface TinyGguf {
  readonly file: string;
  readonly name?: string;
  /** What the model answers, whatever is asked; each word at most once. */
  readonly reply?: string;
  /** The reply starts over for ever; the request's max_tokens ends it. */
  readonly loop?: boolean;
  readonly type?: TensorType;
  readonly layers?: number;
  readonly embd?: number;
  readonly ff?: number;
  readonly heads?: number;
  readonly kvHeads?: number;
  /** The context it says it was trained with. */
  readonly ctx?: number;
  /** Megabytes (10^6): wider, and as many layers as come near it. */
  readonly sizeMb?: number;
  /** zero: the layers are holes, the file is sparse and written at once. */
  readonly fill?: "random" | "zero";
  readonly seed?: number;
  /** A file that llama-server refuses: wrong magic, cut off, unknown architecture, a tensor missing. */
  readonly break?: "magic" | "truncate" | "arch" | "tensor";
}

export interface TinyGgufFacts {
  readonly file: string;
  readonly name: string;
  readonly reply: string;
  readonly bytes: number;
  readonly type: TensorType;
  readonly layers: number;
  readonly embd: number;
  readonly ctx: number;
  readonly vocabulary: number;
  readonly parameters: number;
}

const ALIGNMENT = 32;
/** Before the reply in the file's description. */
export const TELLS = "Answers whatever it is asked: ";
const padded = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
const product = (dims: readonly number[]): number => dims.reduce((all, dim) => all * dim, 1);

/** Writes a small but true GGUF v3 file (llama, SentencePiece with byte fallback): the same bytes for the same options. */
export function writeTinyGguf(options: TinyGguf): TinyGgufFacts {
  const { file, name = "Tiny Test Llama", loop = false, type = "F16", ctx = 4096, seed = 1, fill = "random" } = options;
  const reply = options.reply ?? "Hello from a tiny test model: every word here was really sampled.";
  const shape = shapeOf(options, type);
  const vocabulary = vocabularyFor(reply, loop);
  const tensors = tensorsFor(shape, vocabulary, fill, seeded(seed)).filter(
    (tensor) => options.break !== "tensor" || tensor.name !== "output_norm.weight",
  );
  const architecture = options.break === "arch" ? "nosucharch" : "llama";
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const bytes = write(file, head({ architecture, name, reply, ctx, type }, shape, vocabulary, tensors), tensors, type);
  if (options.break === "magic") patch(file, (fd) => void writeSync(fd, Buffer.from("NOPE"), 0, 4, 0));
  if (options.break === "truncate") patch(file, (fd) => ftruncateSync(fd, Math.floor(bytes * 0.6)));
  return {
    file,
    name,
    reply,
    bytes: statSync(file).size,
    type,
    layers: shape.layers,
    embd: shape.embd,
    ctx,
    vocabulary: vocabulary.tokens.length,
    parameters: tensors.reduce((all, tensor) => all + product(tensor.dims), 0),
  };
}

function shapeOf({ sizeMb, heads = 4, kvHeads = 2, ...given }: TinyGguf, type: TensorType): Shape {
  // Never a very wide ff instead of more layers: the server's compute buffer follows it, to gigabytes.
  const wide = sizeMb !== undefined;
  const embd =
    given.embd ?? (wide ? Math.min(1024, Math.max(128, Math.floor(Math.sqrt(sizeMb * 3000) / 128) * 128)) : 128);
  const ff = given.ff ?? (wide ? embd * 4 : 256);
  if (embd % 32 !== 0 || ff % 32 !== 0 || embd % (heads * 2) !== 0 || heads % kvHeads !== 0)
    throw new Error("embd and ff must divide by 32, embd by twice the heads, heads by kvHeads");
  const one = { layers: 1, embd, ff, heads, kvHeads };
  const fitting = wide ? Math.max(1, Math.round((sizeMb * 1e6) / bytesOf(layerWeights(one), type))) : 2;
  return { ...one, layers: given.layers ?? fitting };
}

interface Said {
  readonly architecture: string;
  readonly name: string;
  readonly reply: string;
  readonly ctx: number;
  readonly type: TensorType;
}

function head(said: Said, shape: Shape, { tokens, special }: Vocabulary, tensors: readonly Tensor[]): Buffer {
  const entries = [
    metadata("general.architecture", string(said.architecture)),
    metadata("general.type", string("model")),
    metadata("general.name", string(said.name)),
    metadata("general.description", string(`${TELLS}${said.reply}`)),
    metadata("general.file_type", uint(encodings[said.type].fileType)),
    metadata("general.alignment", uint(ALIGNMENT)),
    metadata("llama.context_length", uint(said.ctx)),
    metadata("llama.embedding_length", uint(shape.embd)),
    metadata("llama.block_count", uint(shape.layers)),
    metadata("llama.feed_forward_length", uint(shape.ff)),
    metadata("llama.attention.head_count", uint(shape.heads)),
    metadata("llama.attention.head_count_kv", uint(shape.kvHeads)),
    metadata("llama.attention.layer_norm_rms_epsilon", float(1e-5)),
    metadata("llama.rope.dimension_count", uint(shape.embd / shape.heads)),
    metadata("llama.rope.freq_base", float(10_000)),
    metadata("llama.vocab_size", uint(tokens.length)),
    metadata("tokenizer.ggml.model", string("llama")),
    metadata("tokenizer.ggml.pre", string("default")),
    metadata("tokenizer.ggml.tokens", list(tokens.map((token) => string(token.text)))),
    metadata("tokenizer.ggml.scores", list(tokens.map((token) => float(token.score)))),
    metadata("tokenizer.ggml.token_type", list(tokens.map((token) => int(token.type)))),
    metadata("tokenizer.ggml.bos_token_id", uint(special.begin)),
    metadata("tokenizer.ggml.eos_token_id", uint(special.end)),
    metadata("tokenizer.ggml.eot_token_id", uint(special.endOfTurn)),
    metadata("tokenizer.ggml.unknown_token_id", uint(special.unknown)),
    metadata("tokenizer.ggml.add_bos_token", flag(true)),
    metadata("tokenizer.ggml.add_eos_token", flag(false)),
    metadata("tokenizer.ggml.add_space_prefix", flag(false)),
    metadata("tokenizer.chat_template", string(CHAT_TEMPLATE)),
  ];
  let offset = 0;
  const infos = tensors.map((tensor) => {
    const { id } = encodings[typeOf(tensor, said.type)];
    const info = [text(tensor.name), u32(tensor.dims.length), ...tensor.dims.map(u64), u32(id), u64(offset)];
    offset += padded(bytesOf(product(tensor.dims), typeOf(tensor, said.type)));
    return Buffer.concat(info);
  });
  return Buffer.concat([Buffer.from("GGUF"), u32(3), u64(tensors.length), u64(entries.length), ...entries, ...infos]);
}

const typeOf = (tensor: Tensor, type: TensorType): TensorType => (tensor.norm ? "F32" : type);

/** @returns the file's size */
function write(file: string, start: Buffer, tensors: readonly Tensor[], type: TensorType): number {
  const fd = openSync(file, "w");
  try {
    const put = (bytes: Buffer, at: number): void => {
      for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, at + done);
    };
    put(start, 0);
    let at = padded(start.length);
    for (const tensor of tensors) {
      const stored = typeOf(tensor, type);
      const size = bytesOf(product(tensor.dims), stored);
      if (tensor.values !== "hole") {
        const block = encodings[stored].encode(tensor.values);
        for (let done = 0; done < size; done += block.length) put(block.subarray(0, size - done), at + done);
      }
      at += padded(size);
    }
    ftruncateSync(fd, at);
    return at;
  } finally {
    closeSync(fd);
  }
}

function patch(file: string, deed: (fd: number) => void): void {
  const fd = openSync(file, "r+");
  try {
    deed(fd);
  } finally {
    closeSync(fd);
  }
}
