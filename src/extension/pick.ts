import * as vscode from "vscode";

/** An item that knows what it stands for. */
export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

export interface Question {
  readonly title: string;
  readonly placeholder: string;
  /** Said where there is nothing to choose from. */
  readonly none: string;
}

/** One of them; asked only where there is more than one. undefined: given up, or none there. */
export async function pickOne<T>(question: Question, choices: readonly Choice<T>[]): Promise<T | undefined> {
  if (choices.length === 0) return void vscode.window.showInformationMessage(question.none);
  const [only] = choices;
  if (only && choices.length === 1) return only.value;
  const picked = await vscode.window.showQuickPick(choices, {
    title: question.title,
    placeHolder: question.placeholder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.value;
}

/** Some of them, at least one; asked only where there is more than one. undefined: given up, or none there. */
export async function pickMany<T>(
  question: Question,
  choices: readonly Choice<T>[],
): Promise<readonly T[] | undefined> {
  if (choices.length === 0) return void vscode.window.showInformationMessage(question.none);
  if (choices.length === 1) return choices.map(({ value }) => value);
  const box = checkBoxes<Choice<T>>(question);
  box.items = choices;
  return answerOf(box, (resolve) => {
    const chosen = (): readonly T[] => box.selectedItems.map(({ value }) => value);
    box.onDidAccept(() => (box.selectedItems.length > 0 ? resolve(chosen()) : askForOne(box, question)));
  });
}

function checkBoxes<Item extends vscode.QuickPickItem>(question: Question): vscode.QuickPick<Item> {
  const box = vscode.window.createQuickPick<Item>();
  box.title = question.title;
  box.placeholder = question.placeholder;
  box.canSelectMany = true;
  box.matchOnDescription = true;
  // A click beside it, or a page that takes the focus once it is drawn, is not to lose what is checked.
  box.ignoreFocusOut = true;
  return box;
}

/** Whoever presses Enter on a row means it, and has not checked it: the box stays, and says so. */
function askForOne(box: vscode.QuickPick<vscode.QuickPickItem>, { title }: Question): void {
  box.title = vscode.l10n.t("{0}: check at least one, with Space", title);
}

/** What the box is answered with; undefined: it was left. */
function answerOf<Item extends vscode.QuickPickItem, Answer>(
  box: vscode.QuickPick<Item>,
  listen: (resolve: (answer: Answer) => void) => void,
): Promise<Answer | undefined> {
  const answer = Promise.withResolvers<Answer | undefined>();
  box.onDidHide(() => answer.resolve(undefined));
  listen(answer.resolve);
  box.show();
  return answer.promise.finally(() => box.dispose());
}

/**
 * As `pickMany`, with one more item that is no choice: checking it ends the question at once, with `more` and what was
 * checked so far.
 */
export async function pickManyOrMore<T>(
  question: Question & { readonly more: string },
  choices: readonly Choice<T>[],
): Promise<{ readonly values: readonly T[]; readonly more: boolean } | undefined> {
  if (choices.length < 2) {
    const values = await pickMany(question, choices);
    return values && { values, more: false };
  }
  const more: vscode.QuickPickItem = { label: `$(settings) ${question.more}`, alwaysShow: true };
  const box = checkBoxes<Choice<T> | vscode.QuickPickItem>(question);
  box.items = [...choices, { label: "", kind: vscode.QuickPickItemKind.Separator }, more];
  const chosen = (): readonly T[] => box.selectedItems.flatMap((item) => ("value" in item ? [item.value] : []));
  return answerOf(box, (resolve) => {
    box.onDidChangeSelection((items) => {
      // Where all are checked at once, it is meant no more than the others.
      if (items.includes(more) && items.length <= choices.length) resolve({ values: chosen(), more: true });
    });
    box.onDidAccept(() => {
      const values = chosen();
      if (values.length > 0) resolve({ values, more: false });
      else askForOne(box, question);
    });
  });
}
