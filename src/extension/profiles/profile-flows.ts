import { config as speak } from "@vscode/l10n";
import * as vscode from "vscode";
import { diffDocument, profileDocument } from "../../core/present/profile-document.ts";
import { profileRow } from "../../core/present/profile-words.ts";
import { PROFILE_ID } from "../../core/serving/yaml/deck-keys.ts";
import { pickOne } from "../pick.ts";
import { openFile } from "../open-file.ts";
import { benchmarkFlow } from "./benchmark-flow.ts";
import { bringOver, checkProfiles } from "./file-flows.ts";
import { createProfileEditors } from "./profile-editors.ts";
import type { ProfileDesk, ProfileStage } from "./handlers.ts";

/** @param words of another language: English → its own; this is a bundle of its own */
export function createProfileFlows(
  stage: ProfileStage,
  words: Readonly<Record<string, string>> | undefined,
): ProfileDesk {
  if (words) speak({ contents: { ...words } });
  const { ask, documents, signal } = stage;
  const editors = createProfileEditors(stage);
  /** The one a lens or a row names, else one a person picks. */
  const chosen = async (
    args: readonly unknown[],
    title: string,
    {
      placeholder = vscode.l10n.t("Pick a profile"),
      but,
    }: { readonly placeholder?: string; readonly but?: string } = {},
  ): Promise<string | undefined> => {
    const [given] = args;
    if (typeof given === "string") return given;
    const all = (await ask("profiles.list", {}, signal)).profiles;
    const profiles = all.filter(({ id }) => id !== but);
    return pickOne(
      {
        title,
        placeholder,
        none: vscode.l10n.t("There are no profiles yet. The setting “Profiles: Files” names the files that hold them."),
      },
      profiles.map((profile) => ({ ...profileRow(profile, false), value: profile.id })),
    );
  };
  const show = async (args: readonly unknown[]): Promise<void> => {
    const profile = await chosen(args, vscode.l10n.t("Show Profile"));
    if (profile === undefined) return;
    const details = await ask("profiles.show", { profile }, signal);
    await documents.show(details.profile.name, profileDocument(details));
  };
  const copyCommand = async (args: readonly unknown[]): Promise<void> => {
    const profile = await chosen(args, vscode.l10n.t("Copy Command of Profile"));
    if (profile === undefined) return;
    const { text } = await ask("profiles.command", { profile }, signal);
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(vscode.l10n.t("The command is on the clipboard."), 4000);
  };
  const edit = async (args: readonly unknown[]): Promise<void> => {
    const profile = await chosen(args, vscode.l10n.t("Edit Profile"));
    if (profile !== undefined) await editors.open(profile);
  };
  const clone = async (args: readonly unknown[]): Promise<void> => {
    const profile = await chosen(args, vscode.l10n.t("Clone Profile"));
    const as = profile === undefined ? undefined : await askId(profile);
    if (profile === undefined || as === undefined) return;
    // Two of one name could not be told apart in a list.
    const patch = { name: `${(await ask("profiles.show", { profile }, signal)).profile.name} (${as})` };
    const made = await ask("profiles.clone", { profile, as, patch }, signal);
    await openFile(made.profile.file, made.profile.line);
  };
  const diff = async (): Promise<void> => {
    const title = vscode.l10n.t("Compare Profiles");
    const profile = await chosen([], title, { placeholder: vscode.l10n.t("The first of two profiles") });
    if (profile === undefined) return;
    const placeholder = vscode.l10n.t("Which one to compare {0} with", profile);
    const other = await chosen([], title, { placeholder, but: profile });
    if (other === undefined) return;
    await documents.show(
      `${profile} · ${other}`,
      diffDocument(await ask("profiles.diff", { profile, with: other }, signal)),
    );
  };
  const benchmark = async (args: readonly unknown[]): Promise<void> => {
    const profile = await chosen(args, vscode.l10n.t("Benchmark Profile"));
    if (profile !== undefined) await benchmarkFlow(profile, { ask, signal, show: () => show([profile]) });
  };
  return {
    handlers: {
      "modelDeck.profiles.show": show,
      "modelDeck.profiles.command": copyCommand,
      "modelDeck.profiles.save": edit,
      "modelDeck.profiles.clone": clone,
      "modelDeck.profiles.diff": diff,
      "modelDeck.profiles.validate": () => checkProfiles(stage),
      "modelDeck.profiles.import": () => bringOver(stage),
      "modelDeck.profiles.benchmark": benchmark,
      "modelDeck.row.serveProfile": async ([id]) => {
        if (typeof id === "string") await stage.serve(id);
      },
    },
    dispose: () => editors.dispose(),
  };
}

const askId = (from: string): Promise<string | undefined> =>
  Promise.resolve(
    vscode.window.showInputBox({
      title: vscode.l10n.t("Clone Profile"),
      prompt: vscode.l10n.t("Id of the new profile; one that begins with bench- is for benchmarks"),
      value: `${from.replace(/^auto-/, "")}-copy`,
      validateInput: (value) =>
        PROFILE_ID.test(value) ? undefined : vscode.l10n.t("An id takes letters, digits, _ and -."),
    }),
  );
