import type { Download, QueueChange, Trouble } from "./downloads.ts";
import type { ModelStats } from "./models.ts";
import type { ServingStatus } from "./serving.ts";

/** What a view needs before it asked anything. Plain JSON. */
export interface DeckSnapshot {
  readonly stats: ModelStats;
  readonly downloads: readonly Download[];
  readonly serving: ServingStatus;
  /** What a person should know, such as a registry file that was set aside. */
  readonly notices: readonly Trouble[];
}

/** Says *that* something changed; ask the verb for what. Of downloads also what, for whoever has the list. */
export type DeckEvent =
  /** `names` is empty where any may have changed. */
  | { readonly kind: "models"; readonly names: readonly string[] }
  /** A download came, went, or changed its state. */
  | { readonly kind: "downloads"; readonly change?: QueueChange }
  /** Bytes moved; at most four a second. */
  | { readonly kind: "progress"; readonly change?: QueueChange }
  | { readonly kind: "serving" }
  | { readonly kind: "profiles" }
  /** A task came, went, moved, or changed its state. */
  | { readonly kind: "tasks" }
  /** History, backups or trash. */
  | { readonly kind: "history" }
  /** Log lines of a server, as they come; `first` is the number of the first. */
  | { readonly kind: "logs"; readonly server: string; readonly first: number; readonly lines: readonly string[] }
  | { readonly kind: "notice"; readonly notice: Trouble }
  | ({ readonly kind: "newFiles" } & NewFiles);

/** Weights that came into a folder while it was watched, and that no entry names. */
export interface NewFiles {
  /** Absolute. */
  readonly folder: string;
  /** How many. */
  readonly files: number;
}
