import type { DownloadState } from "./downloads.ts";
import type { LogIntent, LogsWords } from "./logs-page.ts";
import type { OfferIntent, ServerIntent, ServersUpdate, ServersWords } from "./servers-page.ts";

export const pageTabs = ["queue", "servers", "logs"] as const;
export type PageTab = (typeof pageTabs)[number];

/** What a row's buttons do: those that are always there, then those of a row that is opened. */
export const rowDeeds = [
  "pause",
  "resume",
  "setToken",
  "retry",
  "cancel",
  "top",
  "up",
  "down",
  "bottom",
  "reveal",
  "remove",
] as const;
export type RowDeed = (typeof rowDeeds)[number];

/** One file of a download in finished words. */
export interface FileRow {
  readonly path: string;
  readonly state: DownloadState;
  readonly stateWords: string;
  /** 0 to 1. */
  readonly fraction: number;
  readonly amount: string;
}

/** One download in finished words. */
export interface QueueRow {
  readonly id: string;
  readonly model: string;
  readonly variant: string;
  readonly state: DownloadState;
  readonly stateWords: string;
  /** 0 to 1; null while it moves and nobody knows how far. */
  readonly fraction: number | null;
  /** As `1.2 of 4.9 GB`. */
  readonly amount: string;
  /** Speed and time left, or when it ended; may be empty. */
  readonly pace: string;
  /** Why it failed or waits, with the remedy; may be empty. */
  readonly reason: string;
  /** Where it goes, and how many files there are. */
  readonly place: string;
  /** What its state allows, in the order of the buttons. */
  readonly deeds: readonly RowDeed[];
  /** The same, of a row that is opened. */
  readonly more: readonly RowDeed[];
  /** Whether it can be dragged to another place. */
  readonly movable: boolean;
  /** Of a row that is opened. */
  readonly files?: readonly FileRow[];
}

/** What changes ten times a second: id, fraction, amount, pace. */
export type MovedRow = readonly [string, number | null, string, string];

export const clearable = ["done", "failed", "cancelled"] as const;
export type Clearable = (typeof clearable)[number];

/** What is said of the queue as a whole. */
export interface QueueHead {
  /** Counts, speed, time left and free disk in one line. */
  readonly metrics: string;
  /** All that moves in one line; said to screen readers now and then. */
  readonly summary: string;
  /** Why nothing moves, where the schedule holds it; may be empty. */
  readonly waits: string;
  /** Bytes per second; null: none. */
  readonly limit: number | null;
  readonly limitWords: string;
  /** How many of each could be cleared. */
  readonly ended: Readonly<Record<Clearable, number>>;
  readonly canPause: boolean;
  readonly canResume: boolean;
}

/** The queue on its way to the page: what changed since the message before, or all of it. */
export interface QueueUpdate {
  readonly whole: boolean;
  readonly head: QueueHead;
  /** All ids in their order; absent: as before. */
  readonly order?: readonly string[];
  /** New ones, and those of which more changed than moves. */
  readonly rows: readonly QueueRow[];
  readonly moved: readonly MovedRow[];
}

/** A server whose log can be looked at. */
export interface LogSource {
  readonly server: string;
  readonly title: string;
}

/** The page's state but for queue and lines; it only has to draw it. */
export interface PageState {
  readonly tab: PageTab;
  readonly servers: readonly LogSource[];
  /** The server whose log is sent; absent: there is none. */
  readonly watched?: string;
  /** Why there is nothing to show, while the registry is not open. */
  readonly notice?: string;
}

/** The page's own words, in the language of the window. */
export interface PageWords {
  readonly queue: string;
  readonly logs: string;
  readonly views: string;
  readonly deeds: Readonly<Record<RowDeed, string>>;
  readonly download: string;
  readonly serve: string;
  readonly noDownloads: string;
  readonly noSuchDownload: string;
  readonly downloadsFilter: string;
  readonly state: string;
  readonly allStates: string;
  readonly states: Readonly<Record<DownloadState, string>>;
  readonly pauseAll: string;
  readonly resumeAll: string;
  readonly clear: string;
  readonly clearStates: Readonly<Record<Clearable, string>>;
  readonly limit: string;
  readonly noLimit: string;
  readonly files: string;
  readonly dragHint: string;
  readonly noLogs: string;
  readonly noMatch: string;
  readonly server: string;
  readonly filter: string;
  readonly follow: string;
  /** `{0}` stands for the number. */
  readonly dropped: string;
  readonly log: LogsWords;
  readonly tiles: ServersWords;
}

/** Snapshots down. Log lines are the one append stream; `first` numbers the first line, so that gaps show. */
export type ToPage =
  | { readonly kind: "words"; readonly words: PageWords }
  | { readonly kind: "state"; readonly state: PageState }
  | { readonly kind: "queue"; readonly update: QueueUpdate }
  | { readonly kind: "servers"; readonly update: ServersUpdate }
  | {
      readonly kind: "logs";
      readonly server: string;
      readonly first: number;
      readonly lines: readonly string[];
      /** Lines let go since the log began. */
      readonly dropped: number;
      /** True: these are all there are; what the page has is replaced. */
      readonly whole: boolean;
    };

/** Intents up. */
export type ToHost =
  | { readonly kind: "ready" }
  | { readonly kind: RowDeed; readonly id: string }
  | { readonly kind: "open"; readonly id: string; readonly open: boolean }
  /** Dragged in front of another; null: behind all. */
  | { readonly kind: "place"; readonly id: string; readonly before: string | null }
  | { readonly kind: "limit"; readonly bytesPerSecond: number | null }
  | { readonly kind: "clear"; readonly state: Clearable }
  | { readonly kind: "all"; readonly deed: "pause" | "resume" }
  | { readonly kind: "show"; readonly tab: PageTab }
  | { readonly kind: "watch"; readonly server: string }
  | ServerIntent
  | OfferIntent
  | LogIntent
  | { readonly kind: "command"; readonly command: PageCommand };

/** Commands a page may ask for; anything else is refused. */
export const pageCommands = ["download", "switch", "stop", "openLog"] as const;
export type PageCommand = (typeof pageCommands)[number];
