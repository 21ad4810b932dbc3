import { parseObject } from "./parse-object.ts";

/** What an owner tells whoever knocks: one line of JSON. */
export interface OwnerCard {
  readonly pid: number;
  readonly generation: number;
  /** Of the extension. */
  readonly version: string;
  /** Of the calls it understands; 0 for an owner of the time before there were any. */
  readonly wire: number;
  /** To be proven with the folder's key by whoever wants to follow; empty where nobody can. */
  readonly nonce: string;
}

/** What lies in `owner-<generation>` from the moment the file is there: where its owner listens, and who that is. */
export interface OwnerRecord {
  readonly pid: number;
  /** Path of the unix socket, or name of the pipe. */
  readonly socket: string;
}

/** Of one data folder, held by one live process at a time. */
export interface Ownership {
  /** Above all earlier ones of the folder. */
  readonly generation: number;
  /** An earlier owner that was superseded may still be alive, and write. */
  readonly late: boolean;
  /** Absolute: a file that is there until another supersedes this one. */
  readonly file: string;
  /** Whether that has happened; blocks for some microseconds. */
  readonly lost: () => boolean;
  /** Idempotent. Afterwards another may claim; a process that just ends is as good. */
  release(): Promise<void>;
}

export const ownerFile = (generation: number): string => `owner-${generation}`;

/** What becomes of the file of an owner that was superseded while it may have been alive. */
export const lateFile = (generation: number): string => `late-${generation}`;

/** Generations of the owners that left a file, highest first. */
export const ownerGenerations = (names: readonly string[]): readonly number[] => generations(names, /^owner-(\d+)$/);
/** Those of the superseded that may still be alive. */
export const lateGenerations = (names: readonly string[]): readonly number[] => generations(names, /^late-(\d+)$/);

const generations = (names: readonly string[], pattern: RegExp): readonly number[] =>
  names
    .flatMap((name) => {
      const match = pattern.exec(name);
      return match ? [Number(match[1])] : [];
    })
    .toSorted((a, b) => b - a);

/** undefined where the text is no card. */
export function parseCard(line: string): OwnerCard | undefined {
  const card = parseObject(line);
  const [pid, generation, version] = [card?.["pid"], card?.["generation"], card?.["version"]];
  if (typeof pid !== "number" || typeof generation !== "number" || typeof version !== "string") return undefined;
  const [wire, nonce] = [card?.["wire"], card?.["nonce"]];
  return {
    pid,
    generation,
    version,
    wire: typeof wire === "number" ? wire : 0,
    nonce: typeof nonce === "string" ? nonce : "",
  };
}

/** undefined where the text is no record. */
export function parseOwnerRecord(text: string): OwnerRecord | undefined {
  const record = parseObject(text);
  const [pid, socket] = [record?.["pid"], record?.["socket"]];
  return typeof pid === "number" && typeof socket === "string" ? { pid, socket } : undefined;
}
