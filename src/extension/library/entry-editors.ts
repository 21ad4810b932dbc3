import * as vscode from "vscode";
import { entryFormWords } from "../../core/present/entry-form.ts";
import type { ToLibraryHost, ToLibraryPage } from "../../core/protocol/library-page.ts";
import type { Disposable } from "../../core/util/events.ts";
import { roleNames } from "../settings.ts";
import { type EntrySession, openSession } from "./entry-session.ts";
import type { Desk } from "./handlers.ts";
import { type PagePanel, openPagePanel } from "./page-panel.ts";

/** The editors of entries, one each; what was typed and not saved is there again when one is opened anew. */
export interface EntryEditors extends Disposable {
  open(name: string): Promise<void>;
}

export function createEntryEditors(desk: Desk): EntryEditors {
  const { ask, link, report, signal } = desk;
  const sessions = new Map<string, EntrySession>();
  const panels = new Map<string, PagePanel>();

  const sessionOf = async (name: string): Promise<EntrySession> => {
    const known = sessions.get(name);
    if (known) return known;
    const onChange = (): void => {
      const panel = panels.get(name);
      const session = sessions.get(name);
      if (session) panel?.entitle(titleOf(session));
      panel?.changed();
    };
    const session = await openSession({ ask, roles: roleNames, words: sessionWords(), onChange, signal }, name);
    sessions.set(name, session);
    return session;
  };
  const read = (name: string): ToLibraryPage => {
    const session = sessions.get(name);
    if (!session || session.gone) return { kind: "notice", text: vscode.l10n.t("This model is no longer there.") };
    return { kind: "entry", words: entryFormWords(), state: session.form };
  };
  const obey = async (name: string, message: ToLibraryHost): Promise<void> => {
    const session = sessions.get(name);
    if (!session) return;
    if (message.kind === "draft") session.keep(message.draft);
    else if (message.kind === "save") await session.save(message.draft);
    else if (message.kind === "reset" || message.kind === "reload" || message.kind === "takeCurated")
      await session.obey(message.kind);
  };
  const subscription = link.onEvent((event) => {
    if (event.kind !== "models") return;
    for (const [name, session] of sessions)
      if (event.names.length === 0 || event.names.includes(name)) void session.follow().catch(report.error);
  });

  const open = async (name: string): Promise<void> => {
    const session = await sessionOf(name);
    await session.follow();
    const shown = panels.get(name);
    if (shown) return shown.reveal();
    const panel = openPagePanel(desk, {
      title: titleOf(session),
      read: () => read(name),
      kinds: [],
      intent: (message) => obey(name, message),
      closed: () => {
        panels.delete(name);
        if (ending) return;
        if (session.changed) void offerBack(name, session).catch(report.error);
        else sessions.delete(name);
      },
    });
    panels.set(name, panel);
  };
  /** An editor of this kind cannot be kept from closing; what was typed is kept instead. */
  const offerBack = async (name: string, session: EntrySession): Promise<void> => {
    const back = vscode.l10n.t("Edit Again");
    const drop = vscode.l10n.t("Discard");
    const message = vscode.l10n.t("What you typed for {0} is not saved, and kept for now.", session.form.title);
    const pressed = await vscode.window.showWarningMessage(message, back, drop);
    if (pressed === back) await open(name);
    else if (pressed === drop && !panels.has(name)) sessions.delete(name);
  };
  let ending = false;
  return {
    open,
    dispose: () => {
      ending = true;
      subscription.dispose();
      for (const panel of panels.values()) panel.dispose();
    },
  };
}

const titleOf = ({ form }: EntrySession): string => (form.changed ? `● ${form.title}` : form.title);

const sessionWords = () => ({
  saved: vscode.l10n.t("Saved."),
  nothingToSave: vscode.l10n.t("There is nothing to save."),
  stale: vscode.l10n.t(
    "It was changed elsewhere since. Nothing you typed is lost: Reload brings the changes in, and keeps what you typed.",
  ),
  unfit: vscode.l10n.t("Some fields cannot be saved as they are."),
});
