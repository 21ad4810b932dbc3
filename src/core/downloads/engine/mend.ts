import type { TransferJob } from "../transfers.ts";
import { extentSize } from "./extents.ts";
import { fetchFile } from "./fetch-file.ts";
import type { Fetching } from "./fetching.ts";
import type { Growing } from "./growing.ts";
import { createRanges } from "./ranges.ts";

export interface Mending {
  /** Where what was not compared yet begins. */
  readonly from: number;
  /** The source sends no parts: all is compared at once. */
  readonly whole: boolean;
}

/**
 * Fetches what is there once more, as many extents at a time as there may be connections, and compares, until some differ;
 * these are made what they are at the source now. @returns where the next ones begin, undefined where all were the same
 */
export async function mendNext(
  given: Fetching,
  { from, whole }: Mending,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { job, growing } = given;
  const step = whole ? job.sizeBytes : job.connections * extentSize(job.sizeBytes);
  for (let at = from; at < job.sizeBytes; at += step) {
    const end = Math.min(job.sizeBytes, at + step);
    const compared = comparing(growing, job, at, end);
    await fetchFile({ ...given, growing: compared }, whole, signal);
    if (compared.differed()) return end;
  }
  return undefined;
}

/** Takes bytes as a file that lacks this part would, and holds them against what is there. */
function comparing(
  growing: Growing,
  { sizeBytes }: TransferJob,
  from: number,
  end: number,
): Growing & { differed(): boolean } {
  const others = [
    { from: 0, end: from },
    { from: end, end: sizeBytes },
  ];
  let ranges = createRanges(others);
  let etag: string | undefined;
  let differs = false;
  return {
    ...growing,
    done: () => ranges.total(),
    missing: () => ranges.missing(sizeBytes),
    frontier: () => sizeBytes,
    etag: () => etag,
    resumable: () => true,
    restart: async () => {
      ranges = createRanges(others);
      etag = undefined;
    },
    accept: async (next) => void (etag = next),
    write: async (at, chunks) => {
      let next = at;
      for (const chunk of chunks) {
        const there = await growing.read(next, chunk.length);
        if (!areSame(there, chunk)) {
          differs = true;
          await growing.mend(next, chunk);
        }
        next += chunk.length;
      }
      ranges.add({ from: at, end: next });
    },
    due: () => false,
    differed: () => differs,
  };
}

const areSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index]);
