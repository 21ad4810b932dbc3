import type { FileHead } from "../identify/head.ts";

/**
 * Heads that cross from one thread to another, with what is equal in them told once: a collection goes back to few
 * models, whose facts and layers are most of a head.
 */
export interface PackedHead {
  /** Without its parts. */
  readonly head: object;
  /** Key of the head → which of the values told so far, from 0. */
  readonly parts: readonly (readonly [key: string, value: number])[];
}

/** Kept of one scan, on both sides. */
const MOST = 4096;

export interface HeadPacker {
  readonly pack: (head: FileHead) => PackedHead;
  /** What is to be told before what was packed since the last time, in order. */
  readonly values: () => readonly unknown[];
}

export function createHeadPacker(): HeadPacker {
  const told = new Map<string, number>();
  let fresh: unknown[] = [];
  return {
    pack: (head) => {
      const plain: Record<string, unknown> = {};
      const parts: (readonly [string, number])[] = [];
      for (const [key, value] of Object.entries(head)) {
        const number = typeof value === "object" && value !== null ? numberOf(value) : undefined;
        if (number === undefined) plain[key] = value;
        else parts.push([key, number]);
      }
      return { head: plain, parts };
    },
    values: () => {
      const now = fresh;
      fresh = [];
      return now;
    },
  };

  function numberOf(value: object): number | undefined {
    const text = JSON.stringify(value);
    const known = told.get(text);
    if (known !== undefined || told.size >= MOST) return known;
    told.set(text, told.size);
    fresh.push(value);
    return told.size - 1;
  }
}

/** @param values all that were told so far */
export function unpackHead<Head extends object>(
  { head, parts }: { readonly head: Head; readonly parts: PackedHead["parts"] },
  values: readonly unknown[],
): Head {
  for (const [key, value] of parts) Object.assign(head, { [key]: values[value] });
  return head;
}
