import * as vscode from "vscode";
import type { Ask } from "./ask.ts";

/** Asks how fast downloads may be, all together, from now on. */
export async function askLimit(ask: Ask, signal: AbortSignal): Promise<void> {
  const { limit } = await ask("downloads.status", {}, signal);
  const answer = await vscode.window.showInputBox({
    title: vscode.l10n.t("Limit Download Speed"),
    prompt: vscode.l10n.t("Megabytes per second over all downloads together; empty for no limit."),
    value: limit === null ? "" : String(limit / 1e6),
    validateInput: (value) =>
      limitOf(value) === undefined ? vscode.l10n.t("Give a number above 0, or nothing.") : undefined,
  });
  const bytesPerSecond = answer === undefined ? undefined : limitOf(answer);
  if (bytesPerSecond !== undefined) await ask("downloads.limit", { bytesPerSecond }, signal);
}

/** undefined for what is no limit. */
function limitOf(words: string): number | null | undefined {
  if (words.trim() === "") return null;
  const count = Math.round(Number(words.trim().replace(",", ".")) * 1e6);
  return Number.isSafeInteger(count) && count > 0 ? count : undefined;
}
