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
  // Whoever goes elsewhere in it meanwhile is not fetched back.
  const moved = vscode.window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
    if (kind !== vscode.TextEditorSelectionChangeKind.Mouse && kind !== vscode.TextEditorSelectionChangeKind.Keyboard)
      return;
    if (textEditor.document.uri.toString() === uri.toString()) end(false);
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
    moved.dispose();
    clearTimeout(timer);
  }
}

async function isAsOnDisk(document: vscode.TextDocument): Promise<boolean> {
  const { encoding, uri } = document;
  const text = await vscode.workspace.decode(await vscode.workspace.fs.readFile(uri), { encoding });
  return withoutReturns(text) === withoutReturns(document.getText());
}

const withoutReturns = (text: string): string => text.replaceAll("\r", "");
