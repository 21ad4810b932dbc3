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
    /** What holds its memory, the largest first; absent or empty where it does not tell. */
    readonly processes?: readonly GpuHolder[];
  }[];
}

export interface GpuHolder {
  readonly pid: number;
  /** Of the program; may be its path. */
  readonly name: string;
  /** Bytes. */
  readonly memory?: number | undefined;
  /** The title of the server of ours that it belongs to. */
  readonly server?: string;
}
