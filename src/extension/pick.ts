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
  const picked = await vscode.window.showQuickPick(choices, {
    title: question.title,
    placeHolder: question.placeholder,
    canPickMany: true,
    matchOnDescription: true,
  });
  return picked && picked.length > 0 ? picked.map(({ value }) => value) : undefined;
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
  const box = vscode.window.createQuickPick<Choice<T> | vscode.QuickPickItem>();
  box.title = question.title;
  box.placeholder = question.placeholder;
  box.canSelectMany = true;
  box.matchOnDescription = true;
  box.items = [...choices, { label: "", kind: vscode.QuickPickItemKind.Separator }, more];
  const answer = Promise.withResolvers<{ readonly values: readonly T[]; readonly more: boolean } | undefined>();
  const chosen = (): readonly T[] => box.selectedItems.flatMap((item) => ("value" in item ? [item.value] : []));
  box.onDidChangeSelection((items) => {
    // Where all are checked at once, it is meant no more than the others.
    if (items.includes(more) && items.length <= choices.length) answer.resolve({ values: chosen(), more: true });
  });
  box.onDidAccept(() => {
    const values = chosen();
    answer.resolve(values.length > 0 ? { values, more: false } : undefined);
  });
  box.onDidHide(() => answer.resolve(undefined));
  box.show();
  return answer.promise.finally(() => box.dispose());
}
