import * as vscode from "vscode";
import type { Choice } from "../pick.ts";

/** One of them, with one of them looked at first; undefined where it was left. */
export function showOne<T>(
  choices: readonly Choice<T>[],
  how: { readonly title: string; readonly placeholder: string; readonly active: Choice<T> | undefined },
): Promise<Choice<T> | undefined> {
  const box = vscode.window.createQuickPick<Choice<T>>();
  box.title = how.title;
  box.placeholder = how.placeholder;
  box.matchOnDescription = true;
  box.items = choices;
  if (how.active) box.activeItems = [how.active];
  return new Promise<Choice<T> | undefined>((resolve) => {
    box.onDidAccept(() => resolve(box.selectedItems[0]));
    box.onDidHide(() => resolve(undefined));
    box.show();
  }).then((answer) => {
    box.dispose();
    return answer;
  });
}
