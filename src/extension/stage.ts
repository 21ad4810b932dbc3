import type { Uri } from "vscode";
import type { Secrets } from "../core/ports/secrets.ts";
import type { ServingStatus } from "../core/protocol/serving.ts";
import type { Disposable } from "../core/util/events.ts";
import type { Ask, VerbResults } from "./ask.ts";
import type { CommandId } from "./contributions.ts";
import type { LibraryCommandId } from "./contributions/library-commands.ts";
import type { operationCommands } from "./contributions/maintenance-commands.ts";
import type { ProfileCommandId } from "./contributions/profile-commands.ts";
import type { DeckLink } from "./deck-link.ts";
import type { Documents } from "./documents.ts";
import type { MaintenanceShell } from "./maintenance/shell.ts";
import type { ModelsTree } from "./models-tree.ts";
import type { LightCommandId } from "./light-handlers.ts";
import type { Reading } from "./reading.ts";
import type { Report } from "./report.ts";
import type { ServerWish } from "./server-intents.ts";
import type { LastLoads } from "./serving/last-loads.ts";
import type { Switcher } from "./switcher.ts";

/** What flows act on. */
export interface Stage {
  readonly link: DeckLink;
  readonly ask: Ask;
  readonly report: Report;
  readonly documents: Documents;
  readonly tree: Pick<ModelsTree, "seen" | "download">;
  readonly maintenance: Pick<MaintenanceShell, "previews" | "tasks">;
  /** Downloads that were asked for here: their end is told. */
  readonly track: (ids: readonly string[]) => void;
  readonly secrets: Secrets;
  readonly serving: Reading<ServingStatus>;
  readonly profiles: Reading<VerbResults["profiles.list"]>;
  readonly loads: LastLoads;
  readonly extensionUri: Uri;
  /** Ends with the window. */
  readonly signal: AbortSignal;
}

export type Arguments = Readonly<Record<string, unknown>>;
/** What a command does when a person asks; the arguments are what a menu or a caller handed over. */
export type Handler = (args: readonly unknown[]) => Promise<unknown>;

/** With an argument object these answer like an API, and are no verbs of the deck. */
export type AnswerId =
  | (typeof operationCommands)[number]
  | Extract<CommandId, "modelDeck.accounts.set" | "modelDeck.accounts.remove">;
export type FlowCommandId = Exclude<CommandId, LightCommandId | LibraryCommandId | ProfileCommandId>;

/** Pickers, questions and switches, once they are loaded. */
export interface Flows extends Disposable {
  readonly run: (id: FlowCommandId, args: readonly unknown[]) => Promise<unknown>;
  readonly answer: (id: AnswerId, args: Arguments) => Promise<unknown>;
  readonly switcher: Switcher;
  /** Does what a tile of the panel wishes. */
  readonly obey: (wish: ServerWish) => Promise<void>;
}
