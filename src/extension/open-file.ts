import * as vscode from "vscode";

/** @param line counts from 1 */
export function openFile(path: string, line = 1): Thenable<unknown> {
  const at = new vscode.Position(Math.max(0, line - 1), 0);
  return vscode.window.showTextDocument(vscode.Uri.file(path), { selection: new vscode.Range(at, at) });
}
