import * as vscode from "vscode";
import type { Choice } from "../pick.ts";

/** One page of several; its answer goes into the options under `key`. */
export type Question =
  /** Boxes to check, each a `true` or `false` of its own. */
  | { readonly kind: "flags"; readonly placeholder: string; readonly flags: readonly Flag[] }
  /** One of them; a choice whose value is undefined leaves the option out. */
  | {
      readonly kind: "one";
      readonly key: string;
      readonly placeholder: string;
      readonly choices: () => Promise<readonly Choice<string | undefined>[]>;
    }
  /** Some of them, at least one. */
  | {
      readonly kind: "many";
      readonly key: string;
      readonly placeholder: string;
      readonly choices: () => Promise<readonly Choice<string>[]>;
    }
  /** A folder: one of those offered, or any other. */
  | {
      readonly kind: "folder";
      readonly key: string;
      readonly placeholder: string;
      readonly choices: () => Promise<readonly Choice<string>[]>;
    };

export interface Flag {
  readonly key: string;
  readonly label: string;
  readonly detail: string;
  readonly default: boolean;
}

export type Options = Readonly<Record<string, unknown>>;
type Answer = Options | "back" | undefined;

/** Asks page after page, with a way back that keeps what was answered. undefined: given up. */
export async function askOptions(
  title: string,
  questions: readonly Question[],
  given: Options = {},
): Promise<Options | undefined> {
  const answers: Options[] = [];
  for (let at = 0; at < questions.length;) {
    const question = questions[at];
    if (!question) break;
    const page = { title, step: at + 1, steps: questions.length, before: answers[at] ?? {} };
    const answer = await askPage(question, page);
    if (answer === undefined) return undefined;
    if (answer === "back") at -= 1;
    else {
      answers[at] = answer;
      at += 1;
    }
  }
  return Object.assign({}, ...answers, given);
}

interface Page {
  readonly title: string;
  readonly step: number;
  readonly steps: number;
  /** What was answered when it was asked before. */
  readonly before: Options;
}

async function askPage(question: Question, page: Page): Promise<Answer> {
  switch (question.kind) {
    case "flags": {
      const items = question.flags.map((flag) => ({
        value: flag.key,
        label: flag.label,
        detail: flag.detail,
        picked: page.before[flag.key] === undefined ? flag.default : page.before[flag.key] === true,
      }));
      const picked = await show(question.placeholder, items, page, { many: true });
      if (typeof picked !== "object") return picked;
      const on = new Set(picked.map(({ value }) => value));
      return Object.fromEntries(question.flags.map(({ key }) => [key, on.has(key)]));
    }
    case "one": {
      const picked = await show(question.placeholder, await question.choices(), page, {
        before: page.before[question.key],
      });
      if (typeof picked !== "object") return picked;
      const value = picked[0]?.value;
      return value === undefined ? {} : { [question.key]: value };
    }
    case "many": {
      const before = page.before[question.key];
      const items = (await question.choices()).map((choice) => ({
        ...choice,
        picked: Array.isArray(before) && before.includes(choice.value),
      }));
      const picked = await show(question.placeholder, items, page, { many: true, atLeastOne: true });
      return typeof picked === "object" ? { [question.key]: picked.map(({ value }) => value) } : picked;
    }
    case "folder":
      return askFolder(question, page);
  }
}

async function askFolder(question: Extract<Question, { kind: "folder" }>, page: Page): Promise<Answer> {
  const other = { value: undefined, label: `$(folder-opened) ${vscode.l10n.t("Another folder…")}` };
  const choices: readonly Choice<string | undefined>[] = [...(await question.choices()), other];
  const picked = await show(question.placeholder, choices, page, { before: page.before[question.key] });
  if (typeof picked !== "object") return picked;
  const value = picked[0]?.value;
  if (value !== undefined) return { [question.key]: value };
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: page.title,
      openLabel: vscode.l10n.t("Choose"),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return uri && { [question.key]: uri.fsPath };
}

/** What was picked, "back", or undefined where it was left. */
function show<T>(
  placeholder: string,
  choices: readonly Choice<T>[],
  { title, step, steps }: Page,
  how: { readonly many?: boolean; readonly atLeastOne?: boolean; readonly before?: unknown },
): Promise<readonly Choice<T>[] | "back" | undefined> {
  const box = vscode.window.createQuickPick<Choice<T>>();
  box.title = title;
  box.placeholder = placeholder;
  if (steps > 1) {
    box.step = step;
    box.totalSteps = steps;
  }
  box.canSelectMany = how.many === true;
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.ignoreFocusOut = true;
  box.items = choices;
  if (how.many) box.selectedItems = choices.filter(({ picked }) => picked === true);
  else box.activeItems = choices.filter(({ value }) => value !== undefined && value === how.before);
  if (step > 1) box.buttons = [vscode.QuickInputButtons.Back];
  return new Promise<readonly Choice<T>[] | "back" | undefined>((resolve) => {
    box.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) resolve("back");
    });
    box.onDidAccept(() => {
      if (how.atLeastOne === true && box.selectedItems.length === 0) return;
      if (!how.many && box.selectedItems.length === 0) return;
      resolve(box.selectedItems);
    });
    box.onDidHide(() => resolve(undefined));
    box.show();
  }).then((answer) => {
    box.dispose();
    return answer;
  });
}
