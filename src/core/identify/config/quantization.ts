import { type Json, asObject, countIn, objectIn, textIn } from "./json.ts";

/** What packs the weights, where the configuration says so. */
export interface ConfigQuantization {
  /** As people write it: `AWQ`, `GPTQ-Int4`, `FP8`, `4bit`. */
  readonly name: string;
  /** Of one weight. */
  readonly bits?: number;
  /** Weights that share a scale. */
  readonly group?: number;
  readonly mlx: boolean;
}

/** @param separate of older tools, which put it into a file of its own */
export function configQuantization(
  whole: Json,
  language: Json,
  separate: Json | undefined,
): ConfigQuantization | undefined {
  const mlx = objectIn(whole, "quantization");
  if (mlx && countIn(mlx, "bits") !== undefined) return ofMlx(mlx);
  const told = objectIn(whole, "quantization_config") ?? objectIn(language, "quantization_config") ?? separate;
  if (told === undefined) return undefined;
  const bits = countIn(told, "bits", "w_bit", "nbits");
  const group = countIn(told, "group_size", "q_group_size");
  const name = nameOf(told, bits, told === separate);
  return name === undefined
    ? undefined
    : { name, mlx: false, ...(bits !== undefined && { bits }), ...(group !== undefined && { group }), ...packed(told) };
}

function ofMlx(mlx: Json): ConfigQuantization {
  const bits = countIn(mlx, "bits") ?? 4;
  const group = countIn(mlx, "group_size");
  const mode = textIn(mlx, "mode");
  const name = mode === undefined || mode === "affine" ? `${bits}bit` : mode.toUpperCase();
  return { name, bits, mlx: true, ...(group !== undefined && { group }) };
}

function nameOf(told: Json, bits: number | undefined, separate: boolean): string | undefined {
  const method = (textIn(told, "quant_method") ?? (separate && bits !== undefined ? "gptq" : "")).toLowerCase();
  switch (method) {
    case "gptq":
      return `GPTQ-Int${bits ?? 4}`;
    case "awq":
      return bits === undefined || bits === 4 ? "AWQ" : `AWQ-Int${bits}`;
    case "bitsandbytes":
      if (told["load_in_8bit"] === true || told["_load_in_8bit"] === true) return "INT8";
      return (textIn(told, "bnb_4bit_quant_type") ?? "nf4").toUpperCase();
    case "fp8":
    case "fbgemm_fp8":
      return "FP8";
    case "compressed-tensors":
      return ofCompressed(told);
    case "modelopt":
      return (textIn(told, "quant_algo") ?? "FP8").toUpperCase();
    case "":
      return undefined;
    default:
      return bits === undefined ? method.toUpperCase() : `${method.toUpperCase()}-Int${bits}`;
  }
}

/** The first group's weights and activations stand for all. */
function groupOf(told: Json): { readonly weights: Json; readonly activations: Json | undefined } {
  const first = asObject(Object.values(objectIn(told, "config_groups") ?? {})[0]);
  return { weights: objectIn(first, "weights") ?? {}, activations: objectIn(first, "input_activations") };
}

function ofCompressed(told: Json): string {
  const format = textIn(told, "format") ?? "";
  const { weights, activations } = groupOf(told);
  const bits = countIn(weights, "num_bits") ?? 8;
  if (format.startsWith("nvfp4")) return "NVFP4";
  if (format.startsWith("mxfp4")) return "MXFP4";
  if (format === "float-quantized" || textIn(weights, "type") === "float") return `FP${bits}`;
  return `W${bits}A${activations ? (countIn(activations, "num_bits") ?? 16) : 16}`;
}

function packed(told: Json): { readonly bits?: number } {
  const bits = countIn(groupOf(told).weights, "num_bits");
  return bits === undefined ? {} : { bits };
}

const TYPES: Readonly<Record<string, string>> = { bfloat16: "BF16", float16: "F16", float32: "F32" };

/** What the weights are where nothing packs them. */
export const typeName = (whole: Json, language: Json): string | undefined =>
  TYPES[
    (
      textIn(whole, "torch_dtype") ??
      textIn(whole, "dtype") ??
      textIn(language, "torch_dtype") ??
      textIn(language, "dtype") ??
      ""
    ).replace(/^torch\./, "")
  ];
