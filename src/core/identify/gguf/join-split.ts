import type { FileHead } from "../head.ts";
import { addTotals } from "../tensor-totals.ts";
import { ggufQuantizationOf, quantizationFact } from "./file-type.ts";
import { tied } from "./shape.ts";
import { tensorFactNames, tensorFacts } from "./tensor-facts.ts";

/**
 * One head for all parts of a split model: what the first says, and the tensors of all together. Where a part is missing
 * or was not read to its end, what the sums would tell is left out, and `problem` says so.
 * @param heads in any order, at least one
 */
export function joinSplit(heads: readonly FileHead[]): FileHead {
  const parts = heads.toSorted((one, other) => (one.part?.index ?? 1) - (other.part?.index ?? 1));
  const [first] = parts;
  if (first === undefined) return { format: "gguf", kind: "unknown", characteristics: [] };
  const count = first.part?.count ?? 1;
  if (parts.length === 1 && count === 1) return first;
  const { part: _, tensors: __, shape, ...said } = first;
  const characteristics = said.characteristics.filter(({ name }) => !tensorFactNames.has(name));
  const totals = parts.map((part) => part.tensors);
  const known = totals.filter((total) => total !== undefined);
  const sum = known.reduce(addTotals, { ...NONE, types: {} });
  const whole = new Set(parts.map((part) => part.part?.index)).size === count && known.length === count;
  const missing = count - parts.length;
  const problem =
    parts.find((part) => part.problem !== undefined)?.problem ??
    (missing > 0 ? `Of its ${count} parts ${missing === 1 ? "one is" : `${missing} are`} missing.` : undefined);
  const { weights: ___, tied: ____, ...plain } = shape ?? { architecture: "" };
  const learned = said.quantization === undefined && whole ? ggufQuantizationOf(undefined, sum.types) : undefined;
  const quantization = said.quantization ?? learned?.name;
  return {
    ...said,
    characteristics: [
      ...characteristics,
      ...(learned ? [quantizationFact(learned)] : []),
      ...(whole ? tensorFacts(sum, shape?.experts) : []),
    ],
    ...(quantization !== undefined && { quantization }),
    ...(shape && { shape: { ...plain, ...(whole && sum.weights && { weights: sum.weights, ...tied(sum) }) } }),
    ...(problem !== undefined && { problem }),
  };
}

const NONE = {
  parameters: 0,
  expertParameters: 0,
  head: false,
  weights: { total: 0, layers: [], experts: [], input: 0, output: 0 },
};
