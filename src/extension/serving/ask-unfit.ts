import * as vscode from "vscode";
import { memoryWords } from "../../core/present/gpu-words.ts";
import { offerWords } from "../../core/present/offer-words.ts";
import type { SwitchOffer } from "../../core/protocol/serving.ts";
import type { Fault } from "../../core/util/faults.ts";

/** Asks what is to be done with a model that does not fit; what serves goes on meanwhile. undefined: given up. */
export async function askUnfit(
  misfit: Extract<Fault, { code: "doesNotFit" }>,
  offers: readonly SwitchOffer[],
): Promise<SwitchOffer | undefined> {
  const cancel = { label: vscode.l10n.t("Cancel"), offer: undefined };
  const picked = await vscode.window.showQuickPick(
    [...offers.map((offer) => ({ label: offerWords(offer), offer })), cancel],
    {
      title: vscode.l10n.t("{0} does not fit", misfit.profile),
      placeHolder: vscode.l10n.t("It needs {0}, free are {1}", memoryWords(misfit.needed), memoryWords(misfit.free)),
      ignoreFocusOut: true,
    },
  );
  return picked?.offer;
}
