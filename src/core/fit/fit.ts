import type { ModelShape } from "../identify/shape.ts";
import type { GpuFacts } from "../ports/gpu.ts";
import type { Fit, MemoryNeed } from "../protocol/fit.ts";

/** llama.cpp's types of the KV cache. */
export const cacheTypes = ["f32", "f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0", "iq4_nl"] as const;
export type CacheType = (typeof cacheTypes)[number];

/** How it would be loaded; what is left out is as llama-server has it when it is told nothing. */
export interface LoadAsk {
  /** Tokens over all slots; left out: what the model was trained for, at most 8,192 for a first look. */
  readonly context?: number;
  readonly slots?: number;
  readonly keyType?: CacheType;
  readonly valueType?: CacheType;
  readonly flashAttention?: boolean;
  /** Tokens computed at once (`-ub`). */
  readonly microBatch?: number;
  /** Layers on the GPU; left out: all. */
  readonly gpuLayers?: number;
  /** `--swa-full` */
  readonly fullWindow?: boolean;
  /** Bytes of projector and draft model. */
  readonly companions?: number;
  /** Layers, from the first on, whose routed experts stay on the CPU (`-ncmoe`). */
  readonly cpuExperts?: number;
}

/** What a load was seen to take, on one device. */
export interface Footprint {
  /** sha256 of the weights where known, else their path, size and time. */
  readonly model: string;
  /** Of the server: image digest or `build_info`. */
  readonly build: string;
  /** A GPU's UUID; `gpus` where it took several, or which one cannot be told; `cpu`. */
  readonly device: string;
  /** Tokens over all slots. */
  readonly context: number;
  readonly slots: number;
  readonly microBatch: number;
  readonly keyType: CacheType;
  readonly valueType: CacheType;
  readonly flashAttention: boolean;
  readonly gpuLayers: number;
  /** As the server's own log lines say; undefined where they do not. */
  readonly weights?: number;
  readonly kvCache?: number;
  readonly compute?: number;
  /** Of the whole device: more used after the load than before; undefined where nothing told. */
  readonly deviceDelta?: number;
  readonly at: string;
}

/** Arithmetic, corrected by what loads of this model were seen to take. Pure. */
export type EstimateNeed = (shape: ModelShape, ask: LoadAsk, seen: readonly Footprint[]) => MemoryNeed;

/** The verdict for each device; `memory` is the machine's own. Pure. */
export type JudgeFit = (
  shape: ModelShape,
  ask: LoadAsk,
  seen: readonly Footprint[],
  gpus: readonly GpuFacts[],
  memory: { readonly total: number; readonly free: number },
) => readonly Fit[];
