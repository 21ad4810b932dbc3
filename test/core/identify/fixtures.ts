import type { FileHead, ModelParts } from "../../../src/core/identify/head.ts";
import type { Characteristic } from "../../../src/core/protocol/models.ts";
import { type Tensors, headOf, llama } from "./safetensors/build.ts";

export interface Fixture {
  readonly is: string;
  readonly path?: string;
  readonly heads?: readonly FileHead[];
  readonly projector?: FileHead;
  readonly config?: object;
  readonly texts?: ModelParts["texts"];
  readonly beside?: readonly string[];
  readonly hub?: readonly Characteristic[];
  /** Capabilities, and `lora`, `unsafe`, `mlx`. */
  readonly badges: string;
  readonly quantization?: string;
  readonly format?: string;
}

export const fact = (
  name: string,
  value: Characteristic["value"],
  source: Characteristic["source"],
  confidence = 0.9,
): Characteristic => ({ name, value, source, confidence });

export const gguf = (
  given: Partial<FileHead> & { readonly say?: Readonly<Record<string, Characteristic["value"]>> },
): FileHead => {
  const { say = { text: true }, characteristics = [], ...rest } = given;
  return {
    format: "gguf",
    kind: "model",
    ...rest,
    characteristics: [...Object.entries(say).map(([name, value]) => fact(name, value, "gguf")), ...characteristics],
  };
};

const PLAIN = "{% for m in messages %}{{ m.content }}{% endfor %}";
const TOOLS = "{% if tools %}{{ tools | tojson }}{% endif %}";
const BOTH = `${TOOLS}{% if enable_thinking %}<think>{% endif %}`;
const template = (text: unknown): ModelParts["texts"] => ({
  "tokenizer_config.json": JSON.stringify({ chat_template: text }),
});

const causal = (model_type: string, more: object = {}): object => ({
  model_type,
  architectures: [`${model_type}ForCausalLM`],
  torch_dtype: "bfloat16",
  ...more,
});
const seeing = (more: object = {}): object => ({
  model_type: "some_vl",
  architectures: ["SomeForConditionalGeneration"],
  text_config: { model_type: "some", torch_dtype: "bfloat16" },
  vision_config: { depth: 2 },
  ...more,
});
const tower: Tensors = { "visual.blocks.0.attn.qkv.weight": ["BF16", 8, 8] };
const projector = (vision: boolean, audio: boolean): FileHead => gguf({ kind: "projector", say: { vision, audio } });
const quantized = (quantization_config: object): object => causal("llama", { quantization_config });
const templated = (text: string): readonly Characteristic[] => [
  fact("tools", /tools/.test(text), "template"),
  fact("thinking", /think/.test(text), "template"),
];

