import * as vscode from "vscode";
import type { Entry } from "../core/protocol/models.ts";
import { asNode } from "./model-node.ts";

/** The models a menu was opened on: all that are chosen where its own row is among them, else that one. */
export function entriesOf([first, chosen]: readonly unknown[]): readonly Entry[] {
  const nodes = Array.isArray(chosen) && chosen.length > 0 ? chosen.map(asNode) : [asNode(first)];
  const entries = nodes.flatMap((node) => (node?.kind === "model" ? [node.entry] : []));
  if (entries.length === 0)
    void vscode.window.showInformationMessage(vscode.l10n.t("No model is among what is chosen."));
  return entries;
}
