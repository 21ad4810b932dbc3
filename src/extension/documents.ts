import * as vscode from "vscode";
import { type Disposable, createEmitter } from "../core/util/events.ts";

/** Pages to read, made when they are asked for; shown as drawn Markdown. */
export interface Documents extends Disposable {
  /** @param name what its tab is called */
  show(name: string, markdown: string): Promise<void>;
}

const SCHEME = "modeldeck";

export function createDocuments(): Documents {
  const texts = new Map<string, string>();
  const changed = createEmitter<vscode.Uri>();
  const registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) => texts.get(uri.path) ?? "",
  });
  return {
    show: async (name, markdown) => {
      const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name.replaceAll(/[\\/]/g, " ")}.md` });
      texts.set(uri.path, markdown);
      changed.fire(uri);
      await vscode.commands.executeCommand("markdown.showPreview", uri);
    },
    dispose: () => {
      registration.dispose();
      changed.dispose();
    },
  };
}
