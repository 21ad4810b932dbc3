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
