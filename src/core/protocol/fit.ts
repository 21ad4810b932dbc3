/** Plain JSON. Sizes in bytes. */

/** What a load of a model takes, part by part. */
export interface MemoryNeed {
  /** Tokens it is for, over all slots. */
  readonly context: number;
  readonly weights: number;
  readonly kvCache: number;
  readonly compute: number;
  /** Projector, draft model, the driver's own. */
  readonly other: number;
  readonly total: number;
  /** `measured`: from loads of this model, the difference to them by arithmetic. `estimated`: arithmetic alone. */
  readonly basis: "measured" | "estimated";
  /** Share by which the truth may be off, 0 to 1. */
  readonly uncertainty: number;
  /** What was not known and is taken as nothing or as a usual value, as `layers`. */
  readonly unknown: readonly string[];
}

export type FitVerdict =
  | { readonly kind: "fits" }
  /** As long as the context is not above `context`. */
  | { readonly kind: "fitsWith"; readonly context: number }
  /** Only with layers (or experts) on the CPU; `gpuLayers` of `layers` fit. */
  | { readonly kind: "offload"; readonly gpuLayers: number; readonly layers: number }
  /** Not even in the machine's memory. */
  | { readonly kind: "no" }
  /** The file tells too little. */
  | { readonly kind: "unknown" };

export interface Fit {
  /** A GPU's UUID; `cpu` where there is none. */
  readonly device: string;
  /** As the driver names it. */
  readonly name: string;
  /** Of the device. */
  readonly memoryTotal: number;
  readonly memoryFree: number;
  readonly verdict: FitVerdict;
  readonly need: MemoryNeed;
}
