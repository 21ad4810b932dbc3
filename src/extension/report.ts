import * as vscode from "vscode";
import type { Log } from "../core/ports/log.ts";
import { type FaultWords, type RemedyAction, faultWords } from "../core/present/fault-words.ts";
import { sentences } from "../core/present/sentences.ts";
import { troubleActions } from "../core/present/trouble-actions.ts";
import type { Trouble } from "../core/protocol/downloads.ts";
import { isFault } from "../core/util/faults.ts";
import { openSetting } from "./settings.ts";

/** The one place where errors are shown. */
export interface Report {
  /** Cancellation: silence. A fault: its words and the buttons of its remedy. Anything else: a sentence and the log. */
  readonly error: (error: unknown) => void;
  /** A trouble the core told of as data. @param what what it happened to, as a sentence's start */
  readonly trouble: (trouble: Trouble, what?: string) => void;
  /** What a person should know and need not act on at once. */
  readonly notice: (trouble: Trouble) => void;
}

/** Without a button a notification shows one line of about so many characters, and its end is folded away. */
const ONE_LINE = 50;

interface Failure extends Error {
  readonly failedTask: { readonly trouble: Trouble; readonly what: string };
}

/** By its mark: flows are bundles of their own, each with its copy of this file. */
const isFailure = (error: unknown): error is Failure => error instanceof Error && "failedTask" in error;

/** An error that is shown as what a task told of its end. @param what what it happened to, as a sentence's start */
export function failure(trouble: Trouble, what: string): Error {
  return Object.assign(new Error(`${what} ${trouble.message}`), { failedTask: { trouble, what } });
}

export function createReport(log: Log): Report {
  const show = async (
    { message, remedy, actions = [] }: FaultWords,
    open: (message: string, ...buttons: string[]) => Thenable<string | undefined>,
  ): Promise<void> => {
    const sentence = sentences(message, remedy);
    const showLog = vscode.l10n.t("Show Log");
    const fallback = sentence.length > ONE_LINE ? [showLog] : [];
    const pressed = await open(sentence, ...(actions.length > 0 ? actions.map(({ title }) => title) : fallback));
    const action = actions.find(({ title }) => title === pressed);
    if (action) await act(action.do);
    else if (pressed === showLog) await vscode.commands.executeCommand("modelDeck.showLog");
  };
  const surprise = async (): Promise<void> => {
    const showLog = vscode.l10n.t("Show Log");
    const message = vscode.l10n.t("Model Deck met something unexpected.");
    const pressed = await vscode.window.showErrorMessage(message, showLog);
    if (pressed === showLog) await vscode.commands.executeCommand("modelDeck.showLog");
  };
  const self: Report = {
    error: (error) => {
      if (isSilent(error)) return;
      if (isFailure(error)) return self.trouble(error.failedTask.trouble, error.failedTask.what);
      if (isFault(error)) {
        log.warn(error.message);
        void show(faultWords(error.fault), vscode.window.showErrorMessage);
      } else {
        log.error("Something unexpected happened.", error);
        void surprise();
      }
    },
    trouble: (trouble, what) => {
      log.warn(`${what ?? ""} ${trouble.code}: ${trouble.message}`.trim());
      void show(
        {
          ...trouble,
          message: what === undefined ? trouble.message : `${what} ${trouble.message}`,
          actions: troubleActions(trouble),
        },
        vscode.window.showErrorMessage,
      );
    },
    notice: (trouble) => {
      log.warn(`${trouble.code}: ${trouble.message}`);
      void show({ ...trouble, actions: troubleActions(trouble) }, vscode.window.showWarningMessage);
    },
  };
  return self;
}

/** Given up by the person, or by the window that closes. */
const isSilent = (error: unknown): boolean =>
  error instanceof vscode.CancellationError || (error instanceof Error && error.name === "AbortError");

function act(action: RemedyAction): Thenable<unknown> {
  switch (action.kind) {
    case "openPage":
      return vscode.env.openExternal(vscode.Uri.parse(action.url, true));
    case "openFile":
      return openFile(action.path, action.line);
    case "setToken":
      return vscode.commands.executeCommand("modelDeck.accounts.set", { provider: action.provider });
    case "openSettings":
      return openSetting(action.key);
    case "showLogs":
      return vscode.commands.executeCommand("modelDeck.serving.logs");
  }
}

/** @param line counts from 1 */
export function openFile(path: string, line = 1): Thenable<unknown> {
  const at = new vscode.Position(Math.max(0, line - 1), 0);
  return vscode.window.showTextDocument(vscode.Uri.file(path), { selection: new vscode.Range(at, at) });
}
