import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import { type PlaceFacts, formArguments, freshDraft } from "../../core/present/download-form.ts";
import { formPageWords } from "../../core/present/form-words.ts";
import { variantMarks } from "../../core/present/variant-marks.ts";
import type { FormDeed } from "../../core/protocol/form-page.ts";
import type { HubAnalysis, HubChoice } from "../../core/protocol/hub.ts";
import type { ToLibraryHost } from "../../core/protocol/library-page.ts";
import { type Layout, layouts } from "../../core/settings.ts";
import type { Disposable } from "../../core/util/events.ts";
import { askReference } from "../ask-reference.ts";
import { type FormSession, createFormSession } from "./form-session.ts";
import type { Desk } from "./handlers.ts";
import { type PagePanel, openPagePanel } from "./page-panel.ts";

/** Milliseconds a person pauses between two changes. */
const PAUSE = 350;

/** What a caller may hand over in place of a question. */
export interface FormRequest {
  readonly analysis: HubAnalysis;
  readonly picked: readonly HubChoice[];
}

/** The forms of downloads, one for each model. */
export interface FormPages extends Disposable {
  /** @param given a `FormRequest`, or `{ model, revision? }`; anything else: a person is asked for one */
  open(given: unknown): Promise<void>;
}

interface Form {
  readonly panel: PagePanel;
  readonly session: FormSession;
}

export function createFormPages(desk: Desk): FormPages {
  const { ask, signal } = desk;
  const forms = new Set<Form>();
  const requestOf = async (given: unknown): Promise<FormRequest | undefined> => {
    if (isRequest(given)) return given;
    const named = namedModel(given);
    const analysis = named
      ? await ask("hub.analyze", named, signal)
      : await askReference(ask, vscode.l10n.t("Download Model with Options"));
    return analysis && { analysis, picked: [] };
  };
  return {
    open: async (given) => {
      const request = await requestOf(given);
      if (!request) return;
      const { analysis, picked } = request;
      const { repository, commit } = analysis;
      const open = [...forms].find(
        ({ session: { shown } }) => shown.repository === repository && shown.commit === commit,
      );
      if (open) return open.panel.reveal();
      const places = await readPlaces(desk);
      const first = freshDraft(analysis, places, picked);
      const form = openForm(desk, { analysis, places, first }, () => forms.delete(form));
      forms.add(form);
    },
    dispose: () => {
      for (const { panel } of forms) panel.dispose();
    },
  };
}

function openForm(
  desk: Desk,
  {
    analysis,
    places,
    first,
  }: {
    readonly analysis: HubAnalysis;
    readonly places: readonly PlaceFacts[];
    readonly first: ReturnType<typeof freshDraft>;
  },
  onClosed: () => void,
): Form {
  const session = createFormSession(
    {
      ask: desk.ask,
      analysis,
      places,
      pause: (asking) => sleep(PAUSE, undefined, { signal: asking }),
      onChange: () => {
        panel?.entitle(titleOf(session.shown));
        panel?.changed();
      },
      onError: desk.report.error,
      marks: async (shown, draft, asking) => {
        const args = formArguments(shown, { ...draft, picked: shown.choices.map((_, at) => String(at)) });
        if (!args || args.folder === "" || shown.provider === "ollama") return new Map();
        return variantMarks(shown, await desk.ask("downloads.preview", { ...args }, asking));
      },
      signal: desk.signal,
    },
    first,
  );
  const add = async (paused: boolean): Promise<void> => desk.track(await session.add(paused));
  const deeds: Readonly<Record<FormDeed, () => Promise<unknown>>> = {
    pickFolder: async () => {
      const folder = await askFolder(vscode.l10n.t("Where to Put It"), vscode.l10n.t("Put It Here"));
      if (folder !== undefined) session.become({ location: "", folder });
    },
    addLink: async () => {
      const folder = await askFolder(vscode.l10n.t("Folder That Gets Links"), vscode.l10n.t("Link Here"));
      const { linkOut } = session.page.draft;
      if (folder !== undefined && !linkOut.includes(folder)) session.become({ linkOut: [...linkOut, folder] });
    },
    prove: async () => session.prove(),
    stop: async () => session.stop(),
    download: () => add(false),
    downloadPaused: () => add(true),
    queue: async () => vscode.commands.executeCommand("modelDeck.openPanel"),
  };
  const obey = async (message: ToLibraryHost): Promise<void> => {
    if (message.kind === "copy") await vscode.env.clipboard.writeText(message.text);
    else if (message.kind === "visit") await vscode.env.openExternal(vscode.Uri.parse(message.address, true));
    else if (message.kind === "formDraft") session.keep(message.draft);
    else if (message.kind === "form") {
      session.keep(message.draft);
      await deeds[message.deed]();
    }
  };
  let panel: PagePanel | undefined;
  panel = openPagePanel(desk, {
    title: titleOf(analysis),
    read: () => ({ kind: "form", words: formPageWords(), state: session.page }),
    kinds: [],
    intent: obey,
    closed: () => {
      session.dispose();
      onClosed();
    },
  });
  return { panel, session };
}

const titleOf = ({ title, repository }: HubAnalysis): string => vscode.l10n.t("Download {0}", title ?? repository);

/** @param openLabel on the button */
async function askFolder(title: string, openLabel: string): Promise<string | undefined> {
  const options = { title, openLabel, canSelectFiles: false, canSelectFolders: true, canSelectMany: false };
  const [folder] = (await vscode.window.showOpenDialog(options)) ?? [];
  return folder?.fsPath;
}

/** The locations as the core has them, the default one first. */
async function readPlaces({ ask, signal }: Desk): Promise<readonly PlaceFacts[]> {
  const [{ settings }, { free }] = await Promise.all([
    ask("config.show", {}, signal),
    ask("downloads.status", {}, signal),
  ]);
  const valueOf = (key: string): unknown => settings.find((one) => one.key === `modelDeck.${key}`)?.value;
  const first = valueOf("defaultLocation");
  const told = valueOf("locations");
  const layoutsOf = new Map(Object.entries(typeof told === "object" && told !== null ? told : {}));
  return free
    .map(({ location: name, path, freeBytes }) => ({
      name,
      path,
      freeBytes: freeBytes ?? 0,
      layout: layoutOf(layoutsOf.get(name)),
    }))
    .toSorted((one, other) => Number(other.name === first) - Number(one.name === first));
}

const layoutOf = (location: unknown): Layout => {
  const layout: unknown =
    typeof location === "object" && location !== null && "layout" in location ? location.layout : undefined;
  return layouts.find((known) => known === layout) ?? "owner-repo";
};

const isRequest = (given: unknown): given is FormRequest =>
  typeof given === "object" && given !== null && "analysis" in given && "picked" in given;

function namedModel(given: unknown): { readonly model: string; readonly revision?: string } | undefined {
  if (typeof given !== "object" || given === null || !("model" in given)) return undefined;
  const { model } = given;
  if (typeof model !== "string" || model === "") return undefined;
  const revision: unknown = "revision" in given ? given.revision : undefined;
  return typeof revision === "string" ? { model, revision } : { model };
}
