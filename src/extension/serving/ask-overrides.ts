import * as vscode from "vscode";
import { contextWords, tokensOf } from "../../core/present/profile-words.ts";
import type { Profile } from "../../core/protocol/profiles.ts";

/** What is asked of one load alone; the profile stays as it is. */
export interface Overrides {
  readonly context?: number;
  readonly gpuLayers?: number;
  readonly cacheType?: string;
}

/** Those that every llama-server of the last years knows, the most exact first. */
const CACHE_TYPES = ["f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0", "iq4_nl"];

/** Context, layers and cache type, one after the other; an empty answer keeps the profile's. undefined: given up. */
export async function askOverrides(profile: Profile): Promise<Overrides | undefined> {
  const title = vscode.l10n.t("Load {0} with…", profile.name);
  const whole = (low: number) => (text: string) =>
    text.trim() === "" || (tokensOf(text) ?? -1) >= low
      ? undefined
      : vscode.l10n.t("A whole number from {0}, or nothing.", low);
  const context = await vscode.window.showInputBox({
    title: `${title} (1/3)`,
    prompt: vscode.l10n.t("Tokens of context, as 8192 or 8k. Empty: as the profile has it."),
    ...(profile.context !== undefined && { placeHolder: contextWords(profile.context) }),
    validateInput: whole(1),
  });
  if (context === undefined) return undefined;
  const gpuLayers = await vscode.window.showInputBox({
    title: `${title} (2/3)`,
    prompt: vscode.l10n.t("Layers on the GPU. Empty: as the profile has it; 0: none."),
    validateInput: whole(0),
  });
  if (gpuLayers === undefined) return undefined;
  const keep = vscode.l10n.t("As the profile has it");
  const cacheType = await vscode.window.showQuickPick([keep, ...CACHE_TYPES], {
    title: `${title} (3/3)`,
    placeHolder: vscode.l10n.t("Type of the KV cache: smaller types take less memory"),
  });
  if (cacheType === undefined) return undefined;
  return {
    ...(context.trim() !== "" && { context: tokensOf(context) ?? 0 }),
    ...(gpuLayers.trim() !== "" && { gpuLayers: tokensOf(gpuLayers) ?? 0 }),
    ...(cacheType !== keep && { cacheType }),
  };
}
