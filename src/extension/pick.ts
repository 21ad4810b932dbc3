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

/** What a box with ways out of it was answered with. */
export interface PickedOr<T, Way> {
  readonly values: readonly T[];
  /** The way that was taken in place of an answer; `values` were checked until then. */
  readonly way?: Way;
}

/**
 * As `pickMany`, with items below the choices that are none of them: taking one ends the question at once. Where there is
 * one choice it is shown all the same, and Enter takes it.
 */
export async function pickManyOr<T, Way>(
  question: Question,
  choices: readonly Choice<T>[],
  ways: readonly (vscode.QuickPickItem & { readonly way: Way })[],
): Promise<PickedOr<T, Way> | undefined> {
  if (choices.length === 0) return void vscode.window.showInformationMessage(question.none);
  type Item = vscode.QuickPickItem | (typeof choices)[number] | (typeof ways)[number];
  const box = checkBoxes<Item>(question);
  box.canSelectMany = choices.length > 1;
  const line = { label: "", kind: vscode.QuickPickItemKind.Separator };
  box.items = [...choices, line, ...ways.map((way) => ({ ...way, alwaysShow: true }))];
  const answered = (items: readonly Item[]): PickedOr<T, Way> => {
    const values = items.flatMap((item) => ("value" in item ? [item.value] : []));
    const [taken] = items.flatMap((item) => ("way" in item ? [item.way] : []));
    return taken === undefined ? { values } : { values, way: taken };
  };
  return answerOf(box, (resolve) => {
    if (box.canSelectMany)
      box.onDidChangeSelection((items) => {
        const isAll = items.length === choices.length + ways.length;
        // Where all are checked at once, it is meant no more than the others.
        if (!isAll && items.some((item) => "way" in item)) resolve(answered(items));
      });
    box.onDidAccept(() => {
      const { values, way } = answered(box.selectedItems);
      if (way !== undefined && !box.canSelectMany) resolve({ values: choices.map(({ value }) => value), way });
      else if (values.length > 0) resolve({ values });
      // Where there is nothing to check, nothing that is shown was meant: what was typed fits none.
      else if (box.canSelectMany) askForOne(box, question);
    });
  });
}
