import type { Characteristic } from "../../protocol/models.ts";
import type { FileHead } from "../head.ts";
import type { ModelShape } from "../shape.ts";
import { templateFacts } from "../template-facts.ts";
import { abilities, poolingOf } from "./abilities.ts";
import { ggufQuantizationOf, quantizationFact } from "./file-type.ts";
import { ggufKind } from "./kind.ts";
import { kvBytesPerToken } from "./kv-bytes.ts";
import type { GgufHeader } from "./read-gguf.ts";
import { ggufShape } from "./shape.ts";
import { tensorFacts } from "./tensor-facts.ts";
import { type GgufValues, lookInto } from "./values.ts";

/** What a GGUF header says, in the words that all formats share. Of a part of a split model, that part's share. */
export function ggufHead(header: GgufHeader): FileHead {
  const values = lookInto(header);
  const kind = ggufKind(header, values);
  const { tensors } = header;
  const shape = kind === "model" || kind === "draft" ? ggufShape(header, values) : undefined;
  const quantization = ggufQuantizationOf(values.count("general.file_type"), tensors?.types ?? {});
  const title = titleOf(values);
  const count = values.count("split.count") ?? 1;
  const part = count > 1 ? { index: (values.count("split.no") ?? 0) + 1, count } : undefined;
  const problem = problemOf(header);
  const template = templates(values, header);
  return {
    format: "gguf",
    kind,
    characteristics: [
      ...named(values),
      ...(quantization ? [quantizationFact(quantization)] : []),
      ...(shape ? shapeFacts(shape) : []),
      ...(tensors ? tensorFacts(tensors, shape?.experts) : []),
      ...abilities(kind, header, values),
      ...(template === "" ? [] : templateFacts(template)),
    ],
    ...(quantization && { quantization: quantization.name }),
    ...(part && { part }),
    ...(title !== undefined && { title }),
    ...(shape && { shape }),
    ...(part && tensors && { tensors: plainTotals(tensors) }),
    ...(problem !== undefined && { problem }),
  };
}

const fact = (name: string, value: string | number | boolean): Characteristic => ({
  name,
  value,
  source: "gguf",
  confidence: 1,
});

function named(values: GgufValues): readonly Characteristic[] {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["architecture", values.architecture],
    ["licence", values.text("general.license")],
    ["language", values.texts("general.languages").join(", ") || undefined],
    ["baseModel", baseModelOf(values)],
    ["pooling", poolingOf(values)],
    ["modelType", values.text("general.type")],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [fact(name, value)]));
}

function shapeFacts(shape: ModelShape): readonly Characteristic[] {
  const { kvHeads, experts } = shape;
  const facts: readonly (readonly [string, number | undefined])[] = [
    ["context", shape.context],
    ["layers", shape.layers],
    ["heads", shape.heads],
    ["kvHeads", typeof kvHeads === "object" ? Math.max(...kvHeads) : kvHeads],
    ["embedding", shape.embedding],
    ["vocabulary", shape.vocabulary],
    ["kvBytesPerToken", kvBytesPerToken(shape)],
    ["experts", experts?.count],
    ["expertsUsed", experts?.used],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [fact(name, value)]));
}

function titleOf(values: GgufValues): string | undefined {
  const parts = ["general.basename", "general.finetune", "general.size_label"].map((key) => values.text(key));
  const made = values.text("general.basename") && parts.filter((part) => part !== undefined).join(" ");
  return values.text("general.name") ?? made;
}

/** `owner/repo` where the header names one, else a name. */
function baseModelOf(values: GgufValues): string | undefined {
  const path = values.text("general.base_model.0.repo_url")?.replace(/\/+$/, "").split("/").slice(-2).join("/");
  if (path !== undefined) return path;
  const name = values.text("general.base_model.0.name");
  const organization = values.text("general.base_model.0.organization");
  return name !== undefined && organization !== undefined ? `${organization}/${name}` : name;
}

/** The template and those of other names, as `tool_use`. */
const templates = (values: GgufValues, header: GgufHeader): string =>
  Array.from(header.values.keys())
    .filter((key) => key === "tokenizer.chat_template" || key.startsWith("tokenizer.chat_template."))
    .map((key) => values.text(key) ?? "")
    .join("\n");

function problemOf({ tensors, truncated }: GgufHeader): string | undefined {
  const unknown = tensors?.unknownTypes ?? [];
  if (unknown.length > 0)
    return `It has tensors of types that are unknown (${unknown.join(", ")}): its size is not known.`;
  return truncated ? "Its header was read in part." : undefined;
}

const plainTotals = ({
  parameters,
  expertParameters,
  types,
  head,
  weights,
}: NonNullable<GgufHeader["tensors"]>): NonNullable<FileHead["tensors"]> => ({
  parameters,
  expertParameters,
  types,
  head,
  ...(weights && { weights }),
});
