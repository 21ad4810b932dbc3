import * as vscode from "vscode";
import type { Log } from "../core/ports/log.ts";
import type { Trouble } from "../core/protocol/downloads.ts";
import { isFault } from "../core/util/faults.ts";
import { isFailure } from "./failure.ts";
import { isGone } from "./part.ts";
import type { TroubleButton } from "./tell-trouble.ts";
import type * as Telling from "./tell-trouble.ts";

/** The one place where errors are shown. */
export interface Report {
  /** Cancellation: silence. A fault: its words and the buttons of its remedy. Anything else: a sentence and the log. */
  readonly error: (error: unknown) => void;
  /**
   * A trouble the core told of as data. @param what what it happened to, as a sentence's start
   * @param also buttons beside those of its remedy
   * @param brief shown in place of message and remedy, where a button shows those; the log has them
   */
  readonly trouble: (trouble: Trouble, what?: string, also?: readonly TroubleButton[], brief?: string) => void;
  /** What a person should know and need not act on at once. */
  readonly notice: (trouble: Trouble) => void;
}

export function createReport(log: Log): Report {
  const surprise = async (error: unknown): Promise<void> => {
    log.error("Something unexpected happened.", error);
    if (isGone(error)) return tellGone();
    const showLog = vscode.l10n.t("Show Log");
    const message = vscode.l10n.t("Model Deck met something unexpected.");
    const pressed = await vscode.window.showErrorMessage(message, showLog);
    if (pressed === showLog) await vscode.commands.executeCommand("modelDeck.showLog");
  };
  /** The words are a bundle of their own: most windows have nothing to tell. */
  const tell = async (say: (words: typeof Telling) => Promise<void>): Promise<void> => {
    try {
      await say(await import("./tell-trouble.ts"));
    } catch (error) {
      // What a button was for, failed.
      if (isFault(error)) self.error(error);
      else if (!isSilent(error)) await surprise(error);
    }
  };
  const self: Report = {
    error: (error) => {
      if (isSilent(error)) return;
      if (isFailure(error)) return self.trouble(error.failedTask.trouble, error.failedTask.what);
      if (!isFault(error)) return void surprise(error);
      log.warn(error.message);
      void tell(({ tellFault }) => tellFault(error.fault));
    },
    trouble: (trouble, what, also, brief) => {
      log.warn(`${what ?? ""} ${trouble.code}: ${trouble.message}`.trim());
      void tell(({ tellTrouble }) => tellTrouble(brief === undefined ? trouble : inBrief(trouble, brief), what, also));
    },
    notice: (trouble) => {
      log.warn(`${trouble.code}: ${trouble.message}`);
      void tell(({ tellNotice }) => tellNotice(trouble));
    },
  };
  return self;
}

const inBrief = ({ code, facts }: Trouble, message: string): Trouble => ({ code, facts, message });

async function tellGone(): Promise<void> {
  const reload = vscode.l10n.t("Reload Window");
  const message = vscode.l10n.t("A part of Model Deck is no longer there, as after an update. Reload the window.");
  const pressed = await vscode.window.showErrorMessage(message, reload);
  if (pressed === reload) await vscode.commands.executeCommand("workbench.action.reloadWindow");
}

/** Given up by the person, or by the window that closes. */
const isSilent = (error: unknown): boolean =>
  error instanceof vscode.CancellationError || (error instanceof Error && error.name === "AbortError");
