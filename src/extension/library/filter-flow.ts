import * as vscode from "vscode";
import {
  type FilterFlag,
  type ModelFilter,
  fieldWords,
  filterFlags,
  flagWords,
  groupLabel,
  groupings,
  isFilter,
  parseFilter,
} from "../../core/present/model-filter.ts";
import { sizeWords } from "../../core/present/units.ts";
import { type GroupField, groupFields } from "../../core/protocol/models.ts";
import { fault } from "../../core/util/faults.ts";
import type { Ask } from "../ask.ts";
import type { Choice } from "../pick.ts";
import type { ViewState } from "./view-state.ts";

/** As many values of a field are offered. */
const OFFERED = 1000;
type Row = GroupField | FilterFlag | "text" | "clear";

/** Sets the filter of the view *Models*, part after part, until it is left; each part shows at once. */
export async function filterFlow(ask: Ask, look: ViewState, given: unknown, signal: AbortSignal): Promise<void> {
  if (isPlain(given)) return look.setFilter(filterOf(given));
  for (let at: Row | undefined; ;) {
    const row = await pickRow(look.filter, at);
    if (row === undefined) return;
    at = row;
    if (row === "clear") return look.setFilter({});
    if (row === "text") await askText(look);
    else if (isFlag(row)) look.setFilter(withPart(look.filter, row, look.filter[row] !== true));
    else {
      const { [row]: _, ...others } = look.filter;
      const value = await pickValue(ask, row, others, look.filter[row], signal);
      if (value !== undefined) look.setFilter(withPart(look.filter, row, value.is));
    }
  }
}

const isPlain = (value: unknown): value is object =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function filterOf(given: object): ModelFilter {
  const filter = parseFilter(given);
  if (filter) return filter;
  throw fault({ code: "badArguments", verb: "models.filter", path: "", problem: "takes the filters of models.list" });
}

const isFlag = (row: Row): row is FilterFlag => filterFlags.some((flag) => flag === row);

/** @param value undefined, false and an empty text take the part away, but for a field, where "" means those without */
function withPart(filter: ModelFilter, part: keyof ModelFilter, value: string | boolean | undefined): ModelFilter {
  return parseFilter({ ...filter, [part]: value }) ?? filter;
}

/** The parts with what they are set to. @param at the one that is looked at first */
async function pickRow(filter: ModelFilter, at: Row | undefined): Promise<Row | undefined> {
  const { t } = vscode.l10n;
  const any = t("any");
  const rows: readonly Choice<Row>[] = [
    { value: "text", label: `$(search) ${t("Text")}`, description: filter.text ?? any },
    ...groupFields.map((field) => {
      const value = filter[field];
      return {
        value: field,
        label: `$(${value === undefined ? "circle-outline" : "circle-filled"}) ${fieldWords(field)}`,
        description: value === undefined ? any : groupLabel(field, value),
      };
    }),
    ...filterFlags.map((flag) => ({
      value: flag,
      label: `$(${filter[flag] === true ? "check" : "blank"}) ${flagTitle(flag)}`,
      description: filter[flag] === true ? t("on") : t("off"),
    })),
    ...(isFilter(filter) ? [{ value: "clear" as const, label: `$(clear-all) ${t("Clear the filter")}` }] : []),
  ];
  const picked = await show(rows, {
    title: t("Filter Models"),
    placeholder: t("Choose what to filter by; Escape when done"),
    active: rows.find(({ value }) => value === at),
  });
  return picked?.value;
}

const flagTitle = (flag: FilterFlag): string => {
  const words = flagWords(flag);
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Each value there is among the models that fit the rest. `is: undefined`: any; undefined: given up. */
async function pickValue(
  ask: Ask,
  field: GroupField,
  others: ModelFilter,
  now: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly is: string | undefined } | undefined> {
  const { groups } = await ask("models.groups", { by: field, ...others, limit: OFFERED }, signal);
  const choices: readonly Choice<string | undefined>[] = [
    { value: undefined, label: vscode.l10n.t("Any") },
    ...groups.map(({ name, count, bytes }) => ({
      value: name,
      label: groupLabel(field, name),
      description: vscode.l10n.t("{0} models, {1}", count, sizeWords(bytes)),
    })),
  ];
  const picked = await show(choices, {
    title: fieldWords(field),
    placeholder: vscode.l10n.t("Show models of"),
    active: choices.find(({ value }) => value === now),
  });
  return picked && { is: picked.value };
}

/** The view follows while one types; what it was comes back with Escape. */
async function askText(look: ViewState): Promise<void> {
  const before = look.filter;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t("Filter Models"),
    prompt: vscode.l10n.t("Words of the name or the source; all must occur. Empty: any."),
    value: before.text ?? "",
    validateInput: (text) => {
      look.setFilter(withPart(before, "text", text.trim()));
      return undefined;
    },
  });
  look.setFilter(typed === undefined ? before : withPart(before, "text", typed.trim()));
}

/** What the view is grouped by from now on. */
export async function groupFlow(look: ViewState): Promise<void> {
  const choices = groupings.map((value) => ({
    value,
    label: fieldWords(value),
    ...(value === look.groupBy ? { description: vscode.l10n.t("now") } : {}),
  }));
  const picked = await show(choices, {
    title: vscode.l10n.t("Group Models"),
    placeholder: vscode.l10n.t("Group the models by"),
    active: choices.find(({ value }) => value === look.groupBy),
  });
  if (picked) look.setGroupBy(picked.value);
}

/** One of them, with one of them looked at first; undefined where it was left. */
function show<T>(
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
