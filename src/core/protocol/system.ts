export interface GpuStatus {
  /** By their own order; empty where there is none. */
  readonly gpus: readonly {
    readonly uuid: string;
    readonly name: string;
    /** 0 to 1; absent where it does not tell. */
    readonly load?: number | undefined;
    /** Bytes. */
    readonly memoryUsed: number;
    readonly memoryTotal: number;
    readonly celsius?: number | undefined;
    readonly watts?: number | undefined;
  }[];
}
