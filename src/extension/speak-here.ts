import { config as speak } from "@vscode/l10n";
import * as vscode from "vscode";

/** Each bundle has words of its own, which are told the window's language where it is not English. */
export function speakHere(): void {
  if (vscode.l10n.bundle) speak({ contents: { ...vscode.l10n.bundle } });
}
