import type { FormChoice, FormDraft, FormPage, FormWords } from "../../core/protocol/form-page.ts";
import { type Row, keyedList, make, setText } from "../ui/dom.ts";
import { button, checkbox, select } from "../ui/kit.ts";

/** What there is to choose from: a version, a format that narrows it, and a box for each variant. */
export function formChoices(
  words: FormWords,
  change: (part: Partial<FormDraft>) => void,
): { readonly element: HTMLElement; update(state: FormPage, draft: FormDraft): void } {
  let page: FormPage | undefined;
  let draft: FormDraft | undefined;
  const version = select({ label: words.version, onChange: (value) => change({ version: value }) });
  const versions = make(
    "label",
    { class: "narrow version" },
    make("span", { "aria-hidden": "true" }, words.version),
    version.element,
  );
  const format = select({ label: words.format, onChange: (value) => narrow(value) });
  const formats = make(
    "label",
    { class: "narrow" },
    make("span", { "aria-hidden": "true" }, words.format),
    format.element,
  );
  const shown = (): readonly FormChoice[] =>
    (page?.choices ?? []).filter((one) => draft?.format === "" || one.format === draft?.format);
  const pick = (picked: readonly string[]): void => change({ picked });
  /** What is no longer to be seen is no longer chosen. */
  const narrow = (value: string): void => {
    const seen = new Set(
      (page?.choices ?? []).filter((one) => value === "" || one.format === value).map(({ key }) => key),
    );
    change({ format: value, picked: (draft?.picked ?? []).filter((key) => seen.has(key)) });
  };
  const all = button({ label: words.selectAll, onPress: () => pick(shown().map(({ key }) => key)) });
  const none = button({ label: words.selectNone, onPress: () => pick([]) });
  const tools = make("div", { class: "tools" }, formats, all, none);
  const list = make("ul", { class: "variants" });
  const draw = keyedList<FormChoice>(list, ({ key }) => key, createRow);

  function createRow(first: FormChoice): Row<FormChoice> {
    const { key } = first;
    const box = checkbox({
      label: first.label,
      checked: false,
      onChange: (checked) => {
        const others = (draft?.picked ?? []).filter((one) => one !== key);
        pick(checked ? [...others, key] : others);
      },
    });
    const note = make("span", { class: "hint", id: `variant-${key}` });
    box.element.setAttribute("aria-describedby", note.id);
    return {
      element: make("li", {}, box.element, note),
      update: (choice) => {
        box.set(draft?.picked.includes(key) === true);
        setText(note, choice.note);
        note.classList.toggle("warns", choice.warns);
      },
    };
  }

  return {
    element: make("div", {}, versions, tools, list),
    update: (state, now) => {
      page = state;
      draft = now;
      version.set({ choices: state.versions, value: now.version });
      versions.hidden = state.versions.length < 2;
      format.set({ choices: state.formats, value: now.format });
      formats.hidden = state.formats.length < 3;
      tools.hidden = state.choices.length < 2;
      draw(shown());
    },
  };
}
