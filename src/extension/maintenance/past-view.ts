import * as vscode from "vscode";
import { type Disposable, createEmitter } from "../../core/util/events.ts";
import { createScope } from "../../core/util/scope.ts";
import type { DeckLink } from "../deck-link.ts";
import type { PastNode } from "./past-node.ts";

/** A view of what was done: read when it is looked at, drawn again when the deck says that it changed. */
export function createPastView(
  viewId: string,
  link: DeckLink,
  read: () => Promise<readonly PastNode[]>,
  empty: string,
): Disposable {
  const scope = createScope();
  const changed = scope.use(createEmitter<undefined>());
  const provider: vscode.TreeDataProvider<PastNode> = {
    onDidChangeTreeData: changed.event,
    getChildren: async (node) => {
      if (link.state.kind !== "open") return [];
      if (node) return [...((await node.children?.()) ?? [])];
      const nodes = await read();
      view.message = nodes.length === 0 ? empty : "";
      return [...nodes];
    },
    getTreeItem: (node) => itemOf(viewId, node),
  };
  const view = scope.use(vscode.window.createTreeView(viewId, { treeDataProvider: provider, showCollapseAll: false }));
  scope.use(link.onState(() => changed.fire(undefined)));
  scope.use(link.onEvent(({ kind }) => void (kind === "history" && changed.fire(undefined))));
  return scope;
}

function itemOf(viewId: string, node: PastNode): vscode.TreeItem {
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(node.row.label, node.children ? Collapsed : None);
  item.id = `${viewId}:${node.id}`;
  item.description = node.row.description;
  item.tooltip = new vscode.MarkdownString(node.row.tooltip, true);
  item.iconPath = new vscode.ThemeIcon(node.row.icon);
  item.contextValue = node.context;
  item.accessibilityInformation = { label: `${node.row.label}, ${node.row.description}` };
  if (node.command !== undefined) item.command = { command: node.command, title: node.row.label, arguments: [node] };
  return item;
}
