import type { Characteristic } from "../../protocol/models.ts";
import type { ModelShape } from "../shape.ts";
import type { TensorTotals } from "../tensor-totals.ts";

/** What only the tensor table tells; of a split model, the tables of all its parts together. */
export function tensorFacts(totals: TensorTotals, experts: ModelShape["experts"]): readonly Characteristic[] {
  const { parameters, expertParameters, weights } = totals;
  if (parameters === 0) return [];
  const fact = (name: string, value: number): Characteristic => ({ name, value, source: "gguf", confidence: 1 });
  const facts = [fact("parameters", parameters)];
  if (experts && expertParameters > 0 && experts.used <= experts.count)
    facts.push(
      fact("activeParameters", Math.round(parameters - expertParameters * (1 - experts.used / experts.count))),
    );
  if (weights) {
    facts.push(fact("weightBytes", weights.total));
    facts.push(fact("bitsPerWeight", Math.round((800 * weights.total) / parameters) / 100));
  }
  return facts;
}

export const tensorFactNames: ReadonlySet<string> = new Set([
  "parameters",
  "activeParameters",
  "weightBytes",
  "bitsPerWeight",
]);
