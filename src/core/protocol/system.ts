import type { Trouble } from "./downloads.ts";

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

/** The machine as it is now, and what is known of its connections. */
export interface SystemStatus {
  /** `load`: 0 to 1, of all cores over a moment; null where nothing tells. */
  readonly cpu: { readonly cores: number; readonly load: number | null };
  /** Bytes; `freeBytes` counts what the system would give up for the asking, such as its file cache. */
  readonly memory: { readonly totalBytes: number; readonly freeBytes: number };
  /** As they are set; `freeBytes` is null where the disk does not tell, and `reason` says why. */
  readonly locations: readonly {
    readonly location: string;
    readonly path: string;
    readonly freeBytes: number | null;
    readonly reason?: Trouble;
  }[];
  readonly hosts: readonly HostStatus[];
}

/** By what a host last did: none is asked for it. */
export interface HostStatus {
  /** With its port, where it has one of its own. */
  readonly host: string;
  /** `waiting`: it asked for time; null: it was not asked since the start. */
  readonly state: "reachable" | "offline" | "waiting" | null;
  /** null where that is not known. */
  readonly askedAt: string | null;
  /** When it is asked again: of `waiting` not before, of `offline` by the downloads that wait for it. */
  readonly until?: string;
  readonly reason?: Trouble;
}
