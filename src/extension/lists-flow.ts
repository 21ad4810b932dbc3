import * as vscode from "vscode";
import { terminalCommand } from "../core/maintenance/command.ts";
import {
  absentWords,
  amountWords,
  eachOnce,
  leftOutOfLists,
  listsDocument,
  queuedWords,
  wantedHint,
  wantedWords,
} from "../core/present/lists-words.ts";
import type { LibraryLists, WantedFile } from "../core/protocol/lists.ts";
import type { Ask } from "./ask.ts";
import type { Documents } from "./documents.ts";
import { patiently } from "./patiently.ts";
import { pickMany, pickOne } from "./pick.ts";

interface Parts {
  readonly ask: Ask;
  readonly documents: Documents;
  readonly signal: AbortSignal;
}

/** What another program wants, as a page. */
export async function showLists(parts: Parts): Promise<void> {
  const lists = await readLists(parts, vscode.l10n.t("Show What Wan2GP Wants"));
  if (lists) await parts.documents.show(vscode.l10n.t("What Wan2GP wants"), listsDocument(lists));
}

/** From a program's folder to queued downloads. Hands back their ids; empty where it was given up. */
export async function fetchFlow(parts: Parts): Promise<readonly string[]> {
  const title = vscode.l10n.t("Download What Wan2GP Wants");
  const lists = await readLists(parts, title);
  const entries = lists && (await pickEntries(lists, title));
  const picked = entries && (await pickFiles(title, eachOnce(entries)));
  if (!lists || !entries || !picked) return [];
  const args = {
    path: lists.root,
    entries: entries.map(({ id }) => id),
    files: picked.map(({ id }) => id),
    missingOnly: false,
  };
  if (!(await confirmed(lists, picked, args))) return [];
  const done = await patiently(title, (until) => parts.ask("library.fetch", args, until), parts);
  void tell(parts, done).catch(() => undefined);
  return done.ids;
}

async function readLists({ ask, signal }: Parts, title: string): Promise<LibraryLists | undefined> {
  const set = vscode.workspace.getConfiguration("modelDeck").get<string>("wan2gp.root", "").trim();
  const path = set === "" ? await pickFolder(title) : set;
  return path === undefined
    ? undefined
    : patiently(title, (until) => ask("library.lists", { path }, until), { signal });
}

async function pickFolder(title: string): Promise<string | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t("{0}: the folder of Wan2GP", title),
      openLabel: vscode.l10n.t("Read Its Lists"),
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  return folder?.fsPath;
}

const pickEntries = (
  { entries }: LibraryLists,
  title: string,
): Promise<readonly LibraryLists["entries"][number][] | undefined> =>
  pickMany(
    {
      title,
      placeholder: vscode.l10n.t("Whose files"),
      none: vscode.l10n.t("Its lists name no files."),
    },
    entries
      .filter(({ files }) => files.length > 0)
      .map((entry) => ({ value: entry, label: entry.title, description: wantedWords(entry.files) })),
  );

/** Missing ones, all, or by hand; variants of one model are a choice a person has to make. */
async function pickFiles(title: string, files: readonly WantedFile[]): Promise<readonly WantedFile[] | undefined> {
  const { t } = vscode.l10n;
  const absent = files.filter(({ state, url }) => state !== "present" && url !== undefined);
  const all = files.filter(({ url }) => url !== undefined);
  const how = await pickOne({ title, placeholder: t("Which files"), none: "" }, [
    { value: "choose", label: t("Choose Files…"), description: t("one variant is enough for most") },
    { value: "absent", label: t("What Is Missing"), description: absentWords(absent) },
    { value: "all", label: t("All"), description: amountWords(all) },
  ]);
  if (how === undefined) return undefined;
  if (how !== "choose") return how === "all" ? all : absent;
  return pickMany(
    { title, placeholder: t("Which files"), none: t("Nothing of it can be fetched.") },
    all.map((file) => ({ value: file, label: file.name, description: wantedHint(file) })),
  );
}

async function confirmed(
  lists: LibraryLists,
  files: readonly WantedFile[],
  args: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const { t } = vscode.l10n;
  if (files.length === 0) {
    void vscode.window.showInformationMessage(t("Nothing is missing."));
    return false;
  }
  const go = t("Queue");
  const detail = [
    wantedWords(files),
    t("They go to {0}.", lists.folder),
    t("The same in a terminal:"),
    terminalCommand("library.fetch", args).slice(0, 1000),
  ].join("\n");
  const message = t("Queue {0}?", amountWords(files));
  return (await vscode.window.showInformationMessage(message, { modal: true, detail }, go)) === go;
}

async function tell({ documents }: Parts, done: Parameters<typeof queuedWords>[0]): Promise<void> {
  const why = vscode.l10n.t("Show What Was Left Out");
  const buttons = done.leftOut.length > 0 ? [why] : [];
  if ((await vscode.window.showInformationMessage(queuedWords(done), ...buttons)) === why)
    await documents.show(vscode.l10n.t("What was left out"), leftOutOfLists(done));
}
