/**
 * What the memory arithmetic needs of a model, from its header alone. Plain JSON, kept beside the entry. Counts are of
 * elements or tokens, sizes in bytes; what is unknown is left out, and the estimate says so.
 */
export interface ModelShape {
  /** As `general.architecture` or `model_type` says: `llama`, `deepseek2`. */
  readonly architecture: string;
  /** Tokens it was trained for. */
  readonly context?: number;
  readonly layers?: number;
  readonly embedding?: number;
  readonly vocabulary?: number;
  /** Attention heads; the most any layer has. */
  readonly heads?: number;
  /** KV heads of each layer: one number where all are alike, else one per layer; 0: the layer has no KV cache. */
  readonly kvHeads?: number | readonly number[];
  /** Elements one head keeps of keys and of values for one token. */
  readonly keyLength?: number;
  readonly valueLength?: number;
  /** Only keys are kept, of width `keyLength` (the latent): multi-head latent attention. */
  readonly latent?: boolean;
  /**
   * Layers that look back no further than `tokens`; `layers[i]` true: layer i is one of them. The lengths are theirs where
   * they differ from those of the other layers.
   */
  readonly slidingWindow?: {
    readonly tokens: number;
    readonly layers: readonly boolean[];
    readonly keyLength?: number;
    readonly valueLength?: number;
  };
  /** Layers that keep a state of fixed size instead of a cache; `layers[i]` true: layer i is one of them. */
  readonly recurrent?: {
    readonly layers: readonly boolean[];
    readonly convKernel: number;
    readonly innerSize: number;
    readonly groups: number;
    readonly stateSize: number;
  };
  readonly experts?: { readonly count: number; readonly used: number };
  readonly weights?: WeightBytes;
  /** There is no output head: the token embedding serves as one, and is loaded a second time to where the head belongs. */
  readonly tied?: boolean;
}

/** Bytes of the tensors, from the tensor table: not the file's size. */
export interface WeightBytes {
  readonly total: number;
  /** By layer, experts included. */
  readonly layers: readonly number[];
  /** Of `layers`, the share of routed experts, by layer. */
  readonly experts: readonly number[];
  /** Token embedding: stays on the CPU. */
  readonly input: number;
  /** Of `input`, the token embedding alone, where there is more: what a tied head is a copy of. Absent: all of it. */
  readonly embedding?: number;
  /** Output head and everything that belongs to no layer. */
  readonly output: number;
}