export const fixtures: readonly Fixture[] = [
  // What can be told of text models
  { is: "a chat model without a template", config: causal("llama"), badges: "text", quantization: "BF16" },
  {
    is: "a family known for tools, without tools in its template",
    path: "Qwen/Qwen2.5-7B-Instruct",
    config: causal("qwen2"),
    texts: template(PLAIN),
    badges: "text",
  },
  { is: "a template with tools", config: causal("llama"), texts: template(TOOLS), badges: "text tools" },
  {
    is: "thinking only through the template",
    path: "x/Plain-7B",
    config: causal("llama"),
    texts: template("{% if enable_thinking %}x{% endif %}"),
    badges: "text thinking",
  },
  { is: "a template with both", config: causal("qwen3"), texts: template(BOTH), badges: "text tools thinking" },
  {
    is: "a name of thinking without a template for it",
    path: "x/Deep-Thinking-R1-7B",
    config: causal("llama"),
    texts: template(PLAIN),
    badges: "text",
  },
  {
    is: "named templates, one with tools",
    config: causal("cohere"),
    texts: template([
      { name: "default", template: PLAIN },
      { name: "tool_use", template: TOOLS },
    ]),
    badges: "text tools",
  },
  {
    is: "a template in a file of its own",
    config: causal("llama"),
    texts: { "chat_template.jinja": BOTH },
    badges: "text tools thinking",
  },
  {
    is: "a template of its own before that of the tokenizer",
    config: causal("llama"),
    texts: { "chat_template.jinja": PLAIN, ...template(BOTH) },
    badges: "text",
  },
  {
    is: "a template in JSON",
    config: seeing(),
    texts: { "chat_template.json": JSON.stringify({ chat_template: TOOLS }) },
    badges: "text vision tools",
  },
  { is: "a template that is no text", config: causal("llama"), texts: template(7), badges: "text" },
  { is: "a comment on tools", config: causal("llama"), texts: template(`{# no tools #}${PLAIN}`), badges: "text" },
  {
    is: "an encoder and decoder",
    config: { model_type: "t5", architectures: ["T5ForConditionalGeneration"] },
    badges: "text",
  },
  { is: "GPT-2's head", config: { model_type: "gpt2", architectures: ["GPT2LMHeadModel"] }, badges: "text" },
  // Senses
  { is: "a vision tower", config: seeing(), badges: "text vision" },
  { is: "VL in the name without a vision tower", path: "x/Qwen2.5-VL-7B", config: causal("qwen2"), badges: "text" },
  {
    is: "a vision configuration whose tower was taken out",
    config: seeing(),
    heads: [headOf(llama(2))],
    badges: "text",
  },
  {
    is: "a vision configuration with its tower",
    config: seeing(),
    heads: [headOf({ ...llama(2), ...tower })],
    badges: "text vision",
  },
  {
    is: "a vision tower in weights without a configuration",
    heads: [headOf({ ...llama(2), ...tower })],
    badges: "vision",
  },
  {
    is: "a vision configuration, one part missing",
    config: seeing(),
    heads: [headOf(llama(2), undefined, "m-00001-of-00002.safetensors")],
    badges: "text vision",
  },
  { is: "video by its token", config: seeing({ image_token_id: 5, video_token_id: 6 }), badges: "text vision video" },
  {
    is: "video by its preprocessor beside",
    config: seeing(),
    beside: ["video_preprocessor_config.json"],
    badges: "text vision video",
  },
  { is: "a video token without eyes", config: causal("qwen2", { video_token_id: 6 }), badges: "text" },
  { is: "pictures by a token alone", config: causal("chameleon", { image_token_index: 8711 }), badges: "text vision" },
  {
    is: "no token where it is null",
    config: causal("llama", { image_token_id: null, vision_config: null }),
    badges: "text",
  },
  {
    is: "llm_config inside",
    config: {
      model_type: "internvl_chat",
      architectures: ["InternVLForConditionalGeneration"],
      llm_config: {},
      vision_config: {},
    },
    badges: "text vision",
  },
  {
    is: "thinker_config inside",
    config: {
      model_type: "omni",
      architectures: ["OmniForConditionalGeneration"],
      thinker_config: { text_config: {}, vision_config: {}, audio_config: {}, video_token_id: 4 },
    },
    badges: "text vision audio video",
  },
  { is: "ears", config: causal("some_audio", { text_config: {}, audio_config: {} }), badges: "text audio" },
  { is: "ears by a token", config: causal("some_audio", { audio_token_id: 3 }), badges: "text audio" },
  {
    is: "whisper",
    config: { model_type: "whisper", architectures: ["WhisperForConditionalGeneration"], num_mel_bins: 80 },
    badges: "audio",
  },
  {
    is: "speech by its preprocessor",
    config: { model_type: "wav2vec2", architectures: ["Wav2Vec2ForCTC"] },
    texts: { "preprocessor_config.json": '{"sampling_rate":16000}' },
    badges: "audio",
  },
  // Vectors and ranks
  {
    is: "sentence-transformers by pooling",
    config: causal("qwen3"),
    texts: { "1_Pooling/config.json": '{"pooling_mode_lasttoken":true}' },
    badges: "embedding",
  },
  {
    is: "sentence-transformers by modules",
    config: causal("qwen3"),
    texts: { "modules.json": '[{"type":"sentence_transformers.models.Pooling"}]' },
    badges: "embedding",
  },
  {
    is: "sentence-transformers by a file beside",
    config: { model_type: "bert", architectures: ["BertModel"] },
    beside: ["config_sentence_transformers.json"],
    badges: "embedding",
  },
  { is: "BERT", config: { model_type: "bert", architectures: ["BertForMaskedLM"] }, badges: "embedding" },
  {
    is: "a reranker",
    config: {
      model_type: "xlm-roberta",
      architectures: ["XLMRobertaForSequenceClassification"],
      id2label: { 0: "LABEL_0" },
    },
    badges: "reranker",
  },
  {
    is: "a cross-encoder",
    config: { model_type: "bert", architectures: ["BertForSequenceClassification"], sentence_transformers: {} },
    badges: "reranker",
  },
  {
    is: "a classifier of two",
    config: { model_type: "bert", architectures: ["BertForSequenceClassification"], id2label: { 0: "no", 1: "yes" } },
    badges: "",
  },
  {
    is: "CLIP",
    config: { model_type: "clip", architectures: ["CLIPModel"], text_config: {}, vision_config: {} },
    badges: "vision embedding",
  },
  // How weights are packed
  { is: "GPTQ", config: quantized({ quant_method: "gptq", bits: 8 }), badges: "text", quantization: "GPTQ-Int8" },
  {
    is: "GPTQ in a file of its own",
    config: causal("llama"),
    texts: { "quantize_config.json": '{"bits":4,"group_size":128}' },
    badges: "text",
    quantization: "GPTQ-Int4",
  },
  { is: "AWQ", config: quantized({ quant_method: "awq", bits: 4 }), badges: "text", quantization: "AWQ" },
  { is: "FP8", config: quantized({ quant_method: "fp8" }), badges: "text", quantization: "FP8" },
  {
    is: "bitsandbytes",
    config: quantized({ quant_method: "bitsandbytes", load_in_4bit: true, bnb_4bit_quant_type: "nf4" }),
    badges: "text",
    quantization: "NF4",
  },
  { is: "MXFP4", config: quantized({ quant_method: "mxfp4" }), badges: "text", quantization: "MXFP4" },
  {
    is: "compressed whole numbers",
    config: quantized({
      quant_method: "compressed-tensors",
      format: "pack-quantized",
      config_groups: { group_0: { weights: { num_bits: 8, type: "int" }, input_activations: null } },
    }),
    badges: "text",
    quantization: "W8A16",
  },
  {
    is: "compressed floats",
    config: quantized({ quant_method: "compressed-tensors", format: "float-quantized", config_groups: {} }),
    badges: "text",
    quantization: "FP8",
  },
  {
    is: "modelopt",
    config: quantized({ quant_method: "modelopt", quant_algo: "NVFP4" }),
    badges: "text",
    quantization: "NVFP4",
  },
  {
    is: "MLX",
    config: causal("llama", { quantization: { bits: 4, group_size: 32 } }),
    badges: "text mlx",
    quantization: "4bit",
    format: "mlx",
  },
  {
    is: "MLX by its header alone",
    config: causal("llama"),
    heads: [headOf(llama(1), { format: "mlx" })],
    badges: "text mlx",
    quantization: "BF16",
    format: "mlx",
  },
  {
    is: "a header that knows better than the configuration's type",
    config: causal("llama"),
    heads: [headOf(llama(1, "F16"))],
    badges: "text",
    quantization: "F16",
    format: "safetensors",
  },
  // GGUF
  {
    is: "GGUF of text",
    path: "x/M-Q4_K_M.gguf",
    heads: [gguf({ quantization: "Q4_K_M" })],
    badges: "text",
    quantization: "Q4_K_M",
    format: "gguf",
  },
  {
    is: "a mix that only the name tells",
    path: "x/M-UD-Q4_K_XL.gguf",
    heads: [gguf({ quantization: "Q4_K_M" })],
    badges: "text",
    quantization: "UD-Q4_K_XL",
  },
  {
    is: "a name that lies about the type",
    path: "x/M-UD-Q8_K_XL.gguf",
    heads: [gguf({ quantization: "Q4_K_M" })],
    badges: "text",
    quantization: "Q4_K_M",
  },
  {
    is: "GGUF with a projector that sees",
    heads: [gguf({})],
    projector: projector(true, false),
    badges: "text vision",
  },
  {
    is: "GGUF with a projector that sees and hears",
    heads: [gguf({})],
    projector: projector(true, true),
    badges: "text vision audio",
  },
  {
    is: "GGUF of a model that could see, without its projector",
    path: "x/Qwen2.5-VL-7B-Q8_0.gguf",
    heads: [gguf({})],
    config: seeing(),
    hub: [fact("vision", true, "hub")],
    badges: "text",
  },
  { is: "GGUF with the encoders inside", heads: [gguf({ say: { text: true, vision: true } })], badges: "text vision" },
  {
    is: "GGUF whose own template has no tools, beside one that has",
    heads: [gguf({ characteristics: templated(PLAIN) })],
    config: causal("llama"),
    texts: template(BOTH),
    badges: "text",
  },
  { is: "GGUF that embeds", heads: [gguf({ say: { text: false, embeddings: true } })], badges: "embedding" },
  { is: "GGUF that ranks", heads: [gguf({ say: { text: false, reranker: true } })], badges: "reranker" },
  // Pictures
  {
    is: "a pipeline of diffusers",
    texts: { "model_index.json": '{"_class_name":"FluxPipeline"}' },
    badges: "diffusion",
  },
  { is: "a UNet of diffusers", config: { _class_name: "UNet2DConditionModel" }, badges: "diffusion" },
  { is: "a VAE of diffusers", config: { _class_name: "AutoencoderKL" }, badges: "" },
  {
    is: "a checkpoint",
    heads: [headOf({ "model.diffusion_model.x": ["F16", 4], "first_stage_model.decoder.x": ["F16", 4] })],
    badges: "diffusion",
  },
  { is: "a LoRA", heads: [headOf({ "lora_unet_x.lora_up.weight": ["F16", 4, 4] })], badges: "lora" },
  {
    is: "an adapter of PEFT",
    texts: { "adapter_config.json": '{"peft_type":"LORA","r":8,"base_model_name_or_path":"x/y"}' },
    badges: "lora",
  },
  // Mistral's own configuration, names, hubs, servers, people
  {
    is: "params.json with eyes",
    texts: { "params.json": '{"dim":64,"n_layers":2,"n_heads":4,"vision_encoder":{}}' },
    badges: "text vision",
  },
  { is: "params.json of something else", texts: { "params.json": '{"stop":["x"]}' }, badges: "" },
  {
    is: "a reranker by its name, for want of better",
    path: "x/bge-reranker-v2-m3-Q8_0.gguf",
    badges: "reranker",
    quantization: "Q8_0",
  },
  {
    is: "an embedding by its name, for want of better",
    path: "x/nomic-embed-text-v1.5.safetensors",
    badges: "embedding",
  },
  { is: "a name full of promises", path: "x/Vision-Tools-Thinking-Audio-7B.gguf", badges: "" },
  {
    is: "the hub's word where nothing else is there",
    hub: [fact("vision", true, "hub"), fact("text", true, "hub")],
    badges: "text vision",
  },
  { is: "a pickle", path: "x/pytorch_model.bin", badges: "unsafe" },
  {
    is: "an authoritative no of the server",
    config: causal("llama"),
    texts: template(TOOLS),
    hub: [fact("tools", false, "server")],
    badges: "text",
  },
  {
    is: "a person's yes against the server's no",
    config: causal("llama"),
    hub: [fact("tools", false, "server"), fact("tools", true, "person", 0.5)],
    badges: "text tools",
  },
];
