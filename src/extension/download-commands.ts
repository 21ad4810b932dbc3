import * as vscode from "vscode";
import { deedsOf, queueRow } from "../core/present/queue-row.ts";
import { sizeWords } from "../core/present/units.ts";
import type { Download } from "../core/protocol/downloads.ts";
import type { Ask } from "./ask.ts";
import { pickMany } from "./pick.ts";

/** Fetched bytes from which giving them up is worth a question. */
const WORTH_ASKING = 100_000_000;

/** What can be chosen for several at once. */
export type PickedDeed = "pause" | "resume" | "cancel" | "retry" | "remove";

/** Asks which downloads, among those whose state allows it, and does it to them. */
export async function pickAndDo(deed: PickedDeed, ask: Ask, signal: AbortSignal): Promise<void> {
  const { downloads } = await ask("downloads.list", {}, signal);
  const words: Readonly<Record<PickedDeed, string>> = {
    pause: vscode.l10n.t("Pause Downloads"),
    resume: vscode.l10n.t("Resume Downloads"),
    cancel: vscode.l10n.t("Cancel Downloads"),
    retry: vscode.l10n.t("Retry Downloads"),
    remove: vscode.l10n.t("Remove Ended Downloads"),
  };
  const chosen = await pickMany(
    {
      title: words[deed],
      placeholder: vscode.l10n.t("Which ones"),
      none: vscode.l10n.t("No download is in a state that allows this."),
    },
    downloads
      .filter(({ state }) => deedsOf(state).includes(deed))
      .map((download) => {
        const row = queueRow(download);
        return {
          value: download,
          label: `${row.model} ${row.variant}`,
          description: [row.stateWords, row.amount, row.pace].filter((part) => part !== "").join(" · "),
        };
      }),
  );
  if (chosen) await doTo(deed, chosen, ask, signal);
}

/** Does it to these; asks first where bytes that took a while would be given up. */
export async function doTo(
  deed: PickedDeed,
  downloads: readonly Download[],
  ask: Ask,
  signal: AbortSignal,
): Promise<void> {
  if (downloads.length === 0 || (deed === "cancel" && !(await mayCancel(downloads)))) return;
  await ask(`downloads.${deed}`, { ids: downloads.map(({ id }) => id) }, signal);
}

async function mayCancel(downloads: readonly Download[]): Promise<boolean> {
  const fetched = downloads.reduce((total, { bytesDone }) => total + bytesDone, 0);
  if (fetched < WORTH_ASKING) return true;
  const yes = vscode.l10n.t("Cancel Download");
  const names = downloads.map(({ model, variant }) => `${model} ${variant}`).join(", ");
  const pressed = await vscode.window.showWarningMessage(
    vscode.l10n.t("Cancel the download of {0}?", names),
    { modal: true, detail: vscode.l10n.t("{0} that were fetched are removed.", sizeWords(fetched)) },
    yes,
  );
  return pressed === yes;
}
