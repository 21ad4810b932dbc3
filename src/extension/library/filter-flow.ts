import * as vscode from "vscode";
import { askedAbilities, factFilterWords, type Range, rangeWords, ranges } from "../../core/present/fact-filter.ts";
import { characteristicWords } from "../../core/present/characteristic-words.ts";
import {
  type FilterFlag,
  type ModelFilter,
  fieldWords,
  filterArguments,
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
import { pickAbilities, pickRange } from "./filter-facts.ts";
import { showOne as show } from "./show-one.ts";
import type { ViewState } from "./view-state.ts";

/** As many values of a field are offered. */
const OFFERED = 1000;
type Row = GroupField | FilterFlag | Range | "text" | "abilities" | "clear";

/** Sets the filter of the view *Models*, part after part, until it is left; each part shows at once. */
export async function filterFlow(ask: Ask, look: ViewState, given: unknown, signal: AbortSignal): Promise<void> {
  if (isPlain(given)) return look.setFilter(filterOf(given));
  for (let at: Row | undefined; ;) {
    const row = await pickRow(look.filter, at);
    if (row === undefined) return;
    at = row;
    if (row === "clear") return look.setFilter({});
    if (row === "text") await askText(look);
    else if (row === "abilities") await pickAbilities(ask, look, signal);
    else if (isRange(row)) await pickRange(look, row);
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

const isRange = (row: Row): row is Range => ranges.some((range) => range === row);

/** What a model can do is asked by its boxes; the older list of capabilities is shown only where it is set. */
const fieldsOf = (filter: ModelFilter): readonly GroupField[] =>
  groupFields.filter((field) => field !== "capability" || filter.capability !== undefined);

/** @param value undefined, false and an empty text take the part away, but for a field, where "" means those without */
function withPart(filter: ModelFilter, part: keyof ModelFilter, value: string | boolean | undefined): ModelFilter {
  return parseFilter({ ...filter, [part]: value }) ?? filter;
}

/** The parts with what they are set to. @param at the one that is looked at first */
async function pickRow(filter: ModelFilter, at: Row | undefined): Promise<Row | undefined> {
  const { t } = vscode.l10n;
  const any = t("any");
  const where = filter.where ?? [];
  const asked = askedAbilities(where);
  const dot = (isSet: boolean): string => `$(${isSet ? "circle-filled" : "circle-outline"})`;
  const rows: readonly Choice<Row>[] = [
    { value: "text", label: `$(search) ${t("Text")}`, description: filter.text ?? any },
    {
      value: "abilities",
      label: `${dot(asked.length > 0)} ${t("What it can do")}`,
      description: asked.length === 0 ? any : asked.map((name) => factFilterWords({ name, is: true })).join(", "),
    },
    ...fieldsOf(filter).map((field) => {
      const value = filter[field];
      return {
        value: field,
        label: `${dot(value !== undefined)} ${fieldWords(field)}`,
        description: value === undefined ? any : groupLabel(field, value),
      };
    }),
    ...ranges.map((range) => {
      const words = rangeWords(where, range);
      return {
        value: range,
        label: `${dot(words !== undefined)} ${characteristicWords(range)}`,
        description: words ?? any,
      };
    }),
    ...filterFlags.map((flag) => ({
      value: flag,
      label: `$(${filter[flag] === true ? "check" : "blank"}) ${flagTitle(flag)}`,
      description: filter[flag] === true ? t("on") : t("off"),
    })),
    ...(isFilter(filter) ? [{ value: "clear" as const, label: `$(clear-all) ${t("Clear the Filter")}` }] : []),
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
  const { groups } = await ask("models.groups", { by: field, ...filterArguments(others), limit: OFFERED }, signal);
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
