import type { Characteristic } from "../protocol/models.ts";
import { readFileName } from "./file-name.ts";

/** `8x7B`, `30B-A3B`, `0.5B`, `135M`: parameters, and of those active. */
const SIZE =
  /(?:^|[-_./ ])(?:(\d{1,3})x)?(\d{1,4}(?:\.\d{1,3})?)([BMT])(?:[-_]A(\d{1,4}(?:\.\d{1,3})?)([BM]))?(?=$|[-_./ @])/gi;
const SCALE: Readonly<Record<string, number>> = { M: 1e6, B: 1e9, T: 1e12 };

const word = (text: string): RegExp => new RegExp(`(?:^|[-_./ ])${text}(?=$|[-_./ @\\d])`, "i");
const LORA = word("lora");
const RERANKER = word("re-?rank(?:er|ing)?");
const EMBEDDINGS = word("embed(?:ding)?s?");

/**
 * What only names tell, for want of better. What a model can do no name tells: families have members that cannot, and of
 * their purpose only what it would be useless without.
 * @param path below its store
 */
export function nameFacts(path: string): readonly Characteristic[] {
  const { quantization, format } = readFileName(path);
  return [
    ...sizeFacts(path),
    ...(quantization === undefined ? [] : [fact("quantization", quantization, 0.7)]),
    ...(format === "pytorch" ? [fact("unsafe", true, 0.8)] : []),
    ...(LORA.test(path) ? [fact("lora", true, 0.4)] : []),
    ...(RERANKER.test(path) ? [fact("reranker", true, 0.4)] : []),
    ...(EMBEDDINGS.test(path) ? [fact("embeddings", true, 0.4)] : []),
  ];
}

function lastSize(path: string): RegExpExecArray | null {
  let last: RegExpExecArray | null = null;
  SIZE.lastIndex = 0;
  for (let match = SIZE.exec(path); match; match = SIZE.exec(path)) last = match;
  return last;
}

/** The size the file's own name has, else the nearest of its folders. */
function sizeFacts(path: string): readonly Characteristic[] {
  const match = lastSize(path);
  if (!match) return [];
  const [, times, size = "", scale = "", active, activeScale = ""] = match;
  const count = (digits: string, unit: string): number => Math.round(Number(digits) * (SCALE[unit.toUpperCase()] ?? 0));
  const experts = times === undefined ? undefined : Number(times);
  return [
    fact("parameters", count(size, scale) * (experts ?? 1), experts === undefined ? 0.4 : 0.2),
    ...(experts === undefined ? [] : [fact("experts", experts, 0.4)]),
    ...(active === undefined ? [] : [fact("activeParameters", count(active, activeScale), 0.4)]),
  ];
}

const fact = (name: string, value: Characteristic["value"], confidence: number): Characteristic => ({
  name,
  value,
  source: "name",
  confidence,
});
