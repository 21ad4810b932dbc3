import * as vscode from "vscode";
import { groupIcon, groupLabel } from "../core/present/model-filter.ts";
import { fileRow, modelRow } from "../core/present/model-row.ts";
import { sizeWords } from "../core/present/units.ts";
import type { ArrivingNode, DownloadNode } from "./library/arriving.ts";
import type { ModelNode } from "./model-node.ts";
import { newFilesItem } from "./new-files-item.ts";

/** The item of whatever is here already. */
export function modelsItem(node: Exclude<ModelNode, ArrivingNode | DownloadNode>): vscode.TreeItem {
  const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
  switch (node.kind) {
    case "group": {
      const item = new vscode.TreeItem(groupLabel(node.by, node.group), node.open ? Expanded : Collapsed);
      item.id = `group:${node.by}:${node.group}`;
      item.description = `${node.tally.count} · ${sizeWords(node.tally.bytes)}`;
      item.iconPath = new vscode.ThemeIcon(groupIcon(node.by));
      item.contextValue = "group";
      return item;
    }
    case "model": {
      const row = modelRow(node.entry, node.serving, node.less);
      const item = new vscode.TreeItem(row.label, node.entry.state === "installed" ? Collapsed : None);
      item.id = `model:${node.group}:${node.entry.name}`;
      item.description = row.description;
      item.iconPath = new vscode.ThemeIcon(row.icon, colours[row.mark]);
      // Words for `viewItem =~ /\bservable\b/` in the manifest.
      item.contextValue = [
        "model",
        node.entry.state,
        node.entry.layer,
        node.serving ? "serving" : node.servable ? "servable" : "",
        node.entry.locked ? "locked" : "unlocked",
        node.entry.deprecated ? "deprecated" : "current",
        node.entry.source === undefined ? "" : "sourced",
      ].join(" ");
      item.accessibilityInformation = { label: `${row.label}, ${row.description}` };
      return item;
    }
    case "file": {
      const { label, description } = fileRow(node.file, node.label);
      const item = new vscode.TreeItem(label, None);
      item.id = `file:${node.group}:${node.entry}:${node.file.path}`;
      item.description = description;
      item.tooltip = node.file.path;
      item.iconPath = new vscode.ThemeIcon("file");
      item.contextValue = "file";
      return item;
    }
    case "newFiles":
      return newFilesItem(node);
    case "more": {
      const item = new vscode.TreeItem(vscode.l10n.t("Show More…"), None);
      item.id = `more:${node.group ?? "of groups"}`;
      item.description = vscode.l10n.t("{0} left", node.left);
      item.command = { command: "modelDeck.row.more", title: vscode.l10n.t("Show More…"), arguments: [node] };
      return item;
    }
  }
}

const colours: Readonly<Record<ReturnType<typeof modelRow>["mark"], vscode.ThemeColor | undefined>> = {
  none: undefined,
  serving: new vscode.ThemeColor("testing.iconPassed"),
  missing: new vscode.ThemeColor("list.warningForeground"),
  offline: new vscode.ThemeColor("list.deemphasizedForeground"),
  unsafe: new vscode.ThemeColor("list.warningForeground"),
  unverified: new vscode.ThemeColor("list.deemphasizedForeground"),
};
