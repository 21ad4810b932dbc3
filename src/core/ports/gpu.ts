import type { Bytes } from "../util/ids.ts";

export interface GpuProbe {
  /** Every GPU by its own order; empty where there is none or nothing tells. Never blocks the loop. */
  read(signal: AbortSignal): Promise<readonly GpuFacts[]>;
}

export interface GpuFacts {
  readonly uuid: string;
  readonly name: string;
  /** Share of time it was busy, 0 to 1; undefined where it does not tell. */
  readonly load: number | undefined;
  readonly memoryUsed: Bytes;
  readonly memoryTotal: Bytes;
  readonly celsius: number | undefined;
  readonly watts: number | undefined;
}
