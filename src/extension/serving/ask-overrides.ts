import * as vscode from "vscode";
import { type OverrideRow, type Overrides, overrideRows } from "../../core/present/override-rows.ts";
import { contextWords, tokensOf } from "../../core/present/profile-words.ts";
import type { Profile } from "../../core/protocol/profiles.ts";

/** Those that every llama-server of the last years knows, the most exact first. */
const CACHE_TYPES = ["f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0", "iq4_nl"];

/** A list of what can be changed, each asked alone, until it is to be loaded. undefined: given up. */
export async function askOverrides(profile: Profile): Promise<Overrides | undefined> {
  const title = vscode.l10n.t("Load {0} with…", profile.name);
  const icons = { context: "symbol-ruler", gpuLayers: "layers", cacheType: "database", load: "play" } as const;
  for (let set: Overrides = {}; ;) {
    const rows = overrideRows(profile, set).map((row) => ({ ...row, label: `$(${icons[row.what]}) ${row.label}` }));
    const picked = await vscode.window.showQuickPick(rows, {
      title,
      placeHolder: vscode.l10n.t("What is to be another for this load; the profile stays as it is"),
    });
    if (!picked) return undefined;
    if (picked.what === "load") return set;
    set = await askOne(title, picked.what, set, profile);
  }
}

/** With the answer to that question; left as it is where it is given up, without it where the answer is empty. */
async function askOne(
  title: string,
  what: Exclude<OverrideRow["what"], "load">,
  set: Overrides,
  profile: Profile,
): Promise<Overrides> {
  const { [what]: before, ...others } = set;
  if (what === "cacheType") {
    const keep = vscode.l10n.t("As the profile has it");
    const type = await vscode.window.showQuickPick([keep, ...CACHE_TYPES], {
      title,
      placeHolder: vscode.l10n.t("Type of the KV cache: smaller types take less memory"),
    });
    return type === undefined ? set : { ...others, ...(type !== keep && { cacheType: type }) };
  }
  const low = what === "context" ? 1 : 0;
  const typed = await vscode.window.showInputBox({
    title,
    prompt:
      what === "context"
        ? vscode.l10n.t("Tokens of context, as 8192 or 8k. Empty: as the profile has it.")
        : vscode.l10n.t("Layers on the GPU. Empty: as the profile has it; 0: none."),
    ...(before !== undefined && { value: String(before) }),
    ...(what === "context" && profile.context !== undefined && { placeHolder: contextWords(profile.context) }),
    validateInput: (text) =>
      text.trim() === "" || (tokensOf(text) ?? -1) >= low
        ? undefined
        : vscode.l10n.t("A whole number from {0}, or nothing.", low),
  });
  if (typed === undefined) return set;
  const count = tokensOf(typed);
  return { ...others, ...(count !== undefined && { [what]: count }) };
}
