import * as vscode from "vscode";
import type { HubAnalysis } from "../core/protocol/hub.ts";
import type { Ask } from "./ask.ts";
import { patiently } from "./patiently.ts";

/** Looks at a model, which can be given up where it takes long: undefined. */
export async function lookAt(
  ask: Ask,
  wanted: { readonly model: string; readonly revision?: string },
  name: string,
  signal: AbortSignal,
): Promise<HubAnalysis | undefined> {
  let given = false;
  const look = (until: AbortSignal): Promise<HubAnalysis> => {
    until.addEventListener("abort", () => (given = true), { once: true });
    return ask("hub.analyze", wanted, until);
  };
  try {
    return await patiently(vscode.l10n.t("Looking at {0}", name), look, { signal });
  } catch (error) {
    if (given) return undefined;
    throw error;
  }
}
