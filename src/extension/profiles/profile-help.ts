import * as vscode from "vscode";
import { hoverAt, suggestionsAt } from "../../core/present/profile-language/help.ts";
import { kindOfFile } from "../../core/present/profile-language/places.ts";

/** What is offered and told in files of profiles. A bundle of its own, loaded when it is first needed. */
export function completeProfile(
  document: vscode.TextDocument,
  { line, character }: vscode.Position,
): vscode.CompletionItem[] {
  return suggestionsAt(document.getText(), line, character, kindOfFile(document.fileName)).map(
    ({ label, insert, what }, place) => {
      const item = new vscode.CompletionItem(label, vscode.CompletionItemKind.Property);
      item.insertText = insert;
      // In our order, not by the alphabet.
      item.sortText = String(place).padStart(3, "0");
      item.documentation = new vscode.MarkdownString(what);
      return item;
    },
  );
}

export function hoverProfile(
  document: vscode.TextDocument,
  { line, character }: vscode.Position,
): vscode.Hover | undefined {
  const words = hoverAt(document.getText(), line, character, kindOfFile(document.fileName));
  return words === undefined ? undefined : new vscode.Hover(new vscode.MarkdownString(words));
}
