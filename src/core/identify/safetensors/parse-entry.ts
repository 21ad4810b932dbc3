import type { Malformed } from "../reader.ts";
import type { Tensor } from "./header.ts";
import { usualEntry } from "./usual-entry.ts";

/** One `"name": value` of the header's object, and where the text goes on. */
export type Entry =
  | { readonly kind: "tensor"; readonly tensor: Tensor; readonly end: number; readonly next: number }
  | { readonly kind: "metadata"; readonly text: string; readonly next: number }
  /** The object's end. */
  | { readonly kind: "end" }
  /** The text ends within it. */
  | { readonly kind: "more" }
  | { readonly kind: "bad"; readonly why: Malformed };

const MORE: Entry = { kind: "more" };
/** Longest text of one tensor, and of the metadata that is still read. */
const LONGEST_TENSOR = 64 * 1024;
const LONGEST_METADATA = 4 * 1024 * 1024;
const MOST_DIMENSIONS = 16;

/** @param at the first sign after `{` or `,`, or that one's `}` */
export function parseEntry(text: string, at: number): Entry {
  const usual = usualEntry(text, at);
  return usual ? { kind: "tensor", ...usual } : parseUnusual(text, at);
}

function parseUnusual(text: string, at: number): Entry {
  const start = skipBlanks(text, at);
  if (start >= text.length) return MORE;
  if (text[start] === "}") return { kind: "end" };
  if (text[start] !== '"') return bad("its table of tensors is broken");
  const nameEnd = endOfText(text, start);
  const colon = nameEnd === undefined ? text.length : skipBlanks(text, nameEnd);
  if (nameEnd === undefined || colon >= text.length) return MORE;
  if (text[colon] !== ":") return bad("its table of tensors is broken");
  const value = skipBlanks(text, colon + 1);
  const name = parsed(nameEnd - start > LONGEST_TENSOR ? "" : text.slice(start, nameEnd));
  // Of metadata every value is a text.
  const end = endOfValue(text, value, name === "__metadata__" ? 1 : 2);
  if (end === "deep") return bad("its table of tensors is nested too deeply");
  const after = end === undefined ? text.length : skipBlanks(text, end);
  if (end === undefined || after >= text.length) return MORE;
  if (text[after] !== "," && text[after] !== "}") return bad("its table of tensors is broken");
  const next = text[after] === "," ? after + 1 : after;
  if (typeof name !== "string") return bad("the name of one of its tensors is broken");
  if (name === "__metadata__")
    return { kind: "metadata", text: end - value > LONGEST_METADATA ? "{}" : text.slice(value, end), next };
  return tensorOf(name, parsed(end - value > LONGEST_TENSOR ? "" : text.slice(value, end)), next);
}

function tensorOf(name: string, value: unknown, next: number): Entry {
  const broken = bad(`its tensor “${name.slice(0, 80)}” is described wrongly`);
  if (typeof value !== "object" || value === null) return broken;
  const { dtype, shape, data_offsets: offsets }: Readonly<Record<string, unknown>> = { ...value };
  if (typeof dtype !== "string" || dtype.length > 16 || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
    return broken;
  const [begin = 0, end = 0] = offsets;
  if (end < begin || shape.length > MOST_DIMENSIONS) return broken;
  return { kind: "tensor", tensor: { name, dtype, shape, bytes: end - begin }, end, next };
}

const isCounts = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((one) => typeof one === "number" && Number.isSafeInteger(one) && one >= 0);

const bad = (why: string): Entry => ({
  kind: "bad",
  why: { malformed: `This is no readable safetensors file: ${why}. Download it again.` },
});

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\r\n".includes(text.charAt(at))) at += 1;
  return at;
}

/** After the closing quote; undefined where the text ends before it. */
function endOfText(text: string, start: number): number | undefined {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return undefined;
}

/** After the value: an object or an array not nested deeper than `deepest`, a text, or a bare word; undefined where the text ends before. */
function endOfValue(text: string, start: number, deepest: number): number | "deep" | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === '"') {
      const end = endOfText(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") depth -= 1;
    else if (depth > 0 || sign !== ",") continue;
    if (depth > deepest) return "deep";
    if (depth <= 0) return depth < 0 || sign === "," ? at : at + 1;
  }
  return undefined;
}
