import * as vscode from "vscode";
import type { ProfileProblem } from "../../core/protocol/profiles.ts";
import type { Disposable } from "../../core/util/events.ts";
import { createScope } from "../../core/util/scope.ts";
import type { Ask, VerbResults } from "../ask.ts";
import type { Reading } from "../reading.ts";

/** Milliseconds after the last key until a file is judged. */
const PAUSE = 300;

/** Problems of files of profiles: of one that is being changed as it is typed, of the others as they are on the disk. */
export function diagnoseProfiles(deps: {
  readonly selector: vscode.DocumentSelector;
  readonly ask: Ask;
  readonly profiles: Reading<VerbResults["profiles.list"]>;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}): Disposable {
  const { selector, ask, profiles, onError, signal } = deps;
  const scope = createScope();
  const collection = scope.use(vscode.languages.createDiagnosticCollection("modelDeck.profiles"));
  const pauses = new Map<string, NodeJS.Timeout>();
  const isOurs = (document: vscode.TextDocument): boolean => vscode.languages.match(selector, document) > 0;
  const isOpen = (file: string): boolean =>
    vscode.workspace.textDocuments.some((document) => isOurs(document) && document.uri.fsPath === file);

  const judge = async (document: vscode.TextDocument): Promise<void> => {
    const { version } = document;
    try {
      const path = document.uri.fsPath;
      // What is saved is judged with more: whether its models are there, whether the server knows its flags.
      const what = document.isDirty ? { path, text: document.getText() } : { path };
      const { problems } = await ask("profiles.validate", what, signal);
      if (document.isClosed || document.version !== version) return;
      const own = problems.filter(({ file }) => file === document.uri.fsPath);
      collection.set(
        document.uri,
        own.map((problem) => diagnosticOf(problem, document)),
      );
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
  };
  const later = (document: vscode.TextDocument): void => {
    if (!isOurs(document) || document.uri.scheme !== "file") return;
    const key = document.uri.toString();
    clearTimeout(pauses.get(key));
    pauses.set(
      key,
      setTimeout(() => {
        pauses.delete(key);
        void judge(document);
      }, PAUSE),
    );
  };
  const followDisk = (): void => {
    const byFile = new Map<string, ProfileProblem[]>();
    const note = (file: string, problem: ProfileProblem): void => {
      if (file !== "" && !isOpen(file)) byFile.set(file, [...(byFile.get(file) ?? []), problem]);
    };
    for (const { file, ...problem } of profiles.value.problems) note(file, problem);
    for (const { file, problems } of profiles.value.profiles)
      for (const problem of problems) if (problem.severity === "warning") note(file, problem);
    for (const [uri] of collection) if (!isOpen(uri.fsPath) && !byFile.has(uri.fsPath)) collection.delete(uri);
    for (const [file, problems] of byFile)
      collection.set(
        vscode.Uri.file(file),
        problems.map((problem) => diagnosticOf(problem)),
      );
  };
  scope.use(vscode.workspace.onDidOpenTextDocument(later));
  scope.use(vscode.workspace.onDidChangeTextDocument(({ document }) => later(document)));
  scope.use(vscode.workspace.onDidSaveTextDocument(later));
  scope.use(vscode.workspace.onDidCloseTextDocument(followDisk));
  scope.use(
    profiles.onChange(() => {
      followDisk();
      for (const document of vscode.workspace.textDocuments) if (!document.isDirty) later(document);
    }),
  );
  scope.use({
    dispose: () => {
      for (const pause of pauses.values()) clearTimeout(pause);
    },
  });
  for (const document of vscode.workspace.textDocuments) later(document);
  return scope;
}

function diagnosticOf({ line, problem, severity }: ProfileProblem, document?: vscode.TextDocument): vscode.Diagnostic {
  const at = Math.max(0, line - 1);
  const text = document && at < document.lineCount ? document.lineAt(at) : undefined;
  const range = text
    ? new vscode.Range(at, text.firstNonWhitespaceCharacterIndex, at, text.range.end.character)
    : new vscode.Range(at, 0, at, 200);
  const level = severity === "error" ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const diagnostic = new vscode.Diagnostic(range, problem, level);
  diagnostic.source = "Model Deck";
  return diagnostic;
}
