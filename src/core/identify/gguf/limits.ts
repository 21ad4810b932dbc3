/**
 * What a header may have at most. Real ones stay far below: the largest vocabularies have 260,000 tokens and 500,000
 * merges, the largest models 3,000 tensors. The checks of ggml's own gguf.cpp, with room for what others write.
 */
export const ggufLimits = {
  keys: 100_000,
  tensors: 1_000_000,
  /** Bytes of a key; 65,535 by the format. */
  keyLength: 65_535,
  /** Bytes of a tensor's name; ggml's own are under 64, those of ComfyUI's image models are longer. */
  nameLength: 255,
  /** Bytes of a string, kept or not. */
  stringLength: 1 << 30,
  /** Bytes of a string whose text is kept; a longer one is passed over. */
  keptString: 1 << 20,
  arrayLength: 1e9,
  nesting: 4,
  dimensions: 4,
  /** Strings of an array that are kept, and bytes of such a string. */
  keptStrings: 16,
  keptElement: 64 << 10,
  /** Elements of an array of numbers that is kept; a longer one is passed over. */
  keptNumbers: 1024,
  /** Bytes of keys and values that are kept of one header. */
  kept: 12 << 20,
  /** Bytes of a header that are walked through, what is passed over unread not counted. */
  walked: 256 << 20,
  layers: 4096,
} as const;

/** Bytes asked for at once: the first window holds the whole header of a small file, later ones grow to the last. */
export const windowSizes = [64 << 10, 256 << 10, 1 << 20] as const;
