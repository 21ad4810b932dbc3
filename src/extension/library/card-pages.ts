import * as vscode from "vscode";
import { cardPage } from "../../core/present/card-page.ts";
import { cardPageWords } from "../../core/present/card-words.ts";
import { profilesOf, servedProfiles } from "../../core/present/match-profile.ts";
import type { CardReadme } from "../../core/protocol/card-page.ts";
import type { Fit } from "../../core/protocol/fit.ts";
import type { ToLibraryHost, ToLibraryPage } from "../../core/protocol/library-page.ts";
import type { EntryDetails } from "../../core/protocol/models.ts";
import type { Disposable } from "../../core/util/events.ts";
import { isFault } from "../../core/util/faults.ts";
import { cardPicture } from "./card-picture.ts";
import { readCardReadme } from "./card-readme.ts";
import { askModel } from "./exchange.ts";
import type { CardDeeds } from "./card-deeds.ts";
import type { Desk } from "./handlers.ts";
import { type PagePanel, openPagePanel } from "./page-panel.ts";

/** The cards of models, one each. */
export interface CardPages extends Disposable {
  /** @param args what a menu handed over; without a model among them a person is asked for one */
  open(args: readonly unknown[]): Promise<void>;
}

/** A card that is open. */
interface Card extends Disposable {
  readonly panel: PagePanel;
}

export function createCardPages(desk: Desk, deeds: CardDeeds): CardPages {
  const cards = new Map<string, Card>();
  return {
    open: async (args) => {
      const question = { title: vscode.l10n.t("Model Card"), none: vscode.l10n.t("There are no models yet.") };
      const entry = await askModel(desk.ask, args, question, desk.signal);
      if (!entry) return;
      const { name, displayName } = entry;
      const shown = cards.get(name);
      if (shown) return shown.panel.reveal();
      cards.set(
        name,
        openCard(desk, deeds, { name, title: displayName }, () => cards.delete(name)),
      );
    },
    dispose: () => {
      for (const card of cards.values()) card.dispose();
    },
  };
}

function openCard(
  desk: Desk,
  deeds: CardDeeds,
  { name, title }: { readonly name: string; readonly title: string },
  onClosed: () => void,
): Card {
  const { ask, link, report } = desk;
  const closing = new AbortController();
  const signal = AbortSignal.any([desk.signal, closing.signal]);
  let readme: CardReadme = { kind: "loading" };
  /** The source its README was asked for with; undefined: it is to be asked for. */
  let askedOf: string | undefined;
  let context: number | undefined;
  /** The fit for the chosen context; undefined while it is asked for. */
  let fit: readonly Fit[] | undefined;

  const findReadme = async (entry: EntryDetails): Promise<void> => {
    const source = JSON.stringify(entry.source ?? null);
    if (source === askedOf) return;
    askedOf = source;
    const found = await readCardReadme(ask, entry, signal);
    // Its source may be another meanwhile.
    if (source !== askedOf) return;
    readme = found;
    panel.changed();
  };
  const read = async (): Promise<ToLibraryPage> => {
    try {
      const [entry, status, { profiles }] = await Promise.all([
        ask("models.show", { name }, signal),
        ask("serving.status", {}, signal),
        ask("profiles.list", {}, signal),
      ]);
      panel.entitle(entry.displayName);
      void findReadme(entry).catch((error: unknown) => void (signal.aborted || report.error(error)));
      const active = new Set(servedProfiles(status));
      const own = profilesOf(profiles, entry);
      const state = cardPage(entry, {
        fit: context === undefined ? (entry.fit ?? []) : (fit ?? []),
        context,
        asking: context !== undefined && fit === undefined,
        served: own.some(({ id }) => active.has(id)),
        servable: own.length > 0,
        picture: await cardPicture(entry),
        readme,
      });
      return { kind: "card", words: cardPageWords(), state };
    } catch (error) {
      if (!isFault(error, "notFound")) throw error;
      return { kind: "notice", text: vscode.l10n.t("This model is no longer there.") };
    }
  };
  const askFit = async (wanted: number): Promise<void> => {
    context = wanted;
    fit = undefined;
    panel.changed();
    try {
      const answer = await ask("models.fit", { name, context: wanted }, signal);
      // The last choice wins.
      if (context === wanted) ({ fit } = answer);
    } catch (error) {
      if (context === wanted) context = undefined;
      throw error;
    } finally {
      panel.changed();
    }
  };
  const obey = async (message: ToLibraryHost): Promise<void> => {
    if (message.kind === "copy") await vscode.env.clipboard.writeText(message.text);
    else if (message.kind === "visit") await vscode.env.openExternal(vscode.Uri.parse(message.address, true));
    else if (message.kind === "fitAt") await askFit(message.context);
    else if (message.kind === "card" && message.deed !== "readme") await deeds(message.deed, name);
    else if (message.kind === "card") {
      askedOf = undefined;
      readme = { kind: "loading" };
      panel.changed();
    }
  };
  const subscription = link.onEvent((event) => {
    if (event.kind === "models" && (event.names.length === 0 || event.names.includes(name))) panel.changed();
    // What is served takes memory: what fits is another, too.
    if (event.kind === "serving") void again().catch((error: unknown) => void (signal.aborted || report.error(error)));
  });
  const again = async (): Promise<void> => {
    if (context !== undefined && fit !== undefined) return askFit(context);
    panel.changed();
  };
  const panel = openPagePanel(desk, {
    title,
    read,
    kinds: [],
    intent: obey,
    closed: () => {
      subscription.dispose();
      closing.abort();
      onClosed();
    },
  });
  return { panel, dispose: () => panel.dispose() };
}
