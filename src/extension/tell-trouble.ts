import * as vscode from "vscode";
import { type FaultWords, type RemedyAction, faultWords } from "../core/present/fault-words.ts";
import { personWords } from "../core/present/person-words.ts";
import { sentences } from "../core/present/sentences.ts";
import { troubleActions } from "../core/present/trouble-actions.ts";
import type { Trouble } from "../core/protocol/downloads.ts";
import { type Fault, isFault } from "../core/util/faults.ts";
import { openFile } from "./open-file.ts";
import { openSetting } from "./settings.ts";
import { speakHere } from "./speak-here.ts";

speakHere();

/** Without a button a notification shows one line of about so many characters, and its end is folded away. */
const ONE_LINE = 50;

export const tellFault = (fault: Fault): Promise<void> => show(personWords(fault), vscode.window.showErrorMessage);

/** A button that only who tells of it knows what to do for. */
export interface TroubleButton {
  readonly title: string;
  readonly press: () => Promise<unknown>;
}

/** @param what what it happened to, as a sentence's start */
export const tellTrouble = (trouble: Trouble, what?: string, also: readonly TroubleButton[] = []): Promise<void> =>
  show(
    {
      ...trouble,
      message: what === undefined ? trouble.message : `${what} ${trouble.message}`,
      actions: troubleActions(trouble),
    },
    vscode.window.showErrorMessage,
    also,
  );

export const tellNotice = (trouble: Trouble): Promise<void> =>
  show({ ...trouble, actions: troubleActions(trouble) }, vscode.window.showWarningMessage);

/** What a caller with arguments gets of an error: a fault as an Error with its `code` and `facts`, others as they are. */
export function apiError(error: unknown): unknown {
  if (!isFault(error)) return error;
  const { code, ...facts } = error.fault;
  return Object.assign(new Error(faultWords(error.fault).message, { cause: error }), { code, facts });
}

async function show(
  { message, remedy, actions = [] }: FaultWords,
  open: (message: string, ...buttons: string[]) => Thenable<string | undefined>,
  also: readonly TroubleButton[] = [],
): Promise<void> {
  const sentence = sentences(message, remedy);
  const showLog = vscode.l10n.t("Show Log");
  const fallback = sentence.length > ONE_LINE ? [showLog] : [];
  const titles = [...actions, ...also].map(({ title }) => title);
  const pressed = await open(sentence, ...(titles.length > 0 ? titles : fallback));
  const action = actions.find(({ title }) => title === pressed);
  const other = also.find(({ title }) => title === pressed);
  if (action) await act(action.do);
  else if (other) await other.press();
  else if (pressed === showLog) await vscode.commands.executeCommand("modelDeck.showLog");
}

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
