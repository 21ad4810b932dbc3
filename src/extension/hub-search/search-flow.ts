import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import { hitRow, looksLikeReference } from "../../core/present/hit-row.ts";
import { toTrouble } from "../../core/present/trouble.ts";
import type { HubAnalysis, Provider } from "../../core/protocol/hub.ts";
import type { Ask } from "../ask.ts";
import { lookAt } from "../look-at.ts";
import { pickOne } from "../pick.ts";
import { type SearchState, createSearchSession } from "./search-session.ts";

/** A row of the box: a model, or a step. */
interface Row extends vscode.QuickPickItem {
  readonly does?: { readonly kind: "look"; readonly reference: string } | { readonly kind: "more" | "again" };
}

/** Milliseconds a person pauses between two letters. */
const PAUSE = 300;

/** Searches a hub while a person types, and looks at what they pick; undefined: given up. Rejects with what went wrong there. */
export async function searchFlow(ask: Ask, signal: AbortSignal): Promise<HubAnalysis | undefined> {
  const provider = await askProvider();
  if (provider === undefined) return undefined;
  const reference = await pickHit(ask, provider.value, provider.label, signal);
  if (reference === undefined) return undefined;
  return lookAt(ask, { model: reference }, reference, signal);
}

function askProvider() {
  const hubs: readonly { readonly value: Provider; readonly label: string }[] = [
    { value: "huggingface", label: "Hugging Face" },
    { value: "civitai", label: "Civitai" },
    { value: "ollama", label: "Ollama" },
  ];
  return pickOne(
    { title: vscode.l10n.t("Search a Hub"), placeholder: vscode.l10n.t("Where to search"), none: "" },
    hubs.map((hub) => ({ value: hub, label: hub.label })),
  );
}

function pickHit(ask: Ask, provider: Provider, name: string, signal: AbortSignal): Promise<string | undefined> {
  const box = vscode.window.createQuickPick<Row>();
  box.title = vscode.l10n.t("Search {0}", name);
  box.placeholder = vscode.l10n.t("What to look for, or the name or address of a model");
  box.ignoreFocusOut = true;
  const session = createSearchSession({
    provider,
    ask: (query, asking) => ask("hub.search", { ...query }, AbortSignal.any([signal, asking])),
    pause: (asking) => sleep(PAUSE, undefined, { signal: asking }),
    show: (state) => {
      box.busy = state.kind === "searching";
      if (state.kind !== "searching") box.items = rowsOf(state, box.value);
    },
  });
  box.onDidChangeValue((text) => session.search(text));
  const answer = Promise.withResolvers<string | undefined>();
  box.onDidAccept(() => {
    const does = box.selectedItems[0]?.does;
    if (does?.kind === "more") session.more();
    else if (does?.kind === "again") session.search(box.value);
    else if (does?.kind === "look") answer.resolve(does.reference);
  });
  box.onDidHide(() => answer.resolve(undefined));
  box.show();
  session.search("");
  return answer.promise.finally(() => {
    session.dispose();
    box.dispose();
  });
}

/** All are shown whatever is typed: the hub has chosen them, by more than their names. */
function rowsOf(state: SearchState, text: string): readonly Row[] {
  const named: readonly Row[] = looksLikeReference(text)
    ? [
        {
          label: `$(arrow-right) ${vscode.l10n.t("Look at “{0}”", text.trim())}`,
          alwaysShow: true,
          does: { kind: "look", reference: text.trim() },
        },
      ]
    : [];
  switch (state.kind) {
    case "idle":
    case "searching":
      return named;
    case "failed": {
      const { message, remedy } = toTrouble(state.error);
      return [
        ...named,
        { label: `$(warning) ${message}`, detail: remedy ?? "", alwaysShow: true, does: { kind: "again" } },
        { label: `$(refresh) ${vscode.l10n.t("Try Again")}`, alwaysShow: true, does: { kind: "again" } },
      ];
    }
    case "found":
      return [
        ...named,
        ...(state.note === undefined ? [] : [{ label: state.note, kind: vscode.QuickPickItemKind.Separator }]),
        ...state.hits.map((hit): Row => ({
          ...hitRow(hit),
          alwaysShow: true,
          does: { kind: "look", reference: hit.reference },
        })),
        ...(state.more
          ? [{ label: `$(ellipsis) ${vscode.l10n.t("Show More")}`, alwaysShow: true, does: { kind: "more" as const } }]
          : []),
        ...(state.hits.length === 0 && named.length === 0
          ? [{ label: vscode.l10n.t("Nothing was found."), alwaysShow: true }]
          : []),
      ];
  }
}
