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
  /** It is one of several models of the server of that name, which stays up while they come and go. */
  readonly router?: string;
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
  /**
   * One line for a shell of this platform; for a container, of the engine's command line. A model of a router has lines
   * behind it, with `#` before each: what the router is told of it.
   */
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
