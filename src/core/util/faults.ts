import type { Bytes, Millis } from "./ids.ts";

/** Everything that can go wrong in a way we know: a code, which is public (contract.md), and the facts beside it. */
export type Fault =
  | { readonly code: "unknownVerb"; readonly verb: string }
  /** `path` is the field, dotted; empty for the arguments as a whole. */
  | { readonly code: "badArguments"; readonly verb: string; readonly path: string; readonly problem: string }
  /** `near` are names that exist and look alike, best first. */
  | { readonly code: "notFound"; readonly what: Thing; readonly name: string; readonly near?: readonly string[] }
  | { readonly code: "exists"; readonly what: Thing; readonly name: string }
  /** The host wants a token, or knows ours and refuses it. */
  | {
      readonly code: "unauthorized";
      readonly host: string;
      readonly tokenGiven: boolean;
      /** Whose token it is; Hugging Face's where it is not told. */
      readonly provider?: "civitai";
    }
  /** The terms of the repository were not accepted yet by the token's account; `page` is where that is done. */
  | { readonly code: "gated"; readonly repository: string; readonly page: string; readonly tokenGiven: boolean }
  | { readonly code: "forbidden"; readonly host: string; readonly reason: string }
  | { readonly code: "rateLimited"; readonly host: string; readonly retryAfter: Millis }
  | { readonly code: "network"; readonly host: string; readonly reason: string }
  | { readonly code: "timeout"; readonly what: string; readonly waited: Millis }
  | { readonly code: "diskFull"; readonly path: string; readonly needed: Bytes; readonly free: Bytes }
  /** Nothing of what was asked about the folder was answered in time. */
  | { readonly code: "diskSilent"; readonly folder: string }
  | { readonly code: "fileUnreadable"; readonly path: string; readonly reason: string }
  /** The file was set aside at `keptAs` where it is still there. */
  | {
      readonly code: "hashMismatch";
      readonly path: string;
      readonly expected: string;
      readonly actual: string;
      readonly keptAs?: string;
    }
  | { readonly code: "formatInvalid"; readonly what: string; readonly reason: string }
  /** Another process holds what we need; or, with `byPerson`, a person locked the entry. */
  | { readonly code: "locked"; readonly what: string; readonly pid?: number; readonly byPerson?: true }
  /** `reason` says what of it changed, where that is known. */
  | { readonly code: "stale"; readonly what: string; readonly reason?: string }
  | { readonly code: "busy"; readonly what: string; readonly with: string }
  | { readonly code: "readOnly"; readonly reason: string }
  /** `why`, where it is known: what is to be done depends on it. */
  | {
      readonly code: "engineUnreachable";
      readonly address: string;
      readonly reason: string;
      readonly why?: "stopped" | "denied" | "starting" | "silent" | "old" | "certificate" | "ssh" | "context";
    }
  /** The engine is another machine's, and nothing says at which address of that its servers may be reached. */
  | { readonly code: "engineElsewhere"; readonly engine: string }
  /**
   * A file that a server is to read is not on the machine of its engine. `there` is where it was looked for; absent: no
   * mapped folder holds it. `size` is what the file of that name has, where it has another one than ours.
   */
  | {
      readonly code: "notOnEngine";
      readonly engine: string;
      readonly path: string;
      readonly there?: string;
      readonly size?: { readonly here: Bytes; readonly there: Bytes };
    }
  | { readonly code: "imageMissing"; readonly image: string }
  /** `holder` names the program or container that has the port, where it is known. */
  | { readonly code: "portInUse"; readonly port: number; readonly holder?: string }
  /** The server's own help does not know the flag; `instead` is what it is called now. */
  | { readonly code: "flagUnknown"; readonly flag: string; readonly instead?: string }
  /** `reason` is the line of its log that says why; `logTail` is oldest first. */
  | {
      readonly code: "serverExited";
      readonly server: string;
      readonly exitCode: number | null;
      readonly reason: string;
      /** That it crashed, and how, where that is known; `silent`: in the middle of its load, and nothing tells more. */
      readonly crash?: "segmentation" | "instruction" | "silent";
      readonly logTail: readonly string[];
    }
  | {
      readonly code: "outOfMemory";
      readonly server: string;
      readonly where: "gpu" | "host";
      readonly logTail: readonly string[];
    }
  /** As it is asked for. `context`, `gpuLayers`: the most of it that would fit, where less of it helps. */
  | {
      readonly code: "doesNotFit";
      /** By its NAME. */
      readonly profile: string;
      /** `cpu`, else a GPU by its name. */
      readonly device: string;
      readonly needed: Bytes;
      readonly free: Bytes;
      readonly context?: number;
      readonly gpuLayers?: number;
    }
  | {
      readonly code: "unhealthy";
      readonly server: string;
      readonly waited: Millis;
      readonly logTail: readonly string[];
    }
  /** `line` counts from 1. */
  | { readonly code: "configInvalid"; readonly path: string; readonly line?: number; readonly problem: string }
  /** `notStarted`: it is known that nothing was done of what was asked. */
  | { readonly code: "ownerGone"; readonly notStarted?: true }
  /** `owner` is the process that runs the other version; absent where the registry itself is of a later one. */
  | { readonly code: "versionSkew"; readonly ours: string; readonly theirs: string; readonly owner?: number };

export type FaultCode = Fault["code"];

/** What a `notFound` or `exists` is about. */
export type Thing =
  | "repository"
  | "revision"
  | "file"
  | "entry"
  | "download"
  | "task"
  | "profile"
  | "server"
  | "loaded"
  | "location"
  | "program"
  | "backend"
  | "role"
  | "operation"
  | "plan"
  | "history"
  | "backup"
  | "trash";

/** The one error class. Its message is for logs; `present/fault-words.ts` has the words for people. */
export class FaultError extends Error {
  readonly fault: Fault;
  /** Public at every door. */
  readonly code: FaultCode;

  constructor(fault: Fault, options?: ErrorOptions) {
    super(`${fault.code} ${JSON.stringify(fault)}`, options);
    this.name = "FaultError";
    this.fault = fault;
    this.code = fault.code;
  }
}

/**
 * True for our faults, of that code where one is given. By mark, not by class: each lazily loaded bundle and each
 * worker carries a copy of the class.
 */
export function isFault<Code extends FaultCode>(
  error: unknown,
  code: Code,
): error is FaultError & { readonly fault: Extract<Fault, { code: Code }> };
export function isFault(error: unknown): error is FaultError;
export function isFault(error: unknown, code?: FaultCode): boolean {
  if (!(error instanceof Error) || error.name !== "FaultError" || !("fault" in error)) return false;
  return code === undefined || ("code" in error && error.code === code);
}

export const fault = (facts: Fault, cause?: unknown): FaultError =>
  new FaultError(facts, cause === undefined ? undefined : { cause });

/** Says what any thrown thing has to say, in one line. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ").trim();

/** True where the work was given up because its signal said so: no fault, and shown to no one. */
export const isCancelled = (error: unknown, signal: AbortSignal): boolean =>
  signal.aborted && (error === signal.reason || (error instanceof Error && error.name === "AbortError"));
