import type { TensorSummary } from "./summary.ts";

/** What a file of picture and video programs is, and what it descends from. */
export interface Lineage {
  /** In the words of the stores: `checkpoint`, `diffusion model`, `vae`, `text encoder`, `controlnet`, `upscaler`, … */
  readonly modelType?: string;
  /** As people name it: `SDXL`, `Flux.1`. */
  readonly baseModel?: string;
}

/** First that fits; every pattern has to be there. Names of tensors as the projects' own code has them. */
const TYPES: readonly (readonly [string, readonly RegExp[]])[] = [
  [
    "checkpoint",
    [/^model\.diffusion_model\./, /^(?:first_stage_model|vae|cond_stage_model|conditioner|text_encoders)\./],
  ],
  ["textual inversion", [/^(?:emb_params|clip_[lg]|string_to_param)\b/]],
  ["ip adapter", [/^(?:ip_adapter|image_proj)\./]],
  ["controlnet", [/^(?:control_model\.|controlnet_|input_hint_block|control_|zero_convs\.|hint_block)/]],
  ["diffusion model", [/^(?:model\.)?diffusion_model\./]],
  ["diffusion model", [/^(?:double_blocks|joint_blocks|double_stream_blocks|double_layers)\./]],
  ["diffusion model", [/^(?:transformer_blocks|single_transformer_blocks)\.\d/]],
  ["diffusion model", [/^(?:cap_embedder|noise_refiner)\./]],
  ["diffusion model", [/^blocks\.\d+\.cross_attn\./, /^patch_embedding\./]],
  [
    "diffusion model",
    [/^(?:down_blocks|input_blocks)\./, /^(?:up_blocks|output_blocks)\./, /^(?:time_embed|time_embedding)\./],
  ],
  [
    "vae",
    [
      /^(?:first_stage_model\.|vae\.)?decoder\./,
      /^(?:first_stage_model\.|vae\.)?encoder\.(?:down|conv_in|conv1|downsamples|middle)/,
    ],
  ],
  ["text encoder", [/^(?:text_model|encoder\.block)\./]],
  [
    "upscaler",
    [/^(?:conv_first|model\.0)\.weight$/, /^(?:body\.\d|model\.1\.sub|RRDB_trunk|layers\.0\.residual_group)/],
  ],
];

const BASES: readonly (readonly [string, readonly RegExp[]])[] = [
  ["Chroma", [/distilled_guidance_layer[._]/]],
  ["Flux.2", [/double_stream_modulation_img/]],
  ["Hunyuan Video", [/double_blocks[._]/, /txt_in[._]individual_token_refiner/]],
  ["Flux.1", [/(?:^|[._])double_blocks[._]\d/]],
  ["Flux.1", [/(?:^|[._])single_transformer_blocks[._]\d/]],
  ["SD 3", [/(?:^|[._])joint_blocks[._]\d/]],
  ["HiDream", [/double_stream_blocks\./]],
  ["AuraFlow", [/double_layers\./, /single_layers\./]],
  ["Qwen-Image", [/transformer_blocks[._]\d+[._](?:img_mod|attn[._]add_q_proj)/]],
  ["Wan", [/(?:^|[._])blocks[._]\d+[._]cross_attn[._]/]],
  ["Z-Image", [/cap_embedder\./, /noise_refiner\./, /x_embedder\./, /adaLN_modulation/]],
  ["LTX Video", [/patchify_proj\./]],
  ["SDXL", [/^conditioner\.embedders\.1\./]],
  ["SDXL", [/(?:^|[._])(?:add_embedding|label_emb)[._]/]],
  ["SDXL", [/^lora_te2_/]],
];

/** Width of what pictures attend to → the family whose text encoder is as wide. */
const WIDTHS: Readonly<Record<number, string>> = { 768: "SD 1.5", 1024: "SD 2", 2048: "SDXL" };
const ATTENDS = /attn2[._]to_k[._](?:weight|lora_down\.weight|lora_A\.(?:\w+\.)?weight)$/;

/** More tensors than this tell no more. */
const LOOKED_AT = 20_000;

const PATTERNS = [...TYPES, ...BASES].flatMap(([, patterns]) => patterns).concat(ATTENDS);

/** Names come again in every file of an architecture: what each fits is asked once for about as many as a few have. */
const REMEMBERED = 2 ** 14;
const known = new Map<string, readonly RegExp[]>();

function fittedBy(name: string): readonly RegExp[] {
  const found = known.get(name);
  if (found) return found;
  const patterns = PATTERNS.filter((pattern) => pattern.test(name));
  if (known.size >= REMEMBERED) known.clear();
  known.set(name, patterns);
  return patterns;
}

/** Of tables that are kept. */
const lineages = new WeakMap<TensorSummary, Lineage>();

export function lineageOf(summary: TensorSummary): Lineage {
  const told = lineages.get(summary) ?? readLineage(summary);
  lineages.set(summary, told);
  return told;
}

function readLineage(summary: TensorSummary): Lineage {
  const fitted = new Set<RegExp>();
  let attends = -1;
  for (const [index, name] of summary.names(LOOKED_AT).entries())
    for (const pattern of fittedBy(name)) {
      fitted.add(pattern);
      if (pattern === ATTENDS && attends < 0) attends = index;
    }
  const fits = (patterns: readonly RegExp[]): boolean => patterns.every((pattern) => fitted.has(pattern));
  const modelType = TYPES.find(([, patterns]) => fits(patterns))?.[0];
  const baseModel = BASES.find(([, patterns]) => fits(patterns))?.[0] ?? WIDTHS[summary.widthOf(attends)];
  return {
    ...(modelType !== undefined && { modelType }),
    ...(baseModel !== undefined && { baseModel }),
  };
}
