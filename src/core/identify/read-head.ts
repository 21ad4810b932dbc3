import { readFileName } from "./file-name.ts";
import { ggufHead } from "./gguf/gguf-head.ts";
import { windowSizes } from "./gguf/limits.ts";
import { readGguf } from "./gguf/read-gguf.ts";
import type { FileHead } from "./head.ts";
import type { KnownHeaders } from "./known-headers.ts";
import { type Malformed, type Reader, isMalformed } from "./reader.ts";
import { quickSummary } from "./safetensors/quick-summary.ts";
import { readSafetensors } from "./safetensors/read-safetensors.ts";
import { safetensorsHead, summarizedHead } from "./safetensors/safetensors-head.ts";

interface HeadOptions {
  /** Bytes that may be asked for in all of a GGUF file that lies far away. */
  readonly budget?: number;
  /** Of files that were read before; it takes what is new. */
  readonly known?: KnownHeaders;
}

/**
 * Reads what a file's header says, whatever it is: by its first bytes, not by its name. Of what is not understood the
 * kind is `unknown` and `problem` says why.
 * @param size of the file
 * @param nameHint its path or name: tells what first bytes do not, as that a file is ONNX
 */
export function* readHead(
  size: number,
  nameHint: string,
  { budget = Infinity, known }: HeadOptions = {},
): Reader<FileHead> {
  const first = yield { offset: 0, length: Math.min(windowSizes[0], budget) };
  const format = formatOf(first, size, nameHint);
  switch (format) {
    case "gguf":
      return ggufWords(yield* continued(first, size, readGguf({ budget, known })), size);
    case "pytorch":
      // A pickle is a program that runs when it is loaded. Of the sources, `config` is nearest to a fact of the format.
      return {
        format,
        kind: readFileName(nameHint).role === "weights" ? "model" : "unknown",
        characteristics: [{ name: "unsafe", value: true, source: "config", confidence: 1 }],
      };
    case "onnx":
      return { format, kind: "model", characteristics: [] };
    case "safetensors":
      return yield* safetensors(first, size, nameHint, known);
    case undefined:
      return unknown(nameHint, problemOf(first, size));
  }
}

/** A longer header is read piece by piece. */
const LONGEST_AT_ONCE = 4 * 2 ** 20;

function* safetensors(
  first: Uint8Array,
  size: number,
  nameHint: string,
  known: KnownHeaders | undefined,
): Reader<FileHead> {
  const length = new DataView(first.buffer, first.byteOffset, 8).getUint32(0, true) + 8;
  let seen = first;
  if (length > first.length && length <= Math.min(size, LONGEST_AT_ONCE)) {
    // What was handed in may be used anew for what is asked next.
    seen = new Uint8Array(length);
    seen.set(first);
    const more = yield { offset: first.length, length: length - first.length };
    seen.set(more, first.length);
    seen = seen.subarray(0, first.length + more.length);
  }
  const quick = seen.length < length ? undefined : quickSummary(seen.subarray(0, length), size - length, known?.tables);
  if (quick) return summarizedHead(quick, nameHint);
  const header = yield* continued(seen, size, readSafetensors(size));
  return isMalformed(header) ? unknown(nameHint, header.malformed, "safetensors") : safetensorsHead(header, nameHint);
}

const unknown = (nameHint: string, problem: string, format = readFileName(nameHint).format ?? ""): FileHead => ({
  format,
  kind: "unknown",
  characteristics: [],
  problem,
});

function ggufWords(header: Parameters<typeof ggufHead>[0] | Malformed, size: number): FileHead {
  if (isMalformed(header)) return unknown("", header.malformed, "gguf");
  const head = ggufHead(header);
  const { fileLength = 0 } = header;
  return size >= fileLength
    ? head
    : { ...head, problem: `The file is cut short: it has ${size} of ${fileLength} bytes. Download it again.` };
}

/** Runs a reader that begins anew over what was read already; that lasts until the next question. */
function* continued<T>(first: Uint8Array, size: number, reader: Reader<T>): Reader<T> {
  let known: Uint8Array | undefined = first;
  let step = reader.next();
  while (step.done !== true) {
    const { offset, length } = step.value;
    const inSight = known && (offset + length <= known.length || known.length >= size);
    if (known && inSight) step = reader.next(known.subarray(offset, offset + length));
    else {
      known = undefined;
      step = reader.next(yield step.value);
    }
  }
  return step.value;
}

function formatOf(
  first: Uint8Array,
  size: number,
  nameHint: string,
): "gguf" | "safetensors" | "pytorch" | "onnx" | undefined {
  if (begins(first, "GGUF")) return "gguf";
  if (isSafetensors(first)) return "safetensors";
  const named = readFileName(nameHint).format;
  if (begins(first, "PK\u0003\u0004") && (named === "pytorch" || textOf(first, 4096).includes("data.pkl")))
    return "pytorch";
  // The opcode PROTO and the protocol's number begin every pickle since protocol 2.
  if (first[0] === 0x80 && (first[1] ?? 0) >= 2 && (first[1] ?? 0) <= 5 && named !== "onnx") return "pytorch";
  return named === "onnx" && size > 0 ? "onnx" : undefined;
}

/** The length of a JSON text, little-endian and under the format's limit of 100 MB, and the text. */
function isSafetensors(first: Uint8Array): boolean {
  if (first.length < 9 || first[8] !== 0x7b) return false;
  const view = new DataView(first.buffer, first.byteOffset, 8);
  return view.getUint32(4, true) === 0 && view.getUint32(0, true) <= 100_000_000;
}

function problemOf(first: Uint8Array, size: number): string {
  if (size === 0) return "The file is empty. Download it again.";
  const text = textOf(first, 64).trimStart().toLowerCase();
  if (text.startsWith("version https://git-lfs")) return "This is only a pointer of git LFS. Fetch the file itself.";
  if (text.startsWith("<!doctype html") || text.startsWith("<html"))
    return "This is a web page. Download the file again.";
  if (first.length > 0 && first.every((byte) => byte === 0)) return "The file is blank. Download it again.";
  return "It is of no format that is known.";
}

function begins(bytes: Uint8Array, magic: string): boolean {
  for (let at = 0; at < magic.length; at += 1) if (bytes[at] !== magic.charCodeAt(at)) return false;
  return true;
}
/** One character a byte. */
const textOf = (bytes: Uint8Array, length: number): string => String.fromCharCode(...bytes.subarray(0, length));
