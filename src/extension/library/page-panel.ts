import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { ToLibraryHost, ToLibraryPage } from "../../core/protocol/library-page.ts";
import { parseToLibraryHost } from "../../core/protocol/parse-library-page.ts";
import type { DeckEvent } from "../../core/protocol/snapshot.ts";
import type { Disposable } from "../../core/util/events.ts";
import { createScope } from "../../core/util/scope.ts";
import { pageHtml } from "../page-html.ts";
import type { Desk } from "./handlers.ts";

/** At most ten a second: a scan changes many models at once. */
const BETWEEN_READS = 100;

export interface PageOptions {
  readonly title: string;
  /** What the page shows, read anew whenever it is needed. */
  readonly read: () => ToLibraryPage | Promise<ToLibraryPage>;
  /** Events after which it is another. */
  readonly kinds: readonly DeckEvent["kind"][];
  readonly intent: (message: ToLibraryHost) => Promise<void>;
  /** Its editor was closed. */
  readonly closed: () => void;
}

/** A page in an editor. It is thrown away when it is hidden, and told everything when it is back. */
export interface PagePanel extends Disposable {
  readonly reveal: () => void;
  /** Reads and draws soon. */
  readonly changed: () => void;
  readonly entitle: (title: string) => void;
}

export function openPagePanel(
  desk: Pick<Desk, "extensionUri" | "link" | "report" | "warn">,
  options: PageOptions,
): PagePanel {
  const { extensionUri, link, report } = desk;
  const scope = createScope();
  const dist = vscode.Uri.joinPath(extensionUri, "dist");
  const media = vscode.Uri.joinPath(extensionUri, "media");
  const panel = scope.use(
    vscode.window.createWebviewPanel("modelDeck.page", options.title, vscode.ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [dist, media],
    }),
  );
  let ready = false;
  let timer: NodeJS.Timeout | undefined;
  let reading = false;
  let again = false;
  const listening = (): boolean => ready && !scope.signal.aborted;
  const { webview } = panel;
  const post = (message: ToLibraryPage): void => void webview.postMessage(message);
  /** However often it is wished meanwhile, it is read once more. */
  const draw = async (): Promise<void> => {
    again = true;
    if (reading) return;
    reading = true;
    try {
      while (again && listening()) {
        again = false;
        post(await options.read());
      }
    } catch (error) {
      if (!scope.signal.aborted) report.error(error);
    } finally {
      reading = false;
    }
  };
  const changed = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void draw();
    }, BETWEEN_READS);
  };
  const hear = (raw: unknown): void => {
    const message = parseToLibraryHost(raw);
    if (message === undefined) return desk.warn(`The page ${options.title} sent something that is no intent.`);
    if (message.kind !== "ready") return void options.intent(message).catch(report.error);
    ready = true;
    void draw();
  };
  scope.use({ dispose: () => clearTimeout(timer) });
  scope.use(webview.onDidReceiveMessage(hear));
  scope.use(panel.onDidChangeViewState(() => void (panel.visible || (ready = false))));
  scope.use(link.onEvent(({ kind }) => void (options.kinds.includes(kind) && changed())));
  scope.use(link.onState(changed));
  panel.onDidDispose(() => {
    scope.dispose();
    options.closed();
  });
  webview.html = pageHtml({
    language: vscode.env.language,
    title: options.title,
    source: webview.cspSource,
    nonce: randomUUID(),
    script: webview.asWebviewUri(vscode.Uri.joinPath(dist, "editor.js")).toString(),
    style: webview.asWebviewUri(vscode.Uri.joinPath(media, "editor.css")).toString(),
  });
  return {
    reveal: () => panel.reveal(),
    changed,
    entitle: (title) => {
      if (panel.title !== title) panel.title = title;
    },
    dispose: () => scope.dispose(),
  };
}
