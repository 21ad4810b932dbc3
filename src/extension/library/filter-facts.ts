import * as vscode from "vscode";
import { characteristicWords } from "../../core/present/characteristic-words.ts";
import {
  type Preset,
  type Range,
  askedAbilities,
  factFilterWords,
  presetsOf,
  rangeWords,
  withAbilities,
  withRange,
  yesOrNo,
} from "../../core/present/fact-filter.ts";
import { type ModelFilter, filterArguments, parseFilter } from "../../core/present/model-filter.ts";
import type { Ask } from "../ask.ts";
import type { Choice } from "../pick.ts";
import { showOne } from "./show-one.ts";
import type { ViewState } from "./view-state.ts";

/** Boxes of yes and no, each with how many of the models that fit the rest have it; all that are checked must hold. */
export async function pickAbilities(ask: Ask, look: ViewState, signal: AbortSignal): Promise<void> {
  const { where = [], ...rest } = look.filter;
  const others = withAbilities(where, []);
  const asked = askedAbilities(where);
  const choices = await Promise.all(
    yesOrNo.map(async (name) => {
      const args = filterArguments({ ...rest, where: withAbilities(others, [name]) });
      const { total } = await ask("models.list", { ...args, limit: 1 }, signal);
      const label = factFilterWords({ name, is: true });
      const description = total === 1 ? vscode.l10n.t("1 model") : vscode.l10n.t("{0} models", total);
      return { value: name, label, description, total, picked: asked.includes(name) };
    }),
  );
  const some = choices.filter(({ total, picked }) => total > 0 || picked);
  const picked = await vscode.window.showQuickPick(some.length > 0 ? some : choices, {
    title: vscode.l10n.t("What it can do"),
    placeHolder: vscode.l10n.t("Check what a model must be able to do, then press Enter"),
    canPickMany: true,
  });
  if (picked)
    look.setFilter(
      withWhere(
        look.filter,
        withAbilities(
          others,
          picked.map(({ value }) => value),
        ),
      ),
    );
}

/** One of the usual bounds, or any. */
export async function pickRange(look: ViewState, range: Range): Promise<void> {
  const where = look.filter.where ?? [];
  const choices: readonly Choice<Preset | undefined>[] = [
    { value: undefined, label: vscode.l10n.t("Any") },
    ...presetsOf(range).map((preset) => ({ value: preset, label: preset.label })),
  ];
  const now = rangeWords(where, range);
  const picked = await showOne(choices, {
    title: characteristicWords(range),
    placeholder: vscode.l10n.t("Show models of"),
    active: choices.find(({ label }) => label === now),
  });
  if (picked) look.setFilter(withWhere(look.filter, withRange(where, range, picked.value)));
}

const withWhere = (filter: ModelFilter, where: NonNullable<ModelFilter["where"]>): ModelFilter =>
  parseFilter({ ...filter, where }) ?? filter;
