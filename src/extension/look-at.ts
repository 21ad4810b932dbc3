import * as vscode from "vscode";
import type { HubAnalysis } from "../core/protocol/hub.ts";
import type { Ask } from "./ask.ts";

/** Looks at a model while a notification says so, from which it can be given up: undefined. */
export function lookAt(
  ask: Ask,
  wanted: { readonly model: string; readonly revision?: string },
  name: string,
  signal: AbortSignal,
): Promise<HubAnalysis | undefined> {
  const title = vscode.l10n.t("Looking at {0}", name);
  const location = vscode.ProgressLocation.Notification;
  return Promise.resolve(
    vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
      const given = new AbortController();
      token.onCancellationRequested(() => given.abort());
      try {
        return await ask("hub.analyze", wanted, AbortSignal.any([signal, given.signal]));
      } catch (error) {
        if (given.signal.aborted) return undefined;
        throw error;
      }
    }),
  );
}
