import type { Bytes } from "../util/ids.ts";

export interface GpuProbe {
  /** Every GPU by its own order; empty where there is none or nothing tells. Never blocks the loop. */
  read(signal: AbortSignal): Promise<readonly GpuFacts[]>;
  /** The same, measured after the question, who holds the memory included; absent where `read` is always so. */
  now?(signal: AbortSignal): Promise<readonly GpuFacts[]>;
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
  /** What holds its memory, our servers and others'; empty where it does not tell. */
  readonly processes: readonly GpuProcess[];
}

export interface GpuProcess {
  readonly pid: number;
  /** Of the program; may be its path. */
  readonly name: string;
  /** undefined where the driver does not tell, as on some Windows cards. */
  readonly memory: Bytes | undefined;
}
