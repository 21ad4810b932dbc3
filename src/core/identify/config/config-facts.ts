import type { Characteristic } from "../../protocol/models.ts";
import { settled } from "../effective.ts";
import { kvBytesPerToken } from "../gguf/kv-bytes.ts";
import type { ModelParts, ModelText } from "../head.ts";
import type { ModelShape } from "../shape.ts";
import { templateFacts } from "../template-facts.ts";
import { chatTemplates } from "./chat-templates.ts";
import { type Json, has, objectIn, readObject, textIn } from "./json.ts";
import { mistralConfig } from "./mistral.ts";
import { partsOf } from "./parts.ts";
import { type Answer, poolingOf, purposeOf, sensesOf } from "./purpose.ts";
import { type ConfigQuantization, configQuantization, typeName } from "./quantization.ts";
import { configShape, contextOf } from "./shape.ts";

export interface ConfigFacts {
  readonly characteristics: readonly Characteristic[];
  readonly shape?: ModelShape;
  readonly quantization?: ConfigQuantization;
  /** Only where the texts tell more than the weights' own format. */
  readonly format?: "mlx";
  /** Sentences for people: which of the texts is broken. */
  readonly problems: readonly string[];
}

/** What the small texts beside weights tell. Whatever stands in them, it answers. */
export function configFacts(texts: ModelParts["texts"], beside: readonly string[]): ConfigFacts {
  const problems: string[] = [];
  const objectOf = (name: ModelText): Json | undefined => {
    const text = texts[name];
    const json = text === undefined ? undefined : readObject(text);
    if (text !== undefined && json === undefined) problems.push(`“${name}” is broken.`);
    return json;
  };
  const config = objectOf("config.json") ?? mistralConfig(objectOf("params.json"));
  const templates = chatTemplates(texts, objectOf);
  const told = config && modelFacts(config, texts, beside, objectOf);
  const characteristics = settled([
    ...(told?.characteristics ?? []),
    ...pipelineFacts(objectOf("model_index.json"), config),
    ...adapterFacts(objectOf("adapter_config.json")),
    ...templates.flatMap(templateFacts),
  ]);
  return { ...told, characteristics, problems };
}

function modelFacts(
  config: Json,
  texts: ModelParts["texts"],
  beside: readonly string[],
  objectOf: (name: ModelText) => Json | undefined,
): Omit<ConfigFacts, "problems"> {
  const parts = partsOf(config);
  const { language } = parts;
  const architecture = textIn(config, "model_type") ?? textIn(language, "model_type");
  const quantization = configQuantization(config, language, objectOf("quantize_config.json"));
  const type = quantization?.name ?? typeName(config, language);
  const isModel = architecture !== undefined || has(config, "architectures");
  const shape = isModel ? configShape(language, architecture ?? "") : undefined;
  const given = { parts, texts, beside, preprocessor: objectOf("preprocessor_config.json") };
  const answers: readonly Answer[] = isModel ? [...sensesOf(given), ...purposeOf(given)] : [];
  const pooling = poolingOf(objectOf("1_Pooling/config.json"));
  return {
    characteristics: [
      ...(architecture === undefined ? [] : [fact("architecture", architecture)]),
      ...shapeFacts(shape, isModel ? contextOf(language) : undefined),
      ...(type === undefined ? [] : [fact("quantization", type, quantization ? 0.95 : 0.6)]),
      ...answers.map(([name, value, confidence]) => fact(name, value, confidence)),
      ...(pooling === undefined ? [] : [fact("pooling", pooling)]),
      ...(quantization?.mlx ? [fact("mlx", true)] : []),
    ],
    ...(shape && { shape }),
    ...(quantization && { quantization }),
    ...(quantization?.mlx && { format: "mlx" as const }),
  };
}

function shapeFacts(shape: ModelShape | undefined, context: number | undefined): readonly Characteristic[] {
  const kvHeads = typeof shape?.kvHeads === "object" ? Math.max(...shape.kvHeads) : shape?.kvHeads;
  const values: readonly (readonly [string, number | undefined])[] = [
    ["context", context],
    ["layers", shape?.layers],
    ["heads", shape?.heads],
    ["kvHeads", kvHeads],
    ["embedding", shape?.embedding],
    ["vocabulary", shape?.vocabulary],
    ["experts", shape?.experts?.count],
    ["kvBytesPerToken", shape && kvBytesPerToken(shape)],
  ];
  return values.flatMap(([name, value]) => (value === undefined ? [] : [fact(name, value)]));
}

/** Of diffusers: a pipeline of parts, or one of its parts. */
function pipelineFacts(index: Json | undefined, config: Json | undefined): readonly Characteristic[] {
  const pipeline = textIn(index, "_class_name");
  if (pipeline !== undefined)
    return [
      fact("architecture", pipeline),
      fact("modelType", "pipeline"),
      fact("diffusion", true),
      fact("text", false, 0.9),
    ];
  const part = textIn(config, "_class_name");
  const type = part === undefined ? undefined : PARTS.find(([pattern]) => pattern.test(part))?.[1];
  if (part === undefined || type === undefined) return [];
  return [
    fact("architecture", part),
    fact("modelType", type),
    fact("text", false, 0.9),
    ...(type === "diffusion model" ? [fact("diffusion", true)] : []),
  ];
}

const PARTS: readonly (readonly [RegExp, string])[] = [
  [/ControlNet|T2IAdapter/, "controlnet"],
  [/Autoencoder|VQModel/, "vae"],
  [/UNet|Transformer\w*Model$|Transformer2D|DiT/, "diffusion model"],
];

function adapterFacts(adapter: Json | undefined): readonly Characteristic[] {
  if (adapter === undefined) return [];
  const base = textIn(adapter, "base_model_name_or_path") ?? textIn(objectIn(adapter, "lora_parameters"), "base_model");
  return [
    fact("lora", true, has(adapter, "peft_type", "r", "lora_parameters") ? 0.95 : 0.6),
    fact("modelType", "lora", 0.9),
    ...(base === undefined ? [] : [fact("baseModel", base)]),
  ];
}

const fact = (name: string, value: Characteristic["value"], confidence = 0.95): Characteristic => ({
  name,
  value,
  source: "config",
  confidence,
});
