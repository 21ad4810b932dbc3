import type { Accounts } from "./accounts/accounts.ts";
import type { ContentIndex } from "./content/content.ts";
import type { DownloadQueue } from "./downloads/queue.ts";
import type { FitReader } from "./fit/fit-of-entry.ts";
import type { LoadAsk } from "./fit/fit.ts";
import type { Lists } from "./lists/lists.ts";
import type { Maintenance } from "./maintenance/maintenance.ts";
import type { Metadata } from "./metadata/metadata.ts";
import type { GpuProbe } from "./ports/gpu.ts";
import type { Log } from "./ports/log.ts";
import type { EffectiveSetting } from "./protocol/editing.ts";
import type { Fit } from "./protocol/fit.ts";
import type { DeckEvent, DeckSnapshot } from "./protocol/snapshot.ts";
import type { Registry } from "./registry/registry.ts";
import type { Editing } from "./registry/editing.ts";
import type { BackEnds } from "./serving/back-ends.ts";
import type { ImagePulls } from "./serving/image-pulls.ts";
import type { Benchmarks } from "./serving/benchmark/create-benchmarks.ts";
import type { ServingController } from "./serving/controller.ts";
import type { ProfileDesk } from "./serving/desk/profile-desk.ts";
import type { ServingMetrics } from "./serving/metrics.ts";
import type { Probe } from "./serving/probe.ts";
import type { ProfileBook } from "./serving/profile-book.ts";
import type { Settings } from "./settings.ts";
import type { Hub } from "./sources/hub.ts";
import type { System } from "./system/system.ts";
import type { TaskBoard } from "./tasks/board.ts";
import type { Verifier } from "./tasks/verifier.ts";
import type { Updates } from "./updates/updates.ts";
import type { Event } from "./util/events.ts";
import type { Watching } from "./watching/watching.ts";

/** The services, wired: what verbs run on. */
export interface Core {
  readonly settings: Settings;
  readonly log: Log;
  readonly registry: Registry;
  readonly hub: Hub;
  readonly accounts: Accounts;
  readonly downloads: DownloadQueue;
  readonly profiles: ProfileBook;
  readonly desk: ProfileDesk;
  readonly benchmarks: Benchmarks;
  readonly serving: ServingController;
  /** Resolves once it is known what an earlier start left running. Does not reject. */
  servingSettled(): Promise<void>;
  readonly metrics: ServingMetrics;
  readonly backEnds: BackEnds;
  readonly imagePulls: ImagePulls;
  readonly gpu: GpuProbe;
  readonly system: System;
  readonly maintenance: Maintenance;
  readonly editing: Editing;
  readonly tasks: TaskBoard;
  readonly verifier: Verifier;
  readonly fit: FitReader;
  /** Of a profile as it is written. @throws FaultError `notFound` */
  fitOfProfile(id: string, ask: LoadAsk, signal: AbortSignal): Promise<readonly Fit[]>;
  readonly probe: Probe;
  readonly content: ContentIndex;
  readonly metadata: Metadata;
  readonly updates: Updates;
  /** What other programs want. */
  readonly lists: Lists;
  readonly watching: Watching;
  /** The settings as they are in force, with where each comes from; in the order of their keys. */
  readonly effectiveSettings: readonly EffectiveSetting[];
  /** Ends what belongs to no service above. */
  close(): Promise<void>;
}

/** What every door asks, whoever owns the core. */
export interface Deck {
  /** Arguments and result are plain JSON (contract.md). Rejects with a FaultError, or the signal's reason. */
  run(verb: string, args?: unknown, signal?: AbortSignal): Promise<unknown>;
  snapshot(): Promise<DeckSnapshot>;
  readonly onEvent: Event<DeckEvent>;
  close(): Promise<void>;
}
