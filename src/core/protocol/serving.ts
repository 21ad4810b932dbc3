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
}

export interface ProfileList {
  readonly profiles: readonly Profile[];
  /** Files that could not be used as they are; the last good state of each stays in force. */
  readonly problems: readonly (ProfileProblem & { readonly file: string })[];
  /** Files read, absolute. */
  readonly files: readonly string[];
}

/** `loading`: it answers, and says it is not ready. */
export type ServerState = "off" | "stopping" | "starting" | "loading" | "ready" | "failed";

/** What is really loaded, as the server itself says. */
export interface ReadBack {
  readonly context?: number;
  readonly slots?: number;
  readonly modelPath?: string;
  readonly build?: string;
  readonly vision?: boolean;
  readonly audio?: boolean;
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
  /** `http://127.0.0.1:PORT`, where it listens. */
  readonly url?: string;
  /** When this state began. */
  readonly since: string;
  readonly progress?: LoadProgress;
  readonly readBack?: ReadBack;
  readonly differences: readonly Difference[];
  /** Why it failed; with `ready`: why the switch before went back to this profile. */
  readonly reason?: Trouble;
}

export type RuntimeAvailability =
  | {
      readonly kind: "container" | "process";
      readonly available: true;
      readonly version: string;
      readonly address: string;
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
}

export interface ServerLogs {
  /** Oldest first, separators `--- Switching to <name> ---` among them. */
  readonly lines: readonly string[];
  /** Lines that were let go since the server's log began. */
  readonly dropped: number;
  /** Number of the line after the last one here: hand it in as `since`. */
  readonly next: number;
}
