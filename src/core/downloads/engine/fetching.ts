import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { Fault } from "../../util/faults.ts";
import type { RateGate } from "../rate-gate.ts";
import type { Patience, TransferJob } from "../transfers.ts";
import type { Extents } from "./extents.ts";
import type { Growing } from "./growing.ts";
import type { LaneBudget } from "./lane-budget.ts";
import type { FileSource } from "./source.ts";
import type { TokenBucket } from "./token-bucket.ts";

/** One file that is fetched. */
export interface Fetching {
  readonly clock: Clock;
  readonly random: Random;
  readonly job: TransferJob;
  readonly patience: Patience;
  readonly growing: Growing;
  readonly source: FileSource;
  readonly gate: RateGate;
  readonly budget: LaneBudget;
  readonly bucket: TokenBucket;
  /** How far beyond what is there without a gap anything may be written; undefined: anywhere. */
  readonly window: number | undefined;
  /** As `GrowthLimits.busy`. */
  readonly busy: () => number;
  /** @param connections that bring bytes at the moment */
  readonly onBytes: (connections: number) => void;
  /** Nothing moves for a while, and why. */
  readonly onWait: (why: Fault) => void;
}

/** What the lanes share that are at a file at the same time. */
export interface Round extends Fetching {
  readonly extents: Extents;
  /** The source sends no parts: one connection, from the start. */
  whole: boolean;
  /** Lanes that have not decided to leave. */
  active: number;
  /** As many as are worth it; what is above it goes when it has its extent. */
  wanted: number;
  /** Of them those whose answer was taken for a part of the file, though nothing of it may be written. */
  begun: number;
  /** Of them those that bring bytes. */
  open: number;
  /** A part came as a part. */
  sentParts: boolean;
}

/** Of a file's connections, in the budget. */
export const hostOf = ({ url }: { readonly url: string }): string => new URL(url).host;

/** Whether one of several should end, for a file that has none. */
export const yields = ({ active, budget, job }: Round): boolean => active > 1 && budget.wanted(hostOf(job));
