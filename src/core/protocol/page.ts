import type { DownloadState } from "./downloads.ts";

export const pageTabs = ["queue", "logs"] as const;
export type PageTab = (typeof pageTabs)[number];

/** What a row's buttons do. */
export const rowDeeds = ["pause", "resume", "cancel"] as const;
export type RowDeed = (typeof rowDeeds)[number];

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
  /** What its state allows, in the order of the buttons. */
  readonly deeds: readonly RowDeed[];
}

/** A server whose log can be looked at. */
export interface LogSource {
  readonly server: string;
  readonly title: string;
}

/** The page's whole state; it only has to draw it. */
export interface PageState {
  readonly tab: PageTab;
  readonly queue: readonly QueueRow[];
  /** All that moves in one line; said to screen readers now and then. */
  readonly summary: string;
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
  readonly noLogs: string;
  readonly noMatch: string;
  readonly server: string;
  readonly filter: string;
  readonly follow: string;
  /** `{0}` stands for the number. */
  readonly dropped: string;
}

/** Snapshots down. Log lines are the one append stream; `first` numbers the first line, so that gaps show. */
export type ToPage =
  | { readonly kind: "words"; readonly words: PageWords }
  | { readonly kind: "state"; readonly state: PageState }
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
  | { readonly kind: "show"; readonly tab: PageTab }
  | { readonly kind: "watch"; readonly server: string }
  | { readonly kind: "command"; readonly command: PageCommand };

/** Commands a page may ask for; anything else is refused. */
export const pageCommands = ["download", "switch", "stop", "openLog"] as const;
export type PageCommand = (typeof pageCommands)[number];
