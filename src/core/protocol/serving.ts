import type { Trouble } from "./downloads.ts";

export interface ProfileProblem {
  /** Counts from 1. */
  readonly line: number;
  readonly problem: string;
  readonly severity: "error" | "warning";
}

export interface Profile {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly backend: string;
  /** As written. */
  readonly model: string;
  /** Tokens asked for; absent: the server decides. */
  readonly context?: number;
  /** What the file says of its speed, verbatim. */
  readonly speed?: string;
  readonly group: string;
  /** True for `bench-…`. */
  readonly bench: boolean;
  readonly file: string;
  readonly line: number;
  readonly problems: readonly ProfileProblem[];
  readonly source: ProfileSource;
  /** Other ids it answers to. */
  readonly aliases: readonly string[];
  /** The entry whose file it serves, where there is one. */
  readonly entry?: string;
  /** It is unloaded after so long without a request. */
  readonly ttlSeconds?: number;
  /** Where it must run; absent: as the settings say. */
  readonly runtime?: "container" | "process";
  /** UUIDs; absent: all there are. Empty: none. */
  readonly gpus?: readonly string[];
}

/** `conf`: models.conf; `yaml`: modeldeck.yaml; `automatic`: made of an entry that no file has a profile for. */
export type ProfileSource = "conf" | "yaml" | "automatic";

/** Where a value of a profile comes from, nearest first: its own section, one it extends, its back end's, all profiles'. */
export type ValueOrigin =
  | { readonly kind: "file"; readonly file: string; readonly line: number; readonly section: string }
  | { readonly kind: "compose"; readonly file: string; readonly service: string }
  | { readonly kind: "setting"; readonly key: string }
  | { readonly kind: "entry"; readonly entry: string }
  | { readonly kind: "default" };

export interface ProfileValue {
  /** As modeldeck.yaml names it: `context`, `args`, `env.NAME`, … */
  readonly key: string;
  readonly value: string | number | readonly string[];
  readonly origin: ValueOrigin;
}

/** What is started, exactly. */
export interface CommandLine {
  readonly runtime: "container" | "process";
  /** Image or binary. */
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** One line for a shell of this platform; for a container, of the engine's command line. */
  readonly text: string;
}

/** A flag that the server's own `--help` does not know. */
export interface UnknownFlag {
  readonly flag: string;
  /** What it is called now, where that can be told. */
  readonly renamedTo?: string;
  /** Flags that look alike. */
  readonly near: readonly string[];
}

/** One profile with all that a person asks of it. */
export interface ProfileDetails {
  readonly profile: Profile;
  readonly values: readonly ProfileValue[];
  /** Absent where it has errors, or no runtime is there. */
  readonly command?: CommandLine;
  readonly unknownFlags: readonly UnknownFlag[];
  /** Of its last benchmark on this image or binary. */
  readonly benchmark?: BenchmarkResult;
}

export interface BenchmarkResult {
  readonly at: string;
  /** Digest of the image, or build of the binary. */
  readonly build: string;
  readonly promptTokens: number;
  readonly generatedTokens: number;
  readonly promptPerSecond: number;
  readonly generatedPerSecond: number;
  /** Resident at the end, GPU memory included where it is told. */
  readonly memoryBytes?: number;
}

export interface ProfileList {
  readonly profiles: readonly Profile[];
  /** Files that could not be used as they are; the last good state of each stays in force. */
  readonly problems: readonly (ProfileProblem & { readonly file: string })[];
  /** Files read, absolute. */
  readonly files: readonly string[];
}

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
  /** Offers after a failure. */
  readonly offers?: readonly SwitchOffer[];
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
  | { readonly kind: "force" };

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
  /** A switch that is under way: to which profile. */
  readonly switching?: { readonly to: string; readonly group: string };
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

/** One value that two profiles have differently; a side that says nothing of it is absent. */
export interface ProfileDifference {
  readonly key: string;
  readonly left?: ProfileValue;
  readonly right?: ProfileValue;
}

export interface ProfileDiff {
  readonly left: Profile;
  readonly right: Profile;
  readonly differences: readonly ProfileDifference[];
}

/** What is wrong with files of profiles; lines count from 1. */
export interface ProfileValidation {
  readonly problems: readonly (ProfileProblem & { readonly file: string; readonly profile?: string })[];
}

/** What a configuration of another program becomes. */
export interface ProfileImport {
  /** Where it goes, absolute. */
  readonly target: string;
  readonly profiles: readonly {
    readonly id: string;
    readonly values: readonly { readonly key: string; readonly value: ProfileValue["value"] }[];
    readonly problems: readonly string[];
    /** False where the id is taken or nothing of it could be used. */
    readonly isNew: boolean;
  }[];
  /** The lines that come into the file. */
  readonly text: string;
  /** Whether they were written. */
  readonly written: boolean;
  readonly problems: readonly string[];
}

/** A benchmark that runs as a task. */
export interface BenchmarkStarted {
  readonly id: string;
}
