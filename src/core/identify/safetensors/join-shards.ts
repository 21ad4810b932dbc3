import type { FileHead } from "../head.ts";
import { addTotals } from "../tensor-totals.ts";
import { totalFacts } from "./safetensors-head.ts";
import { mostOf } from "./totals.ts";

const SUMMED = new Set(["parameters", "weightBytes", "bitsPerWeight", "quantization"]);

/** One head for all parts of a model; where one is missing, what only sums tell is left out. At least one head. */
export function joinShards(heads: readonly FileHead[]): FileHead {
  const parts = heads.toSorted((one, other) => (one.part?.index ?? 1) - (other.part?.index ?? 1));
  const [first, ...others] = parts;
  if (first === undefined) return { format: "safetensors", kind: "unknown", characteristics: [] };
  const count = first.part?.count ?? parts.length;
  if (others.length === 0 && count === 1) return first;
  const { part: _, tensors: __, quantization: ___, ...said } = first;
  const totals = parts.flatMap(({ tensors }) => tensors ?? []);
  const whole = totals.length === parts.length && parts.length === count;
  const [start, ...rest] = totals;
  const sum = start && rest.reduce(addTotals, start);
  const quantization = sum && mostOf(sum.types);
  const problem = parts.find((part) => part.problem !== undefined)?.problem ?? missing(count - parts.length, count);
  return {
    ...said,
    // A part of nothing but experts looks like nothing by itself.
    kind: parts.some(({ kind }) => kind === "model") ? "model" : first.kind,
    characteristics: [
      ...parts.flatMap((part) => part.characteristics.filter(({ name }) => !SUMMED.has(name))),
      ...(quantization === undefined ? [] : [{ name: "quantization", value: quantization, ...SURE }]),
      ...(sum && whole ? totalFacts(sum) : []),
    ],
    ...(quantization !== undefined && { quantization }),
    ...(sum && whole && { tensors: sum }),
    ...(problem !== undefined && { problem }),
  };
}

const SURE = { source: "safetensors", confidence: 0.9 } as const;

const missing = (count: number, all: number): string | undefined =>
  count > 0 ? `Of its ${all} parts ${count === 1 ? "one is" : `${count} are`} missing.` : undefined;
