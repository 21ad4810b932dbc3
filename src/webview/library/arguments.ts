import type { EntryDraft, EntryForm, EntryWords } from "../../core/protocol/library-page.ts";
import { make } from "../ui/dom.ts";
import { button, field, select } from "../ui/kit.ts";

export interface ArgumentsField {
  readonly element: HTMLElement;
  set(suggestions: EntryForm["suggestions"], draft: EntryDraft): void;
  /** Offers what this back end commonly takes. */
  offer(backend: EntryDraft["backend"]): void;
}

/** One argument a line, with common ones to insert at the end. */
export function argumentsField(words: EntryWords, onChange: (lines: string) => void): ArgumentsField {
  let suggestions: EntryForm["suggestions"] = [];
  let chosen = "";
  let lines = "";
  const change = (text: string): void => {
    lines = text;
    onChange(text);
  };
  const text = field({ label: words.extraArgs, spoken: words.extraArgs, lines: 6, onInput: change });
  const choice = select({ label: words.insertChoice, onChange: (value) => (chosen = value) });
  const insert = button({
    label: words.insert,
    onPress: () => {
      if (chosen !== "") text.insert(lines === "" || lines.endsWith("\n") ? lines + chosen : `${lines}\n${chosen}`);
    },
  });
  const tools = make("div", { class: "tools" }, choice.element, insert);
  const none = make("p", { class: "hint" }, words.noSuggestions);
  const offer = (backend: EntryDraft["backend"]): void => {
    const own = suggestions.filter((one) => one.backend === backend);
    chosen = own[0]?.lines ?? "";
    choice.set({ choices: own.map((one) => ({ value: one.lines, label: one.label })), value: chosen });
    tools.hidden = own.length === 0;
    none.hidden = own.length > 0;
  };
  return {
    element: make("div", {}, make("p", { class: "hint" }, words.extraArgsHint), text.element, tools, none),
    set: (all, draft) => {
      suggestions = all;
      lines = draft.extraArgs;
      text.set(lines);
      offer(draft.backend);
    },
    offer,
  };
}
