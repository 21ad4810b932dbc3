import type { Clock } from "../ports/clock.ts";
import type { MakeDigest } from "../ports/digest.ts";
import type { DiskLook } from "../ports/disk-look.ts";
import type { Files } from "../ports/files.ts";
import type { Entry } from "../protocol/models.ts";
import type { EntryMemory } from "./entry-memory.ts";
import { type Condition, type Place, both, matching } from "./entry-query.ts";
import type { FactsMemory } from "./facts-memory.ts";
import type { Listing } from "./listing.ts";
import type { PresenceMemory } from "./presence-memory.ts";
import type { EntryFilter } from "./registry.ts";
import type { Roots } from "./roots.ts";

/** What the registry knows beside its rows. */
export interface Facts {
  readonly files: Pick<Files, "stat">;
  /** Tells of many whether they are there; each is asked for by itself unless given. */
  readonly look?: Pick<DiskLook, "areThere"> | undefined;
  readonly clock: Pick<Clock, "now">;
  readonly digest: MakeDigest;
  /** Names they match belong to testing entries; `*` stands for anything. */
  readonly testingPatterns: readonly string[];
  /** Where models lie: what is absent with all of its place is offline. None unless told. */
  readonly roots?: Roots | undefined;
}

/** The facts, with what is remembered of the disk and of the rows. */
export interface Known extends Facts {
  readonly presence: PresenceMemory;
  readonly shown: FactsMemory;
  readonly entries: EntryMemory;
  readonly listing: Listing;
}

/** Which of the entries that fit are asked for: so many after a place. */
export interface Range {
  readonly start: Place | undefined;
  readonly limit: number;
}

/** A page before the filter is held against what the disk says of it. */
export interface Page {
  /** With whatever state. */
  readonly all: readonly Entry[];
  readonly states: readonly Entry["state"][];
  /** How many fit before the page, and behind it. */
  readonly before: number;
  readonly left: number;
  /** Where the next page begins after; undefined where there is none. */
  readonly next: Place | undefined;
  /** Of what is remembered of entries when they were read. */
  readonly age: number;
}

/** What the filter lets through, as far as it is known without another look at the disk. */
export async function chosen(known: Known, filter: EntryFilter): Promise<Condition> {
  const condition = matching(filter, known.testingPatterns);
  return filter.installed === undefined ? condition : both(condition, await known.presence.met(filter.installed));
}
