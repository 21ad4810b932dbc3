import type { Download } from "./downloads.ts";
import type { Server } from "./serving.ts";

/** The page's whole state, in words and numbers it only has to draw. */
export interface PageState {
  readonly tab: "queue" | "logs";
  readonly queue: readonly Download[];
  readonly servers: readonly Server[];
}

/** Snapshots down. Log lines are the one append stream; `first` numbers the first line, so that gaps show. */
export type ToPage =
  | { readonly kind: "state"; readonly state: PageState }
  | {
      readonly kind: "logs";
      readonly server: string;
      readonly first: number;
      readonly lines: readonly string[];
      readonly dropped: number;
      /** True: these are all there are; what the page has is replaced. */
      readonly whole: boolean;
    };

/** Intents up. */
export type ToHost =
  | { readonly kind: "ready" }
  | { readonly kind: "pause" | "resume" | "cancel"; readonly id: string }
  | { readonly kind: "show"; readonly tab: PageState["tab"] }
  | { readonly kind: "command"; readonly command: PageCommand };

/** Commands a page may ask for; anything else is refused. */
export const pageCommands = ["download", "switch", "stop", "openLog"] as const;
export type PageCommand = (typeof pageCommands)[number];
