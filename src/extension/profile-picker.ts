import * as vscode from "vscode";
import { type FitBadge, fitBadge } from "../core/present/fit-words.ts";
import { keepsFirst } from "../core/present/keeps-first.ts";
import { withFit } from "../core/present/profile-words.ts";
import type { Ask } from "./ask.ts";
import type { Choice } from "./pick.ts";

/** Whether each profile fits, as far as it was found out. */
export type KnownFits = Map<string, FitBadge>;

/** As many are asked for at a time: each looks at the GPUs. */
const AT_ONCE = 2;
/** Milliseconds in which what is found out is gathered: rows that are set anew below a press lose it. */
const GATHER = 300;

export interface Picked<T> {
  readonly choice: Choice<T>;
  /** Whether it was picked by the button beside it. */
  readonly byButton: boolean;
}

/**
 * Lets a person pick one, by its number too while nothing else is typed; whether a profile fits is written to its row
 * when it is known, and nothing waits for it.
 * @param profileOf the id of the profile a row stands for, if it does
 */
export async function pickProfile<T>(
  choices: readonly Choice<T>[],
  title: string,
  profileOf: (value: T) => string | undefined,
  { ask, fits, signal }: { readonly ask: Ask; readonly fits: KnownFits; readonly signal: AbortSignal },
): Promise<Picked<T> | undefined> {
  const left = new AbortController();
  const box = vscode.window.createQuickPick<Choice<T>>();
  box.title = title;
  box.placeholder = vscode.l10n.t("Pick a profile: 1 to 9, or type a name");
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.keepScrollPosition = true;
  const badgeOf = ({ value }: Choice<T>): FitBadge | undefined => fits.get(profileOf(value) ?? "");
  const rows = (): readonly Choice<T>[] =>
    choices.map((choice) => {
      const badge = badgeOf(choice);
      return badge ? withFit(choice, badge) : choice;
    });
  const badges = (): string => JSON.stringify(choices.map((choice) => badgeOf(choice) ?? null));
  let drawn = badges();
  box.items = rows();
  const numbered = choices.filter(({ value }) => profileOf(value) !== undefined);
  let timer: NodeJS.Timeout | undefined;
  /** The row that was active when what is typed last changed: the first one that is found by it. */
  let first: T | undefined;
  const draw = (): void => {
    timer = undefined;
    if (drawn === badges()) return;
    const active = box.activeItems[0]?.value;
    const items = rows();
    // The row that Enter means is to stay it.
    if (box.value !== "" && (active !== first || !keepsFirst(found(box.items), found(items), box.value))) return;
    drawn = badges();
    box.items = items;
    if (box.value !== "") return;
    const again = items.findIndex(({ value }) => value !== undefined && value === active);
    // The first one is active by itself, also among those that fit what is typed at this moment.
    const moved = again > 0 ? items[again] : undefined;
    if (moved) box.activeItems = [moved];
  };
  const drawSoon = (): void => void (timer ??= setTimeout(draw, GATHER));
  let before = "";
  const picked = new Promise<Picked<T> | undefined>((resolve) => {
    const end = (choice: Choice<T> | undefined, byButton = false): void => {
      resolve(choice && { choice, byButton });
      box.hide();
    };
    box.onDidAccept(() => end(box.selectedItems[0]));
    box.onDidTriggerItemButton(({ item }) => end(item, true));
    box.onDidChangeValue((value) => {
      // One that is typed first; in the middle of a name it is a part of it.
      if (before === "" && /^[1-9]$/.test(value)) {
        const choice = numbered[Number(value) - 1];
        if (choice) return end(choice);
      }
      before = value;
      first = box.activeItems[0]?.value;
      drawSoon();
    });
    box.onDidHide(() => resolve(undefined));
  });
  box.show();
  const profiles = choices.flatMap(({ value }) => profileOf(value) ?? []);
  void readFits(ask, profiles, fits, drawSoon, AbortSignal.any([left.signal, signal]));
  return picked.finally(() => {
    left.abort();
    clearTimeout(timer);
    box.dispose();
  });
}

/** In the order of the rows; what cannot be told is left out. Never rejects. */
async function readFits(
  ask: Ask,
  profiles: readonly string[],
  fits: KnownFits,
  draw: () => void,
  signal: AbortSignal,
): Promise<void> {
  const todo = profiles.values();
  const work = async (): Promise<void> => {
    for (const profile of todo) {
      if (signal.aborted) return;
      try {
        const badge = fitBadge((await ask("models.fit", { profile }, signal)).fit);
        if (badge) fits.set(profile, badge);
        else fits.delete(profile);
      } catch {
        if (signal.aborted) return;
        // A hint: the row stands without it.
        fits.delete(profile);
      }
      if (!signal.aborted) draw();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Headings are never found by what is typed. */
const found = (rows: readonly vscode.QuickPickItem[]): readonly vscode.QuickPickItem[] =>
  rows.filter(({ kind }) => kind !== vscode.QuickPickItemKind.Separator);
