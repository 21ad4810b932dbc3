/**
 * Quantizations as people write them into file names. Longest first where one begins with another.
 * GGUF: ggml's types and mixes, Unsloth's dynamic ones (`UD-Q4_K_XL`), ik_llama's (`IQ4_KSS`). Others: what repositories
 * of safetensors are named by.
 */
const GGUF =
  /(?:^|[-_./])((?:UD-)?(?:IQ\d_(?:XXS|XS|NL_XL|NL|KSS|KS|KT|KL|S|M|L|K)|Q\d_K(?:_(?:XXL|XXS|XL|XS|S|M|L|P|H))?|Q\d_[01](?:_\d_\d)?|TQ[12]_0|MXFP4(?:_MOE)?|NVFP4|BF16|F16|FP16|F32|FP32|F64|FP8|Q8))(?=$|[-_./])/gi;

const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|[-_./])nvfp4(?=$|[-_./])/i, "NVFP4"],
  [/(?:^|[-_./])mxfp4(?=$|[-_./])/i, "MXFP4"],
  [/(?:^|[-_./])awq(?=$|[-_./])/i, "AWQ"],
  [/(?:^|[-_./])gptq(?:-int)?-?(\d)(?:-?bit)?(?=$|[-_./])/i, "GPTQ-Int$1"],
  [/(?:^|[-_./])gptq(?=$|[-_./])/i, "GPTQ"],
  [/(?:^|[-_./])exl([23])(?=$|[-_./])/i, "EXL$1"],
  [/(?:^|[-_./])(?:bnb-)?([2-8])-?bit(?=$|[-_./])/i, "$1bit"],
  [/(?:^|[-_./])(?:w(\d+)a(\d+))(?=$|[-_./])/i, "W$1A$2"],
  [/(?:^|[-_./])int([48])(?=$|[-_./])/i, "Int$1"],
  [/(?:^|[-_./])fp8(?:_(?:e4m3fn|e5m2|scaled))*(?=$|[-_./])/i, "FP8"],
  [/(?:^|[-_./])bf16(?=$|[-_./])/i, "BF16"],
  [/(?:^|[-_./])(?:fp16|f16)(?=$|[-_./])/i, "F16"],
  [/(?:^|[-_./])(?:fp32|f32)(?=$|[-_./])/i, "F32"],
];

/** Of a GGUF file: the last one its name holds, else the last of its folders; upper case, `FP16` as `F16`. */
export function ggufQuantization(path: string): string | undefined {
  const cut = path.lastIndexOf("/") + 1;
  const found = lastMatch(path.slice(cut)) ?? lastMatch(path.slice(0, Math.max(0, cut - 1)));
  return found?.toUpperCase().replace(/^FP(16|32)$/, "F$1");
}

/** Of other weights: from a file's or a repository's name. */
export function namedQuantization(name: string): string | undefined {
  for (const [pattern, word] of OTHERS) {
    const match = pattern.exec(name);
    if (match) return word.replaceAll(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? "");
  }
  return undefined;
}

function lastMatch(text: string): string | undefined {
  const name = text.replace(/\.gguf$/i, "");
  let last: string | undefined;
  GGUF.lastIndex = 0;
  for (let match = GGUF.exec(name); match; match = GGUF.exec(name)) last = match[1];
  return last;
}
