import { programAt } from "../maintenance/operations/kept-by-programs.ts";
import type { LinkFacts } from "../maintenance/plan.ts";
import { sizeWords } from "../present/units.ts";
import type { ReuseWay } from "../protocol/downloads.ts";

/** What is known of two places before bytes get from one to the other. */
export interface Way {
  readonly path: string;
  readonly target: string;
  readonly sizeBytes: number;
  /** They lie on one volume. */
  readonly near: boolean;
  /** Of the target's volume; undefined where it could not be found out. */
  readonly facts: LinkFacts | undefined;
  /** Bytes that may be taken there. */
  readonly free: number;
  /** Roots of stores whose programs clean them by themselves. */
  readonly stores: { readonly ollama?: string; readonly invoke?: readonly string[] };
}

/**
 * The ways that are left, best first, and why others are not. A clone shares what it can and hurts nobody; a further name
 * is for files that nobody but a person touches; a program's own file may vanish, so that a copy is better than a link to it.
 */
export function reuseWaysOf(way: Way): { readonly ways: readonly ReuseWay[]; readonly refused: readonly string[] } {
  const { path, target, near, facts, sizeBytes, free, stores } = way;
  const program = programAt(path, stores);
  const why: Readonly<Record<ReuseWay, string | undefined>> = {
    clone: near ? (facts?.clone === true ? undefined : "Its volume cannot share blocks between files.") : ELSEWHERE,
    hard: !near
      ? ELSEWHERE
      : program !== undefined
        ? `${program} keeps the file, and cleans its store by itself: it gets no further name.`
        : facts?.hard === true
          ? undefined
          : "Its volume gives files no further names.",
    symbolic: isBlob(target)
      ? "A cache of Hugging Face keeps its bytes itself: a link in it would lead out of it."
      : facts?.symbolic === true
        ? undefined
        : "No symbolic links can be made there.",
    copy:
      sizeBytes <= free
        ? undefined
        : `A copy takes ${sizeWords(sizeBytes)}, and ${sizeWords(Math.max(0, free))} are free.`,
  };
  const order: readonly ReuseWay[] =
    program === undefined ? ["clone", "hard", "symbolic", "copy"] : ["clone", "copy", "symbolic", "hard"];
  return {
    ways: order.filter((one) => why[one] === undefined),
    refused: order.flatMap((one) => why[one] ?? []),
  };
}

const ELSEWHERE = "It lies on another volume.";

const isBlob = (path: string): boolean => /[\\/](?:models|datasets|spaces)--[^\\/]+[\\/]blobs[\\/][^\\/]+$/.test(path);
