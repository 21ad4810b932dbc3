import { type Bytes, bytes } from "../util/ids.ts";

/** A set that wants bytes on a volume. */
export interface Claim {
  readonly id: string;
  readonly volume: string;
  /** What it has not fetched yet. */
  readonly missing: number;
  /** It is under way already: its room was given. */
  readonly running: boolean;
}

/** Of a set that must wait: all that has to be free for it, with what goes before it and the reserve, and what is. */
export interface Lack {
  readonly needed: Bytes;
  readonly free: Bytes;
}

/**
 * Who must wait for room. What runs is served first, then the others in their order; a small set may go ahead of a large
 * one that waits.
 * @param claims in the order of the queue  @param free bytes by volume
 */
export function shareRoom(
  claims: readonly Claim[],
  free: ReadonlyMap<string, number>,
  reserve: number,
): ReadonlyMap<string, Lack> {
  const given = new Map<string, number>();
  const lacks = new Map<string, Lack>();
  const inTurn = [...claims.filter(({ running }) => running), ...claims.filter(({ running }) => !running)];
  for (const { id, volume, missing, running } of inTurn) {
    const before = given.get(volume) ?? 0;
    const needed = before + missing + reserve;
    const there = free.get(volume) ?? 0;
    if (running || needed <= there || missing === 0) given.set(volume, before + missing);
    else lacks.set(id, { needed: bytes(needed), free: bytes(there) });
  }
  return lacks;
}
