import * as vscode from "vscode";
import type { Disposable } from "../core/util/events.ts";
import { pageHtml } from "./page-html.ts";

/** At most ten a second. */
const BETWEEN_UPDATES = 100;

export interface PageOptions<Down, Up extends { readonly kind: string }> {
  readonly extensionUri: vscode.Uri;
  readonly title: string;
  /** Inside dist/. */
  readonly script: string;
  /** Inside media/. */
  readonly style: string;
  /** The intent, or undefined where a page sent something else. `{ kind: "ready" }` is the host's own. */
  readonly parse: (message: unknown) => Up | undefined;
  /** Everything a page needs that knows nothing: on its start, and each time it comes back from hiding. */
  readonly fresh: (post: (message: Down) => void) => void;
  /** What changed since. */
  readonly update: (post: (message: Down) => void) => void;
  readonly intent: (message: Up) => void;
  readonly warn: (line: string) => void;
}

/** What all our pages have in common; a page is thrown away when it is hidden and told everything when it is back. */
export interface PageHost extends Disposable {
  readonly resolve: (view: vscode.WebviewView) => void;
  /** Updates the page soon, if one is to be seen. */
  readonly changed: () => void;
  /** Whether a page is there and listens. */
  readonly listening: boolean;
}

export function createPageHost<Down, Up extends { readonly kind: string }>(options: PageOptions<Down, Up>): PageHost {
  const dist = vscode.Uri.joinPath(options.extensionUri, "dist");
  const media = vscode.Uri.joinPath(options.extensionUri, "media");
  let view: vscode.WebviewView | undefined;
  let ready = false;
  let timer: NodeJS.Timeout | undefined;
  const post = (message: Down): void => void view?.webview.postMessage(message);
  const listening = (): boolean => ready && view?.visible === true;

  const hear = (raw: unknown): void => {
    const message = options.parse(raw);
    if (message === undefined) return options.warn(`The page ${options.title} sent something that is no intent.`);
    if (message.kind !== "ready") return options.intent(message);
    ready = true;
    options.fresh(post);
  };
  return {
    resolve: (resolved) => {
      view = resolved;
      ready = false;
      const { webview } = resolved;
      webview.options = { enableScripts: true, localResourceRoots: [dist, media] };
      webview.onDidReceiveMessage(hear);
      resolved.onDidChangeVisibility(() => {
        // Hidden pages are gone; a new one will say that it is ready.
        if (!resolved.visible) ready = false;
      });
      resolved.onDidDispose(() => {
        if (view === resolved) view = undefined;
      });
      webview.html = pageHtml({
        language: vscode.env.language,
        title: options.title,
        source: webview.cspSource,
        nonce: crypto.randomUUID(),
        script: webview.asWebviewUri(vscode.Uri.joinPath(dist, options.script)).toString(),
        style: webview.asWebviewUri(vscode.Uri.joinPath(media, options.style)).toString(),
      });
    },
    changed: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        if (listening()) options.update(post);
      }, BETWEEN_UPDATES);
    },
    get listening() {
      return listening();
    },
    dispose: () => clearTimeout(timer),
  };
}
