import * as vscode from "vscode";
import { nameOf } from "../core/present/serving-words.ts";
import type { PageState, PageTab } from "../core/protocol/page.ts";
import type { ServingStatus } from "../core/protocol/serving.ts";
import type { DeckLink } from "./deck-link.ts";

/** What the page draws beside the queue and the lines, as it stands now. */
export function pageState(
  link: DeckLink,
  tab: PageTab,
  { servers }: ServingStatus,
  watched: string | undefined,
): PageState {
  const notice = noticeOf(link);
  return {
    tab,
    servers: servers.map((server) => ({ server: server.server, title: nameOf(server) })),
    ...(watched === undefined ? {} : { watched }),
    ...(notice === undefined ? {} : { notice }),
  };
}

function noticeOf({ state }: DeckLink): string | undefined {
  switch (state.kind) {
    case "open":
      return undefined;
    case "opening":
      return vscode.l10n.t("Opening the registry…");
    case "locked":
      return vscode.l10n.t("Another window runs a version of Model Deck that this one cannot follow.");
    case "failed":
      return vscode.l10n.t("The registry could not be opened.");
  }
}
