import * as vscode from "vscode";
import { fetchedDocument, fetchedWords, removedWords } from "../../core/present/metadata-words.ts";
import { modelRow } from "../../core/present/model-row.ts";
import type { Entry } from "../../core/protocol/models.ts";
import { entriesOf } from "../chosen-entries.ts";
import { everyEntry } from "../every-entry.ts";
import { patiently } from "../patiently.ts";
import { pickMany } from "../pick.ts";
import { askModel } from "./exchange.ts";
import type { Desk } from "./handlers.ts";

/** The models a menu was opened on, else those a person checks; undefined: given up, or none is there. */
export async function askEntries(
  { ask, signal }: Desk,
  args: readonly unknown[] | undefined,
  title: string,
  fits: (entry: Entry) => boolean = () => true,
): Promise<readonly Entry[] | undefined> {
  if (args) {
    const chosen = entriesOf(args);
    return chosen.length > 0 ? chosen : undefined;
  }
  const entries = await everyEntry(ask, {}, signal);
  return pickMany(
    { title, placeholder: vscode.l10n.t("Which models"), none: vscode.l10n.t("No model fits.") },
    entries.filter(fits).map((entry) => {
      const { label, description, icon } = modelRow(entry, false);
      return { value: entry, label: `$(${icon}) ${label}`, description, detail: entry.name };
    }),
  );
}

/** @param args what a menu handed over; undefined from the palette */
export async function fetchMetadata(desk: Desk, args: readonly unknown[] | undefined): Promise<void> {
  const title = vscode.l10n.t("Fetch Metadata");
  const entries = await askEntries(desk, args, title);
  if (!entries) return;
  const names = entries.map(({ name }) => name);
  const { found } = await patiently(
    vscode.l10n.t("Fetching metadata"),
    (until) => desk.ask("metadata.fetch", { names }, until),
    { signal: desk.signal },
  );
  const offer = async (): Promise<void> => {
    const show = vscode.l10n.t("Show Report");
    if ((await vscode.window.showInformationMessage(fetchedWords(found), show)) === show)
      await desk.documents.show(title, fetchedDocument(title, found));
  };
  void offer().catch(desk.report.error);
}

export async function removeMetadata(desk: Desk, args: readonly unknown[] | undefined): Promise<void> {
  const title = vscode.l10n.t("Remove Fetched Metadata");
  const entries = await askEntries(desk, args, title);
  if (!entries) return;
  const yes = vscode.l10n.t("Remove");
  const message =
    entries.length === 1
      ? vscode.l10n.t("Remove what was fetched about {0}?", entries[0]?.displayName ?? "")
      : vscode.l10n.t("Remove what was fetched about {0} models?", entries.length);
  const detail = vscode.l10n.t("What you wrote yourself stays. It can be fetched again.");
  if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, yes)) !== yes) return;
  const names = entries.map(({ name }) => name);
  const { found } = await patiently(
    vscode.l10n.t("Removing metadata"),
    (until) => desk.ask("metadata.remove", { names }, until),
    { signal: desk.signal },
  );
  vscode.window.setStatusBarMessage(`$(check) ${removedWords(found)}`, 5000);
}

/** Lets a person choose a picture for a model, or take it away. */
export async function setPreview(desk: Desk, args: readonly unknown[]): Promise<void> {
  const { ask, signal } = desk;
  const title = vscode.l10n.t("Set Preview Picture");
  const entry = await askModel(ask, args, { title, none: vscode.l10n.t("There are no models yet.") }, signal);
  if (!entry) return;
  const choose = { label: `$(file-media) ${vscode.l10n.t("Choose a Picture…")}`, deed: "choose" } as const;
  const none = { label: `$(trash) ${vscode.l10n.t("No picture")}`, deed: "none" } as const;
  const picked = entry.preview === undefined ? choose : await vscode.window.showQuickPick([choose, none], { title });
  if (!picked) return;
  const picture = picked.deed === "none" ? null : await choosePicture(title);
  if (picture === undefined) return;
  await ask("metadata.preview", { name: entry.name, picture }, signal);
}

async function choosePicture(title: string): Promise<string | undefined> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title,
      openLabel: vscode.l10n.t("Choose"),
      filters: { [vscode.l10n.t("Pictures")]: ["png", "jpg", "jpeg"] },
    })) ?? [];
  return file?.fsPath;
}
