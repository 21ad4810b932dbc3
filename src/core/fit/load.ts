import type { ModelShape } from "../identify/shape.ts";
import type { LoadAsk } from "./fit.ts";

/** How it would be loaded, with every value in place. */
export interface Load extends Required<Omit<LoadAsk, "gpuLayers">> {
  /** Infinity: all, and the output layer. */
  readonly gpuLayers: number;
}

const FIRST_LOOK = 8192;
/** llama-server's own: the number of slots is 4 where nobody says, `-ub` 512. */
const SLOTS = 4;
const MICRO_BATCH = 512;

/** What is left out is as llama-server has it. */
export function loadOf(shape: ModelShape, ask: LoadAsk): Load {
  const { keyType = "f16", valueType = "f16" } = ask;
  return {
    context: Math.max(1, ask.context ?? Math.min(shape.context ?? FIRST_LOOK, FIRST_LOOK)),
    slots: Math.max(1, ask.slots ?? SLOTS),
    keyType,
    valueType,
    flashAttention: ask.flashAttention ?? true,
    microBatch: Math.max(1, ask.microBatch ?? MICRO_BATCH),
    gpuLayers: Math.max(0, ask.gpuLayers ?? Infinity),
    fullWindow: ask.fullWindow ?? false,
    companions: ask.companions ?? 0,
    cpuExperts: ask.cpuExperts ?? 0,
  };
}
