import * as vscode from "vscode";
import { hoverAt, suggestionsAt } from "../../core/present/profile-language/help.ts";
import { modelPaths, modelValueAt } from "../../core/present/profile-language/model-paths.ts";
import { kindOfFile } from "../../core/present/profile-language/places.ts";
import type { KnownModels } from "./known-models.ts";

/** What is offered and told in files of profiles. A bundle of its own, loaded when it is first needed. */
export async function completeProfile(
  document: vscode.TextDocument,
  { line, character }: vscode.Position,
  models: () => Promise<KnownModels>,
): Promise<vscode.CompletionItem[]> {
  const [text, kind] = [document.getText(), kindOfFile(document.fileName)];
  const value = modelValueAt(text, line, character, kind);
  if (value) {
    const { entries, root } = await models();
    const typed = new vscode.Range(line, value.from, line, character);
    const whole = typed.with({ end: document.lineAt(line).range.end });
    return modelPaths(entries, root, value, kind).map(({ path, insert, filter, name, size }, place) => {
      const item = new vscode.CompletionItem({ label: path, description: size }, vscode.CompletionItemKind.File);
      item.insertText = insert;
      item.filterText = filter;
      item.range = { inserting: typed, replacing: whole };
      item.sortText = sortText(place);
      item.detail = name;
      return item;
    });
  }
  return suggestionsAt(text, line, character, kind).map(({ label, insert, what }, place) => {
    const item = new vscode.CompletionItem(label, vscode.CompletionItemKind.Property);
    item.insertText = insert;
    item.sortText = sortText(place);
    item.documentation = new vscode.MarkdownString(what);
    return item;
  });
}

/** In our order, not by the alphabet. */
const sortText = (place: number): string => String(place).padStart(5, "0");

export function hoverProfile(
  document: vscode.TextDocument,
  { line, character }: vscode.Position,
): vscode.Hover | undefined {
  const words = hoverAt(document.getText(), line, character, kindOfFile(document.fileName));
  return words === undefined ? undefined : new vscode.Hover(new vscode.MarkdownString(words));
}
