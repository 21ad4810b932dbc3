import type { CardIntent, CardPage, CardWords } from "./card-page.ts";
import type { FormIntent, FormPage, FormWords } from "./form-page.ts";
import type { Backend } from "./models.ts";
import type { ProfileForm, ProfileIntent, ProfileWords } from "./profile-page.ts";

/** The pages over the collection: each in an editor of its own, all of one bundle. The host hands out finished words. */

export interface PageChoice {
  readonly value: string;
  readonly label: string;
}

/** An entry as it stands in the form: texts as they were typed. */
export interface EntryDraft {
  readonly displayName: string;
  readonly backend: Backend;
  /** Those that are checked; the priority may be empty. */
  readonly roles: readonly { readonly role: string; readonly priority: string }[];
  readonly port: string;
  readonly host: string;
  readonly baseUrl: string;
  readonly modelPath: string;
  /** One argument a line. */
  readonly extraArgs: string;
  readonly notes: string;
  readonly description: string;
  readonly deprecated: boolean;
  readonly locked: boolean;
}

/** Fields of the form a problem can be told at. */
export const draftFields = [
  "displayName",
  "backend",
  "roles",
  "port",
  "host",
  "baseUrl",
  "modelPath",
  "extraArgs",
  "notes",
  "description",
  "deprecated",
  "locked",
] as const satisfies readonly (keyof EntryDraft)[];
export type DraftField = (typeof draftFields)[number];

export interface EntryForm {
  /** Another one whenever the fields are to show the draft anew; else what is typed stays. */
  readonly edition: number;
  /** The key. */
  readonly name: string;
  readonly title: string;
  /** What it is, in a line. */
  readonly facts: string;
  readonly draft: EntryDraft;
  /** All that can be checked. */
  readonly roles: readonly string[];
  readonly backends: readonly PageChoice[];
  /** Arguments that can be inserted; `lines` as they come into the field. */
  readonly suggestions: readonly { readonly backend: Backend; readonly label: string; readonly lines: string }[];
  /** Where the curated entry says otherwise. */
  readonly differences: readonly { readonly field: string; readonly here: string; readonly curated: string }[];
  readonly problems: readonly { readonly field: DraftField; readonly problem: string }[];
  /** Whether anything typed is not saved. */
  readonly changed: boolean;
  readonly saving: boolean;
  /** What became of the last deed; `stale`: Reload is offered. */
  readonly status: { readonly kind: "none" | "done" | "stale" | "failed"; readonly text: string };
}

export interface StatsPage {
  readonly summary: string;
  readonly sections: readonly {
    readonly title: string;
    readonly rows: readonly StatsRow[];
  }[];
}

export interface StatsRow {
  readonly label: string;
  readonly count: string;
  readonly size: string;
  /** 0 to 1, of the section's greatest. */
  readonly countShare: number;
  readonly sizeShare: number;
}

export interface RolesPage {
  readonly roles: readonly PageChoice[];
  readonly role: string;
  /** In order, the preferred first. */
  readonly candidates: readonly {
    readonly name: string;
    readonly title: string;
    readonly description: string;
    readonly priority: string;
    /** As `preferred`, or why it does not count; may be empty. */
    readonly note: string;
    readonly preferred: boolean;
  }[];
  readonly empty: string;
  /** Said to screen readers after a move; may be empty. */
  readonly said: string;
}

export interface SettingsPage {
  readonly rows: readonly {
    readonly key: string;
    readonly value: string;
    readonly origin: string;
    readonly problem: string;
  }[];
}

export const entryWords = [
  "save",
  "reset",
  "reload",
  "takeCurated",
  "displayName",
  "backend",
  "roles",
  "priority",
  "configuration",
  "port",
  "host",
  "baseUrl",
  "modelPath",
  "extraArgs",
  "extraArgsHint",
  "insert",
  "insertChoice",
  "noSuggestions",
  "notes",
  "description",
  "state",
  "deprecated",
  "locked",
  "differences",
  "field",
  "here",
  "curated",
  "unsaved",
] as const;
export const statsWords = ["measure", "bySize", "byCount", "share", "count", "size"] as const;
export const rolesWords = ["role", "candidates", "up", "down", "remove", "add", "hint"] as const;
export const settingsWords = ["filter", "setting", "value", "origin", "open", "noMatch"] as const;

type Words<Names extends readonly string[]> = Readonly<Record<Names[number], string>>;
export type EntryWords = Words<typeof entryWords>;
export type StatsWords = Words<typeof statsWords>;
export type RolesWords = Words<typeof rolesWords>;
export type SettingsWords = Words<typeof settingsWords>;

/** Each is the page's whole. */
export type ToLibraryPage =
  | { readonly kind: "entry"; readonly words: EntryWords; readonly state: EntryForm }
  | { readonly kind: "stats"; readonly words: StatsWords; readonly state: StatsPage }
  | { readonly kind: "roles"; readonly words: RolesWords; readonly state: RolesPage }
  | { readonly kind: "settings"; readonly words: SettingsWords; readonly state: SettingsPage }
  | { readonly kind: "card"; readonly words: CardWords; readonly state: CardPage }
  | { readonly kind: "form"; readonly words: FormWords; readonly state: FormPage }
  | { readonly kind: "profile"; readonly words: ProfileWords; readonly state: ProfileForm }
  /** Why there is nothing to show. */
  | { readonly kind: "notice"; readonly text: string };

/** Intents up. */
export type ToLibraryHost =
  | { readonly kind: "ready" }
  /** What is typed, so that the host keeps it. */
  | { readonly kind: "draft"; readonly draft: EntryDraft }
  | { readonly kind: "save"; readonly draft: EntryDraft }
  | { readonly kind: EntryDeed }
  | { readonly kind: "role"; readonly role: string }
  /** @param to its place after the move, from 0 */
  | { readonly kind: "move"; readonly name: string; readonly to: number }
  | { readonly kind: "leave"; readonly name: string }
  | { readonly kind: "join" }
  | { readonly kind: "setting"; readonly key: string }
  | ProfileIntent
  | CardIntent
  | FormIntent;

/** Reset: as it is saved. Reload: as it is now, with what was typed. takeCurated: as the curated entry says. */
export const entryDeeds = ["reset", "reload", "takeCurated"] as const;
export type EntryDeed = (typeof entryDeeds)[number];
