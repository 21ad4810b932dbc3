import * as vscode from "vscode";
import type { Finding, Plan } from "../../core/protocol/maintenance.ts";
import type { Disposable } from "../../core/util/events.ts";
import { createEmitter } from "../../core/util/events.ts";
import { createScope } from "../../core/util/scope.ts";

/** What a person may do on a page. */
export type Offer =
  /** @param again makes the same plan anew, where this one has become stale */
  | { readonly kind: "apply"; readonly plan: Plan; readonly again: (signal: AbortSignal) => Promise<Plan> }
  /** The id of the check whose report it is. */
  | { readonly kind: "fix"; readonly task: string }
  /** What an examination found, and with which options. */
  | { readonly kind: "mend"; readonly options: Plan["options"]; readonly findings: readonly Finding[] }
  | { readonly kind: "read" };

export interface PreviewPage {
  readonly title: string;
  /** Lines with the marks of a diff. */
  readonly text: string;
  readonly offer: Offer;
  /** The report it came from, which no longer holds once this is applied. */
  readonly from?: PreviewPage;
}

/** Pages of plain lines to read before something is done, with what can be done above them and in the editor's title. */
export interface Previews extends Disposable {
  /** @param instead the page whose place it takes */
  show(page: PreviewPage, instead?: PreviewPage): Promise<void>;
  /** The one a command was asked on, else the one in front; undefined: neither is one of ours. */
  at(uri: unknown): PreviewPage | undefined;
  /** Those in open tabs. */
  readonly all: readonly PreviewPage[];
  close(page: PreviewPage): Promise<void>;
}

const SCHEME = "modeldeck-plan";
/** Of the manifest. */
const LANGUAGE = "modeldeck-preview";
const selector = { scheme: SCHEME };

/** The folder says what is offered, for `when` in the manifest: `resourceDirname == '/apply'`. */
const uriOf = ({ offer, title }: PreviewPage, serial: number): vscode.Uri =>
  vscode.Uri.from({ scheme: SCHEME, path: `/${offer.kind}/${title.replaceAll(/[\\/]/g, " ")}`, query: String(serial) });

export function createPreviews(): Previews {
  const scope = createScope();
  const pages = new Map<string, PreviewPage>();
  const lensChanged = scope.use(createEmitter<void>());
  let serial = 0;
  const uriFor = (page: PreviewPage): string | undefined => [...pages].find(([, shown]) => shown === page)?.[0];

  scope.use(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) =>
        pages.get(uri.toString())?.text ?? vscode.l10n.t("This preview has ended with the window it was made in."),
    }),
  );
  scope.use(
    vscode.languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: lensChanged.event,
      provideCodeLenses: ({ uri }) => lensesOf(pages.get(uri.toString())?.offer, uri),
    }),
  );
  scope.use(
    // Not when the document closes: a change of its language is told as one.
    vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      // One that was split, or moved to another group, still has a tab.
      const open = new Set(textTabs().map(({ uri }) => uri));
      for (const { input } of closed) {
        if (!(input instanceof vscode.TabInputText)) continue;
        const uri = input.uri.toString();
        if (!open.has(uri)) pages.delete(uri);
      }
    }),
  );

  const close = async (page: PreviewPage): Promise<void> => {
    const uri = uriFor(page);
    if (uri === undefined) return;
    pages.delete(uri);
    await vscode.window.tabGroups.close(textTabs().flatMap((one) => (one.uri === uri ? [one.tab] : [])));
  };
  return {
    show: async (page, instead) => {
      const same = [...pages].find(([, shown]) => shown.title === page.title && shown.text === page.text)?.[0];
      if (same === undefined) serial += 1;
      const uri = same === undefined ? uriOf(page, serial) : vscode.Uri.parse(same, true);
      // The same words may stand for a newer plan.
      pages.set(uri.toString(), page);
      const document = await vscode.workspace.openTextDocument(uri);
      // For its colours (what goes, what comes, what changes), and as its lines wrap.
      await vscode.languages.setTextDocumentLanguage(document, LANGUAGE);
      await vscode.window.showTextDocument(document, { preview: false });
      lensChanged.fire();
      if (instead) await close(instead);
    },
    at: (uri) =>
      pages.get((uri instanceof vscode.Uri ? uri : vscode.window.activeTextEditor?.document.uri)?.toString() ?? ""),
    get all() {
      return [...pages.values()];
    },
    close,
    dispose: () => scope.dispose(),
  };
}

const textTabs = (): readonly { readonly tab: vscode.Tab; readonly uri: string }[] =>
  vscode.window.tabGroups.all.flatMap(({ tabs }) =>
    tabs.flatMap((tab) => (tab.input instanceof vscode.TabInputText ? [{ tab, uri: tab.input.uri.toString() }] : [])),
  );

function lensesOf(offer: Offer | undefined, uri: vscode.Uri): vscode.CodeLens[] {
  const lens = (title: string, command: string): vscode.CodeLens =>
    new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command, arguments: [uri] });
  const cancel = lens(`$(close)\u00A0${vscode.l10n.t("Cancel")}`, "modelDeck.preview.cancel");
  switch (offer?.kind) {
    case "apply":
      return [lens(`$(check)\u00A0${vscode.l10n.t("Apply")}`, "modelDeck.preview.apply"), cancel];
    case "fix":
      return [lens(`$(wand)\u00A0${vscode.l10n.t("Fix Missing…")}`, "modelDeck.preview.fix")];
    case "mend":
      return [lens(`$(wand)\u00A0${vscode.l10n.t("Mend…")}`, "modelDeck.preview.mend")];
    case "read":
    case undefined:
      return [];
  }
}
