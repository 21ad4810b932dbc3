import type { Characteristic } from "../../protocol/models.ts";

/**
 * `general.file_type`: enum llama_ftype of llama.h, as people write it. Those of 1000 and above are guesses of
 * llama.cpp's (LLAMA_FTYPE_GUESSED) and in no file; the dynamic ones (`UD-Q4_K_XL`) have no number, only names.
 */
const FILE_TYPES: Readonly<Record<number, string>> = {
  0: "F32",
  1: "F16",
  2: "Q4_0",
  3: "Q4_1",
  7: "Q8_0",
  8: "Q5_0",
  9: "Q5_1",
  10: "Q2_K",
  11: "Q3_K_S",
  12: "Q3_K_M",
  13: "Q3_K_L",
  14: "Q4_K_S",
  15: "Q4_K_M",
  16: "Q5_K_S",
  17: "Q5_K_M",
  18: "Q6_K",
  19: "IQ2_XXS",
  20: "IQ2_XS",
  21: "Q2_K_S",
  22: "IQ3_XS",
  23: "IQ3_XXS",
  24: "IQ1_S",
  25: "IQ4_NL",
  26: "IQ3_S",
  27: "IQ3_M",
  28: "IQ2_S",
  29: "IQ2_M",
  30: "IQ4_XS",
  31: "IQ1_M",
  32: "BF16",
  33: "Q4_0_4_4",
  34: "Q4_0_4_8",
  35: "Q4_0_8_8",
  36: "TQ1_0",
  37: "TQ2_0",
  38: "MXFP4_MOE",
  39: "NVFP4",
  40: "Q1_0",
  41: "Q2_0",
};

export interface GgufQuantization {
  readonly name: string;
  readonly confidence: number;
}

/**
 * What the file says it is, unless its tensors say otherwise: a converter may leave the number of what it converted from.
 * @param types parameters by type of tensor; empty where none were read
 */
export function ggufQuantizationOf(
  fileType: number | undefined,
  types: Readonly<Record<string, number>>,
): GgufQuantization | undefined {
  const said = fileType === undefined ? undefined : FILE_TYPES[fileType];
  const most = Object.entries(types).toSorted(([, one], [, other]) => other - one)[0]?.[0];
  if (said === undefined) return most === undefined ? undefined : { name: most, confidence: 0.7 };
  if (most === undefined) return { name: said, confidence: 0.9 };
  return contradict(said, most) ? { name: most, confidence: 0.8 } : { name: said, confidence: 1 };
}

export const quantizationFact = ({ name, confidence }: GgufQuantization): Characteristic => ({
  name: "quantization",
  value: name,
  source: "gguf",
  confidence,
});

/** A mix has tensors of one or two bits more where rows do not divide by 256, never floats for the most part. */
function contradict(said: string, most: string): boolean {
  const [one, other] = [bits(said), bits(most)];
  return one >= 16 || other >= 16 ? said !== most : Math.abs(one - other) >= 4;
}

/** As the name has it: 4 of `IQ4_XS`, 16 of `BF16`. */
const bits = (name: string): number => Number(/\d+/.exec(name)?.[0] ?? 0);
