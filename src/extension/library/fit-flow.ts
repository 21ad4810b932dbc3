import * as vscode from "vscode";
import { fitTable } from "../../core/present/fit-words.ts";
import { askModel } from "./exchange.ts";
import type { Desk } from "./handlers.ts";

/** Says whether a model fits each device as it is now, with the context a person asks for. */
export async function fitFlow({ ask, documents, signal }: Desk, args: readonly unknown[]): Promise<void> {
  const title = vscode.l10n.t("Check Whether a Model Fits");
  const entry = await askModel(ask, args, { title, none: vscode.l10n.t("There are no models yet.") }, signal);
  if (!entry) return;
  const typed = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t("Tokens of context; empty: as the server takes it by itself"),
    validateInput: (text) =>
      /^([1-9]\d{0,8})?$/.test(text.trim()) ? undefined : vscode.l10n.t("A whole number above zero"),
  });
  if (typed === undefined) return;
  const context = typed.trim() === "" ? {} : { context: Number(typed.trim()) };
  const { fit } = await ask("models.fit", { name: entry.name, ...context }, signal);
  if (fit.length === 0)
    return void vscode.window.showInformationMessage(
      vscode.l10n.t("Of {0} too little is known to say whether it fits.", entry.displayName),
    );
  await documents.show(vscode.l10n.t("Fit of {0}", entry.displayName), fitTable(fit));
}
