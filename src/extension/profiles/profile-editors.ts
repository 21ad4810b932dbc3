import * as vscode from "vscode";
import { serverOf } from "../../core/present/match-profile.ts";
import { profileFormWords } from "../../core/present/profile-form.ts";
import type { ProfileDeed } from "../../core/protocol/profile-page.ts";
import type { Profile } from "../../core/protocol/profiles.ts";
import type { Disposable } from "../../core/util/events.ts";
import { type PagePanel, openPagePanel } from "../library/page-panel.ts";
import { openFile } from "../open-file.ts";
import type { ProfileStage } from "./handlers.ts";
import { type ProfileSession, openProfileSession } from "./profile-session.ts";

/** The forms of profiles, one each. */
export interface ProfileEditors extends Disposable {
  open(id: string): Promise<void>;
}

export function createProfileEditors(stage: ProfileStage): ProfileEditors {
  const { ask, profiles, report, serving, signal } = stage;
  const panels = new Map<string, PagePanel>();
  const sessions = new Map<string, ProfileSession>();
  const subscription = profiles.onChange(() => {
    for (const session of sessions.values()) void session.follow().catch(report.error);
  });
  // Whether it is served decides what the form offers.
  const watching = serving.onChange(() => {
    for (const panel of panels.values()) panel.changed();
  });
  const act = async (deed: ProfileDeed, { id, file, line }: Profile): Promise<unknown> => {
    switch (deed) {
      case "serve":
        return stage.serve(id);
      case "restart": {
        const server = serverOf(serving.value, (one) => one === id);
        return server && stage.wish({ kind: "restart", server: server.server });
      }
      case "openFile":
        return openFile(file, line);
      case "clone":
        return vscode.commands.executeCommand("modelDeck.profiles.clone", id);
    }
  };
  return {
    open: async (id) => {
      const shown = panels.get(id);
      if (shown) return shown.reveal();
      const words = {
        saved: vscode.l10n.t("Saved."),
        nothingToSave: vscode.l10n.t("There is nothing to save."),
        place: (file: string, line: number) =>
          file === ""
            ? vscode.l10n.t("Made of a model; clone it to change it")
            : vscode.l10n.t("{0}, line {1}", file, line),
      };
      const onChange = (): void => panels.get(id)?.changed();
      const session = await openProfileSession({ ask, words, serving: () => serving.value, onChange, signal }, id);
      // Pressed twice while it was read.
      const meanwhile = panels.get(id);
      if (meanwhile) return meanwhile.reveal();
      sessions.set(id, session);
      const panel = openPagePanel(stage, {
        title: session.form.title,
        kinds: [],
        read: () =>
          session.gone
            ? { kind: "notice", text: vscode.l10n.t("This profile is no longer there.") }
            : { kind: "profile", words: profileFormWords(), state: session.form },
        intent: async (message) => {
          if (message.kind === "profileDraft") await session.keep(message.values);
          else if (message.kind === "profileSave") await session.save(message.values);
          else if (message.kind === "profileReset") await session.reset();
          else if (message.kind === "profileCopy") await vscode.env.clipboard.writeText(session.form.command);
          else if (message.kind === "profileDeed") await act(message.deed, session.profile);
        },
        closed: () => {
          panels.delete(id);
          sessions.delete(id);
        },
      });
      panels.set(id, panel);
    },
    dispose: () => {
      subscription.dispose();
      watching.dispose();
      for (const panel of panels.values()) panel.dispose();
    },
  };
}
