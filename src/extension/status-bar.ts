import * as vscode from "vscode";
import { type ServingItem, servingItem, servingLinks } from "../core/present/serving-words.ts";
import type { ServingStatus } from "../core/protocol/serving.ts";
import type { Disposable } from "../core/util/events.ts";
import { createScope } from "../core/util/scope.ts";
import type { DeckLink } from "./deck-link.ts";
import type { Reading } from "./reading.ts";
import type { LastLoads } from "./serving/last-loads.ts";

/** The one item that says what is served; a click changes it. */
export function createServingItem(
  link: DeckLink,
  serving: Reading<ServingStatus>,
  loads: Pick<LastLoads, "took">,
): Disposable {
  const scope = createScope();
  const item = scope.use(vscode.window.createStatusBarItem("serving", vscode.StatusBarAlignment.Left, 50));
  item.name = vscode.l10n.t("Model Deck: Active Model");
  let line: string | undefined;
  const draw = (): void => {
    const to = serving.value.switching?.to;
    if (to === undefined) line = undefined;
    const hints = to === undefined ? {} : { took: loads.took(to), line };
    const words = stateItem(link) ?? servingItem(serving.value, hints);
    item.text = words.text;
    item.tooltip = linked(words.tooltip);
    item.accessibilityInformation = { label: `Model Deck: ${words.spoken}`, role: "button" };
    item.backgroundColor = words.alarm ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    item.command = link.state.kind === "open" ? "modelDeck.serving.switch" : "modelDeck.models.focus";
    item.show();
  };
  scope.use(link.onState(draw));
  scope.use(serving.onChange(draw));
  scope.use(
    link.onEvent((event) => {
      // Only of a load: what a server that runs says is in its log.
      if (event.kind !== "logs" || event.server !== serving.value.switching?.group) return;
      line = event.lines.findLast((one) => one.trim() !== "") ?? line;
      draw();
    }),
  );
  draw();
  return scope;
}

/** What it says while the registry is not open; undefined once it is. */
function stateItem({ state }: DeckLink): ServingItem | undefined {
  const say = (icon: string, spoken: string): ServingItem => ({
    text: `$(${icon}) Model Deck`,
    spoken,
    tooltip: spoken,
    alarm: false,
  });
  switch (state.kind) {
    case "open":
      return undefined;
    case "opening":
      return say("loading~spin", vscode.l10n.t("Opening the registry…"));
    case "locked":
      return say(
        "lock",
        vscode.l10n.t("Another window runs a version that this one cannot follow; it is tried again by itself."),
      );
    case "failed":
      return { ...say("error", vscode.l10n.t("The registry could not be opened.")), alarm: true };
  }
}

function linked(text: string): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString(text, true);
  tooltip.isTrusted = { enabledCommands: servingLinks };
  return tooltip;
}
