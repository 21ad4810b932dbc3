import type { ModelShape } from "../identify/shape.ts";
import { cacheBytes, fullCells } from "./kv-cache.ts";
import type { Load } from "./load.ts";

/** Bytes on one side of the machine. */
export interface Parts {
  readonly weights: number;
  readonly kvCache: number;
  readonly compute: number;
}

export type Side = "gpu" | "host";

/** By arithmetic alone. */
export interface SplitNeed extends Readonly<Record<Side, Parts>> {
  /** What is missing for each part. */
  readonly unknown: Readonly<Record<keyof Parts, readonly string[]>>;
}

export function splitNeed(shape: ModelShape, load: Load): SplitNeed {
  const cache = cacheBytes(shape, load);
  const weights = weightBytes(shape, load);
  const compute = computeBytes(shape, load);
  const from = firstOnGpu(shape, load);
  const sides = (side: Side): Parts => ({
    weights: Math.round(weights[side]),
    kvCache: Math.round(sum(side === "gpu" ? cache.layers.slice(from) : cache.layers.slice(0, from))),
    compute: Math.round(compute[side]),
  });
  return {
    gpu: sides("gpu"),
    host: sides("host"),
    unknown: { weights: weights.unknown, kvCache: cache.unknown, compute: compute.unknown },
  };
}

/** llama.cpp fills the GPU from the last layer on. */
const firstOnGpu = ({ layers = 0 }: ModelShape, { gpuLayers }: Load): number => Math.max(0, layers - gpuLayers);

/** The output layer goes to the GPU with the last of the others. */
const isWholeOnGpu = ({ layers = 0 }: ModelShape, { gpuLayers }: Load): boolean => gpuLayers > 0 && gpuLayers >= layers;

function weightBytes(shape: ModelShape, load: Load): Readonly<Record<Side, number>> & Unknown {
  const { weights } = shape;
  if (!weights) return { gpu: 0, host: 0, unknown: ["weights"] };
  const from = firstOnGpu(shape, load);
  const whole = isWholeOnGpu(shape, load);
  let [gpu, host] = [0, weights.input];
  for (const [layer, size] of weights.layers.entries()) {
    const kept = layer < load.cpuExperts ? (weights.experts[layer] ?? 0) : 0;
    // Layers beyond the last one, such as those that predict ahead, go with it.
    if (load.gpuLayers > 0 && layer >= from) [gpu, host] = [gpu + size - kept, host + kept];
    else host += size;
  }
  // What answers with its token embedding has a copy of it where the head belongs.
  if (whole) gpu += weights.output + (shape.tied === true ? (weights.embedding ?? weights.input) : 0);
  else host += weights.output;
  return { gpu, host, unknown: [] };
}

interface Unknown {
  readonly unknown: readonly string[];
}

/** Room for a row of logits where the vocabulary is unknown: that of most models today is not larger. */
const USUAL_VOCABULARY = 152_064;
const USUAL_EMBEDDING = 4096;
/** Times the width of a token: what a graph holds at once beside its largest tensor. */
const ACTIVATIONS = 4;

/**
 * Buffers are used again once their tensor is done with, so that logits and attention scores never need room at once;
 * the mask and the activations do. Without flash attention the scores of all heads are written out.
 */
function computeBytes(shape: ModelShape, load: Load): Readonly<Record<Side, number>> & Unknown {
  const { vocabulary, embedding, heads } = shape;
  const tokens = Math.min(load.microBatch, load.context);
  const cells = fullCells(load);
  const logits = tokens * (vocabulary ?? USUAL_VOCABULARY) * 4;
  const scores = load.flashAttention ? 0 : (heads ?? 0) * tokens * cells * 4;
  const always = tokens * cells * 4 + ACTIVATIONS * tokens * (embedding ?? USUAL_EMBEDDING) * 4;
  const unknown = [
    ...(vocabulary === undefined ? ["vocabulary"] : []),
    ...(embedding === undefined ? ["embedding"] : []),
    ...(heads === undefined && !load.flashAttention ? ["heads"] : []),
  ];
  if (load.gpuLayers <= 0) return { gpu: 0, host: Math.max(logits, scores) + always, unknown };
  const onGpu = Math.max(isWholeOnGpu(shape, load) ? logits : 0, scores) + always;
  const onHost = isWholeOnGpu(shape, load) ? always : Math.max(logits, scores) + always;
  return { gpu: onGpu, host: onHost, unknown };
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
