import * as vscode from "vscode";
import type { NewFilesNode } from "./library/new-files.ts";

export function newFilesItem(node: NewFilesNode): vscode.TreeItem {
  const end = node.folder.split(/[\\/]/).slice(-2).join("/");
  const item = new vscode.TreeItem(vscode.l10n.t("New model files in {0}", end), vscode.TreeItemCollapsibleState.None);
  item.id = `newFiles:${node.folder}`;
  item.description = vscode.l10n.t("Scan…");
  item.tooltip = node.folder;
  item.iconPath = new vscode.ThemeIcon("search");
  item.contextValue = "newFiles";
  item.command = { command: "modelDeck.row.scan", title: vscode.l10n.t("Scan…"), arguments: [node] };
  return item;
}
