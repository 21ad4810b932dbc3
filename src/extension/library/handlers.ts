import type { Uri } from "vscode";
import type { Disposable } from "../../core/util/events.ts";
import type { Ask } from "../ask.ts";
import type { LibraryCommandId } from "../contributions/library-commands.ts";
import type { DeckLink } from "../deck-link.ts";
import type { Documents } from "../documents.ts";
import type { Report } from "../report.ts";
import type { ViewState } from "./view-state.ts";

/** What a command does when a person asks; the arguments are what a menu or a caller handed over. */
type Handler = (args: readonly unknown[]) => Promise<unknown>;
export type LibraryHandlers = Readonly<Record<LibraryCommandId, Handler>>;

/** What these commands act on. */
export interface Desk {
  readonly ask: Ask;
  readonly link: DeckLink;
  readonly report: Report;
  readonly documents: Documents;
  readonly look: ViewState;
  /** Downloads that were asked for here: their end is told. */
  readonly track: (ids: readonly string[]) => void;
  readonly extensionUri: Uri;
  readonly warn: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The pages and flows, once they are loaded. */
export interface Library extends Disposable {
  readonly handlers: LibraryHandlers;
}
