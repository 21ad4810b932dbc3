/** What a model can do, and how other programs and hubs call it. Compared in lower case, `_` and blanks as `-`. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  text: [
    "text-generation",
    "text-to-text",
    "generate",
    "generation",
    "completion",
    "completions",
    "chat",
    "chat-completion",
    "conversational",
    "instruct",
    "llm",
  ],
  vision: [
    "image",
    "images",
    "image-input",
    "image-text-to-text",
    "image-to-text",
    "visual",
    "visual-question-answering",
    "multimodal",
    "vlm",
    "vl",
  ],
  audio: ["speech", "sound", "voice", "audio-input", "automatic-speech-recognition", "speech-to-text", "asr", "stt"],
  embedding: [
    "embeddings",
    "embed",
    "text-embedding",
    "text-embeddings",
    "feature-extraction",
    "sentence-similarity",
    "sentence-embedding",
  ],
  tools: [
    "tool",
    "tool-use",
    "tool-call",
    "tool-calls",
    "tool-calling",
    "function-call",
    "function-calling",
    "functions",
  ],
  thinking: ["think", "reasoning", "reason", "reasoner", "chain-of-thought", "cot"],
};

const known = new Map(
  Object.entries(SYNONYMS).flatMap(([name, others]) => [name, ...others].map((one) => [one, name])),
);

/** Under our own names, each once, in the order they came; a name that is nobody's synonym stays as it is. */
export const foldCapabilities = (given: readonly string[]): readonly string[] => [
  ...new Set(
    given.map((one) => one.trim()).map((one) => known.get(one.toLowerCase().replaceAll(/[_\s]+/g, "-")) ?? one),
  ),
];
