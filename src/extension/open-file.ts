import * as vscode from "vscode";

/** Milliseconds in which an open document hears that its file is another. */
const PATIENCE = 5000;

/** @param line counts from 1 */
export async function openFile(path: string, line = 1): Promise<void> {
  const at = new vscode.Position(Math.max(0, line - 1), 0);
  const uri = vscode.Uri.file(path);
  const { promise: changed, resolve: end } = Promise.withResolvers<boolean>();
  let isChanged = false;
  // A file that was just written: an editor that had it open gets the new text late, and the line is another until then.
  const heard = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    // One that is dirty was changed by a person.
    if (contentChanges.length === 0 || document.isDirty || document.uri.toString() !== uri.toString()) return;
    isChanged = true;
    end(true);
  });
  const timer = setTimeout(end, PATIENCE, false);
  try {
    const editor = await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at) });
    const { document } = editor;
    if (!isChanged && (document.isDirty || (await isAsOnDisk(document).catch(() => true)))) end(isChanged);
    if (!(await changed)) return;
    editor.selection = new vscode.Selection(at, at);
    editor.revealRange(editor.selection);
  } finally {
    heard.dispose();
    clearTimeout(timer);
  }
}

async function isAsOnDisk(document: vscode.TextDocument): Promise<boolean> {
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(document.uri));
  return withoutReturns(text) === withoutReturns(document.getText());
}

const withoutReturns = (text: string): string => text.replaceAll("\r", "");
