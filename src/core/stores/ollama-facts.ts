import * as v from "valibot";
import type { Characteristic } from "../protocol/models.ts";
import { parseJson } from "./parse-json.ts";

const config = v.object({
  model_family: v.fallback(v.optional(v.string()), undefined),
  model_type: v.fallback(v.optional(v.string()), undefined),
  file_type: v.fallback(v.optional(v.string()), undefined),
  model_format: v.fallback(v.optional(v.string()), undefined),
  context_length: v.fallback(v.optional(v.number()), undefined),
  capabilities: v.fallback(v.optional(v.array(v.string())), undefined),
});

export interface OllamaConfig {
  readonly format?: string;
  readonly quantization?: string;
  readonly characteristics: readonly Characteristic[];
}

/** Ollama's words of what a model can do → ours; one that is not here is no word of ours. */
const CAPABILITIES: Readonly<Record<string, string>> = {
  completion: "text",
  tools: "tools",
  vision: "vision",
  audio: "audio",
  embedding: "embeddings",
  thinking: "thinking",
};

/** What a model's configuration says of it; nothing where it is none. */
export function readOllamaConfig(text: string): OllamaConfig {
  const parsed = v.safeParse(config, parseJson(text));
  if (!parsed.success) return { characteristics: [] };
  const told = parsed.output;
  const parameters = parseCount(told.model_type ?? "");
  const quantization = told.file_type === "" || told.file_type === "unknown" ? undefined : told.file_type;
  const format = told.model_format;
  const facts: readonly (readonly [string, Characteristic["value"] | undefined])[] = [
    ["architecture", told.model_family === "" ? undefined : told.model_family],
    ["parameters", parameters],
    ["quantization", quantization],
    ["context", told.context_length !== undefined && told.context_length > 0 ? told.context_length : undefined],
    ...(told.capabilities ?? []).map((word) => [CAPABILITIES[word] ?? "", true] as const),
  ];
  return {
    ...(format !== undefined && format !== "" && { format }),
    ...(quantization !== undefined && { quantization }),
    characteristics: facts.flatMap(([name, value]) =>
      name === "" || value === undefined ? [] : [{ name, value, source: "store" as const, confidence: 0.9 }],
    ),
  };
}

/**
 * What the variables say that a template of Ollama (Go's) asks for: whoever asks for the tools can be given some. What it
 * does not ask for is left open: a newer Ollama may render by itself.
 */
export function readOllamaTemplate(template: string): readonly Characteristic[] {
  const asksFor = (variable: string): boolean => new RegExp(`\\{\\{[^}]*\\.${variable}\\b`).test(template);
  const found = [
    ...(asksFor("Tools") || asksFor("ToolCalls") ? ["tools"] : []),
    ...(asksFor("Thinking") || asksFor("Think") || asksFor("IsThinkSet") ? ["thinking"] : []),
  ];
  return found.map((name) => ({ name, value: true, source: "template", confidence: 0.9 }));
}

/** A licence by its short name where it is a known one, else its first line. */
export function licenceOf(text: string): string | undefined {
  const first = text
    .split("\n")
    .map((line) => line.trim())
    .find((line) => line !== "");
  const start = text.slice(0, 400).replaceAll(/\s+/g, " ");
  if (/^\s*apache license,? version 2\.0/i.test(start)) return "apache-2.0";
  if (/^\s*(the )?mit license/i.test(start)) return "mit";
  const llama = /llama (\d+(?:\.\d+)?) community license/i.exec(start)?.[1];
  if (llama !== undefined) return `llama${llama}`;
  if (/gemma terms of use/i.test(start)) return "gemma";
  return first?.slice(0, 80);
}

const FACTORS: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, B: 1e9, T: 1e12 };

/** `8.0B`, `137M`. */
function parseCount(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([KMBT])$/i.exec(text.trim());
  const factor = FACTORS[match?.[2]?.toUpperCase() ?? ""];
  return match && factor !== undefined ? Math.round(Number(match[1]) * factor) : undefined;
}
