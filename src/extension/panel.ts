import * as vscode from "vscode";
import type { PageTab } from "../core/protocol/page.ts";
import type { Disposable } from "../core/util/events.ts";
import { createScope } from "../core/util/scope.ts";
import { viewIds } from "./contributions.ts";
import type { PanelDeps } from "./panel-page.ts";
import { createPart } from "./part.ts";

/** The page *Model Deck* in the panel: queue, servers and logs; what is in it is loaded when it is first to be seen. */
export interface Panel extends Disposable {
  /** Brings it to the front. */
  show(tab: PageTab, server?: string): Promise<void>;
  /** The same, with this download opened in the queue. */
  showDownload(id: string): Promise<void>;
}

export function createPanel(deps: PanelDeps): Panel {
  const scope = createScope();
  const page = scope.use(
    createPart(async () => {
      const { createPanelPage } = await import("./panel-page.ts");
      return createPanelPage(deps);
    }),
  );
  const resolveWebviewView = async (view: vscode.WebviewView): Promise<void> => {
    const gone = new AbortController();
    view.onDidDispose(() => gone.abort());
    try {
      const { resolve } = await page.get();
      if (!gone.signal.aborted) resolve(view);
    } catch (error) {
      deps.report.error(error);
    }
  };
  scope.use(vscode.window.registerWebviewViewProvider(viewIds.panel, { resolveWebviewView }));
  const focus = async (): Promise<void> => {
    await vscode.commands.executeCommand(`${viewIds.panel}.focus`);
  };
  return {
    show: async (tab, server) => {
      (await page.get()).look(tab, server);
      await focus();
    },
    showDownload: async (id) => {
      const { unfold, look } = await page.get();
      unfold(id);
      look("queue", undefined);
      await focus();
    },
    dispose: () => scope.dispose(),
  };
}
