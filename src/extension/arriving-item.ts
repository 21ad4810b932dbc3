import * as vscode from "vscode";
import type { Arriving, ArrivingNode, DownloadNode } from "./library/arriving.ts";

const { Expanded, None } = vscode.TreeItemCollapsibleState;

/** The item of the group, or of a model on its way. */
export function arrivingItem(node: ArrivingNode | DownloadNode, arriving: Arriving): vscode.TreeItem {
  if (node.kind === "arriving") {
    const item = new vscode.TreeItem(vscode.l10n.t("Arriving"), Expanded);
    item.id = "arriving";
    item.description = String(arriving.count);
    item.iconPath = new vscode.ThemeIcon("cloud-download");
    item.contextValue = "arriving";
    return item;
  }
  const row = arriving.row(node);
  const item = new vscode.TreeItem(row?.label ?? "", None);
  item.id = `download:${node.id}`;
  if (!row) return item;
  item.description = row.description;
  item.tooltip = row.tooltip;
  item.iconPath = new vscode.ThemeIcon(
    row.icon,
    row.failed ? new vscode.ThemeColor("list.errorForeground") : undefined,
  );
  item.contextValue = row.context;
  item.accessibilityInformation = { label: `${row.label}, ${row.description}` };
  return item;
}
