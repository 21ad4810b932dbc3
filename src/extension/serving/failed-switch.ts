import * as vscode from "vscode";
import { offerWords } from "../../core/present/offer-words.ts";
import { sentences } from "../../core/present/sentences.ts";
import type { Trouble } from "../../core/protocol/downloads.ts";
import type { SwitchOffer } from "../../core/protocol/serving.ts";

/** A notification has room for so many buttons beside the log's. */
const BUTTONS = 3;

/**
 * Tells why a model does not serve, with what would help as buttons.
 * @param after what is said of what serves instead; may be empty
 * @returns the offer that was taken; undefined: none
 */
export async function tellFailedSwitch(
  reason: Pick<Trouble, "message" | "remedy">,
  after: string,
  offers: readonly SwitchOffer[],
): Promise<SwitchOffer | undefined> {
  const showLog = vscode.l10n.t("Show Log");
  const shown = offers.slice(0, BUTTONS);
  const told = sentences(after, reason.message, reason.remedy);
  const pressed = await vscode.window.showErrorMessage(told, ...shown.map(offerWords), showLog);
  if (pressed === showLog) await vscode.commands.executeCommand("modelDeck.serving.logs");
  return shown.find((offer) => offerWords(offer) === pressed);
}
