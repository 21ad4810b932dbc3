import * as vscode from "vscode";
import { characteristicWords, valueWords } from "../../core/present/characteristic-words.ts";
import { servedProfiles, servesEntry } from "../../core/present/match-profile.ts";
import { patiently } from "../patiently.ts";
import { askModel } from "./exchange.ts";
import type { Desk } from "./handlers.ts";

/** Asks the running server what its model can do, and says what was learned. */
export async function probeFlow(desk: Desk, args: readonly unknown[]): Promise<void> {
  const { ask, signal } = desk;
  const [{ profiles }, status] = await Promise.all([
    ask("profiles.list", {}, signal),
    ask("serving.status", {}, signal),
  ]);
  const active = new Set(servedProfiles(status));
  const served = profiles.filter(({ id }) => active.has(id));
  const question = {
    title: vscode.l10n.t("Ask the Server What Its Model Can Do"),
    none: vscode.l10n.t("No model is served: switch to one first."),
    fits: (entry: { readonly path?: string }) => served.some((profile) => servesEntry(profile, entry)),
  };
  const entry = await askModel(ask, args, question, signal);
  if (!entry) return;
  const { characteristics } = await patiently(
    vscode.l10n.t("Asking the server of {0}", entry.displayName),
    (until) => ask("models.probe", { name: entry.name }, until),
    { signal },
  );
  const learned = characteristics.map((one) => `${characteristicWords(one.name)}: ${valueWords(one)}`).join(", ");
  const message =
    characteristics.length === 0
      ? vscode.l10n.t("The server of {0} told nothing.", entry.displayName)
      : vscode.l10n.t("Learned of {0}: {1}.", entry.displayName, learned);
  void vscode.window.showInformationMessage(message);
}
