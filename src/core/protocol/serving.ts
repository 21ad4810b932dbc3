import type { Trouble } from "./downloads.ts";

/** `loading`: it answers, and says it is not ready. */
export const serverStates = ["off", "stopping", "starting", "loading", "ready", "failed"] as const;
export type ServerState = (typeof serverStates)[number];

/** What is really loaded, as the server itself says. */
export interface ReadBack {
  readonly context?: number;
  readonly slots?: number;
  readonly modelPath?: string;
  readonly build?: string;
  readonly vision?: boolean;
  readonly audio?: boolean;
  /** Of the model's layers, how many are in GPU memory, as its log says. */
  readonly offloaded?: { readonly layers: number; readonly of: number };
}

/** Asked for and got. */
export interface Difference {
  readonly what: string;
  readonly asked: string | number;
  readonly got: string | number;
}

export interface LoadProgress {
  /** `bytes`: resident of the file's size. `time`: against the last load of this profile, in milliseconds. */
  readonly kind: "bytes" | "time";
  readonly done: number;
  readonly total: number;
}

export interface Server {
  readonly server: string;
  readonly group: string;
  readonly state: ServerState;
  readonly profile?: string;
  /** The profile's NAME. */
  readonly title?: string;
  readonly runtime?: "container" | "process";
  /** The server is a router of that name over several models: the next of them is loaded into it. */
  readonly router?: string;
  /** `http://127.0.0.1:PORT`, where it listens; of one on another machine, with an address of that. */
  readonly url?: string;
  /** The machine it runs on; absent: this one. */
  readonly host?: string;
  /** When this state began. */
  readonly since: string;
  readonly progress?: LoadProgress;
  readonly readBack?: ReadBack;
  readonly differences: readonly Difference[];
  /** Why it failed; with `ready`: why the switch before went back to this profile. */
  readonly reason?: Trouble;
  /** Offers after a failure: what would help the profile that was tried. */
  readonly offers?: readonly SwitchOffer[];
  /** The profile of `reason` and `offers`, where it is not the one that serves. */
  readonly tried?: string;
  /** While someone looks. */
  readonly metrics?: ServerMetrics;
  /** When it is unloaded unless a request comes. */
  readonly idleUntil?: string;
}

/** What is measured of a server that runs; a figure nobody tells is absent, never a guess. */
export interface ServerMetrics {
  readonly at: string;
  readonly memoryBytes?: number;
  /** Of one core: 1.5 is one and a half. */
  readonly cpu?: number;
  readonly gpus: readonly { readonly uuid: string; readonly memoryBytes: number; readonly load?: number }[];
  /** Tokens per second of the last requests. */
  readonly promptPerSecond?: number;
  readonly generatedPerSecond?: number;
  /** Since it started. */
  readonly requests?: number;
  readonly running?: number;
  readonly waiting?: number;
  /** Tokens in the KV cache of the request that has most, and how many there is room for. */
  readonly contextUsed?: number;
  readonly contextSize?: number;
  /** The last ten minutes, oldest first, evenly spaced; a gap is null. */
  readonly history: {
    readonly everySeconds: number;
    readonly generatedPerSecond: readonly (number | null)[];
    readonly memoryBytes: readonly (number | null)[];
  };
}

/** What would help after a failed load: the same switch with these overrides, or a deed. */
export type SwitchOffer =
  | { readonly kind: "context"; readonly context: number }
  | { readonly kind: "cacheType"; readonly cacheType: string }
  | { readonly kind: "gpuLayers"; readonly gpuLayers: number }
  | { readonly kind: "stopOther"; readonly server: string; readonly title: string }
  | { readonly kind: "pullImage"; readonly image: string }
  | { readonly kind: "force" }
  /** Although it does not fit by what is known. */
  | { readonly kind: "loadAnyway" };

/** A back end as it is found here. */
export interface BackendStatus {
  readonly backend: string;
  readonly runtimes: readonly RuntimeAvailability[];
  readonly image?: { readonly name: string; readonly present: boolean; readonly digest?: string };
  readonly binary?: { readonly name: string; readonly path?: string; readonly version?: string };
  /** Whether a profile of it could be served now. */
  readonly usable: boolean;
  /** What is missing and how to get it; the command is the platform's own, to be run by the person. */
  readonly missing: readonly {
    readonly what: string;
    readonly pull?: string;
    readonly command?: string;
    /** What the command does; absent: it installs. */
    readonly deed?: "start" | "allow";
  }[];
}

export type RuntimeAvailability =
  | {
      readonly kind: "container" | "process";
      readonly available: true;
      readonly version: string;
      readonly address: string;
      /** The machine it runs on; absent: this one. */
      readonly host?: string;
    }
  | { readonly kind: "container" | "process"; readonly available: false; readonly reason: Trouble };

export interface ServingStatus {
  readonly servers: readonly Server[];
  /** A switch that is under way: to which profile, and what there is to be warned of, as that it does not fit. */
  readonly switching?: { readonly to: string; readonly group: string; readonly warning?: string };
  /** The one the settings choose; absent until something asked. */
  readonly runtime?: RuntimeAvailability;
}

/** Milliseconds of each part of a switch; a part that did not happen is left out. */
export interface SwitchParts {
  readonly preflight?: number;
  readonly stop?: number;
  /** Waiting for GPU memory to come back. */
  readonly memory?: number;
  readonly create?: number;
  readonly start?: number;
  readonly ready?: number;
  readonly readBack?: number;
  readonly rollback?: number;
}

export interface SwitchResult {
  /** `started`: it is under way, and nobody waits for it (`wait: false`). */
  readonly outcome: "ready" | "rolledBack" | "failed" | "cancelled" | "started";
  /** What was asked for. */
  readonly profile: string;
  /** What runs now; absent: nothing. */
  readonly running?: string;
  readonly url?: string;
  readonly tookMs: number;
  readonly parts: SwitchParts;
  readonly readBack?: ReadBack;
  readonly warnings: readonly string[];
  readonly reason?: Trouble;
  /** Oldest first. */
  readonly logTail?: readonly string[];
  /** What would help, best first. */
  readonly offers?: readonly SwitchOffer[];
}

export interface ServerLogs {
  /** Oldest first, separators `--- Switching to <name> ---` among them. */
  readonly lines: readonly string[];
  /** Lines that were let go since the server's log began. */
  readonly dropped: number;
  /** Number of the line after the last one here: hand it in as `since`. */
  readonly next: number;
}
