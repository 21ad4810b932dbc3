import type { Uri } from "vscode";
import type { Disposable } from "../../core/util/events.ts";
import type { ServingStatus } from "../../core/protocol/serving.ts";
import type { Ask, VerbResults } from "../ask.ts";
import type { ProfileCommandId } from "../contributions/profile-commands.ts";
import type { DeckLink } from "../deck-link.ts";
import type { Documents } from "../documents.ts";
import type { Reading } from "../reading.ts";
import type { Report } from "../report.ts";
import type { ServerWish } from "../server-intents.ts";

/** What commands about profiles act on. */
export interface ProfileStage {
  readonly ask: Ask;
  readonly link: DeckLink;
  readonly report: Report;
  readonly documents: Documents;
  readonly profiles: Reading<VerbResults["profiles.list"]>;
  readonly serving: Reading<ServingStatus>;
  readonly serve: (profile: string) => Promise<void>;
  readonly wish: (wish: ServerWish) => void;
  readonly extensionUri: Uri;
  readonly warn: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Given the id of a profile by a row or a lens, a command asks for none. */
export type ProfileHandlers = Readonly<Record<ProfileCommandId, (args: readonly unknown[]) => Promise<unknown>>>;

/** The flows and forms, once they are loaded. */
export interface ProfileDesk extends Disposable {
  readonly handlers: ProfileHandlers;
}
