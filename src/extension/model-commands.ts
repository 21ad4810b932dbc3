import { basename } from "node:path";
import * as vscode from "vscode";
import { entryDocument } from "../core/present/documents.ts";
import { profilesOf } from "../core/present/match-profile.ts";
import { modelRow } from "../core/present/model-row.ts";
import { profileRow } from "../core/present/profile-words.ts";
import type { Entry } from "../core/protocol/models.ts";
import type { Profile } from "../core/protocol/profiles.ts";
import type { Ask } from "./ask.ts";
import type { Documents } from "./documents.ts";
import { everyEntry } from "./every-entry.ts";
import { pickOne } from "./pick.ts";
import { openFile } from "./open-file.ts";

/** Lets a person find a model and shows its page. */
export async function findModel(ask: Ask, documents: Documents, signal: AbortSignal): Promise<void> {
  const entries = await everyEntry(ask, {}, signal);
  const name = await pickOne(
    {
      title: vscode.l10n.t("Models"),
      placeholder: vscode.l10n.t("Find a model"),
      none: vscode.l10n.t("There are no models yet. “Model Deck: Download Model…” gets one."),
    },
    entries.map((entry) => {
      const row = modelRow(entry, false);
      return {
        value: entry.name,
        label: `$(${row.icon}) ${row.label}`,
        description: row.description,
        detail: entry.backend,
      };
    }),
  );
  if (name !== undefined) await showModel(name, ask, documents, signal);
}

export async function showModel(name: string, ask: Ask, documents: Documents, signal: AbortSignal): Promise<void> {
  const [details, { history }] = await Promise.all([
    ask("models.show", { name }, signal),
    ask("history.list", { entry: name }, signal),
  ]);
  await documents.show(details.displayName, entryDocument(details, history));
}

/** The id of a profile that serves the entry; asked where there are several. */
export const profileFor = (profiles: readonly Profile[], entry: Entry): Promise<string | undefined> =>
  pickOne(
    {
      title: vscode.l10n.t("Serve {0}", entry.displayName),
      placeholder: vscode.l10n.t("With which profile"),
      none: vscode.l10n.t("No profile names {0} as its model.", entry.displayName),
    },
    profilesOf(profiles, entry).map((profile) => ({ ...profileRow(profile, false), value: profile.id })),
  );

/** Lets a person find a profile and opens its file there; a file that could not be used comes first. */
export async function findProfile(ask: Ask, signal: AbortSignal): Promise<void> {
  const { profiles, problems } = await ask("profiles.list", {}, signal);
  const place = await pickOne(
    {
      title: vscode.l10n.t("Profiles"),
      placeholder: vscode.l10n.t("Open a profile in its file"),
      none: vscode.l10n.t("There are no profiles yet. The setting “Profiles: Files” names the files that hold them."),
    },
    [
      ...problems.map(({ file, line, problem }) => ({
        label: `$(warning) ${problem}`,
        // Its end, with the line, is what tells them apart.
        description: `${basename(file)}:${line}`,
        detail: file,
        value: { file, line },
      })),
      ...profiles.map((profile) => ({
        ...profileRow(profile, false),
        value: { file: profile.file, line: profile.line, id: profile.id },
      })),
    ],
  );
  // One that stands in no file has a page.
  if (place?.file === "" && "id" in place) await vscode.commands.executeCommand("modelDeck.profiles.show", place.id);
  else if (place) await openFile(place.file, place.line);
}
