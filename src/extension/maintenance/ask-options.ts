import * as vscode from "vscode";
import type { Choice } from "../pick.ts";
import { type Answer, type Options, type Page, type Question, walkPages } from "./wizard.ts";

/** Asks for the options of an operation, page by page. undefined: given up. */
export const askOptions = (title: string, questions: readonly Question[]): Promise<Options | undefined> =>
  walkPages(questions, (question, page) => askPage(question, { ...page, title }));

interface TitledPage extends Page {
  readonly title: string;
}

async function askPage(question: Question, page: TitledPage): Promise<Answer> {
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
      const choices = await question.choices();
      if (choices.length === 0) return nothingThere(question.none);
      const picked = await show(question.placeholder, choices, page, {
        before: page.before[question.key],
      });
      if (typeof picked !== "object") return picked;
      const value = picked[0]?.value;
      return value === undefined ? {} : { [question.key]: value };
    }
    case "many": {
      const before = page.before[question.key];
      const choices = await question.choices();
      if (choices.length === 0) return nothingThere(question.none);
      const items = choices.map((choice) => ({
        ...choice,
        picked: Array.isArray(before) && before.includes(choice.value),
      }));
      const picked = await show(question.placeholder, items, page, { many: true, atLeastOne: true });
      return typeof picked === "object" ? { [question.key]: picked.map(({ value }) => value) } : picked;
    }
    case "folder":
      return askFolder(question, page);
    case "count":
      return askCount(question, page);
  }
}

function nothingThere(words: string | undefined): undefined {
  if (words !== undefined) void vscode.window.showInformationMessage(words);
}

type Place = { readonly path: string } | "all" | "other";

async function askFolder(question: Extract<Question, { kind: "folder" }>, page: TitledPage): Promise<Answer> {
  const { key, all, list } = question;
  const answer = (path: string): Options => ({ [key]: list === true ? [path] : path });
  const known = await question.choices();
  const choices: readonly Choice<Place>[] = [
    ...(all === undefined ? [] : [{ value: "all" as const, label: all }]),
    ...known.map((choice) => ({ ...choice, value: { path: choice.value } })),
    { value: "other", label: `$(folder-opened) ${vscode.l10n.t("Another Folder…")}` },
  ];
  const before = [page.before[key]].flat()[0];
  const active = choices.find(({ value }) => typeof value === "object" && value.path === before);
  const picked = await show(question.placeholder, choices, page, { before: active?.value });
  if (typeof picked !== "object") return picked;
  const value = picked[0]?.value;
  if (typeof value === "object") return answer(value.path);
  if (value !== "other") return {};
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: page.title,
      openLabel: vscode.l10n.t("Choose"),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return uri && answer(uri.fsPath);
}

async function askCount(question: Extract<Question, { kind: "count" }>, page: TitledPage): Promise<Answer> {
  const before = page.before[question.key];
  const typed = await vscode.window.showInputBox({
    title: page.steps > 1 ? `${page.title} (${page.step}/${page.steps})` : page.title,
    prompt: question.placeholder,
    value: String(typeof before === "number" ? before : question.default),
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^\d{1,6}$/.test(text.trim()) ? undefined : vscode.l10n.t("A whole number, zero or more"),
  });
  return typed === undefined ? undefined : { [question.key]: Number(typed.trim()) };
}

/** What was picked, "back", or undefined where it was left. */
function show<T>(
  placeholder: string,
  choices: readonly Choice<T>[],
  { title, step, steps }: TitledPage,
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
  else if (how.before !== undefined) box.activeItems = choices.filter(({ value }) => value === how.before);
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
