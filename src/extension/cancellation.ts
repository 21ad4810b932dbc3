import type * as vscode from "vscode";

/** The only bridge from VS Code's tokens to signals. */
export function signalOf(token: vscode.CancellationToken, ...others: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return AbortSignal.any([controller.signal, ...others]);
}
