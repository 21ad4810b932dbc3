import type { SettingsPage, SettingsWords, ToLibraryHost } from "../../core/protocol/library-page.ts";
import { make } from "../ui/dom.ts";
import { button, textField } from "../ui/kit.ts";

/** What is in force and from where; each leads to its setting. */
export function settingsPage(
  words: SettingsWords,
  send: (message: ToLibraryHost) => void,
): { readonly element: HTMLElement; update(state: SettingsPage): void } {
  let wanted = "";
  let last: SettingsPage = { rows: [] };
  const body = make("tbody");
  const none = make("p", { class: "hint" }, words.noMatch);
  const filter = textField({
    label: words.filter,
    value: "",
    onInput: (text) => {
      wanted = text.toLowerCase();
      draw();
    },
  });
  const head = [words.setting, words.value, words.origin, ""].map((title) => make("th", { scope: "col" }, title));
  const table = make(
    "table",
    { class: "settings", "aria-label": words.setting },
    make("thead", {}, make("tr", {}, ...head)),
    body,
  );

  const row = ({ key, value, origin, problem }: SettingsPage["rows"][number]): HTMLElement =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, ...breakable(key)),
      make("td", {}, make("code", {}, value), ...(problem === "" ? [] : [make("p", { class: "problem" }, problem)])),
      make("td", {}, origin),
      make(
        "td",
        {},
        button({ label: words.open, spoken: `${words.open}: ${key}`, onPress: () => send({ kind: "setting", key }) }),
      ),
    );
  const draw = (): void => {
    const rows = last.rows.filter(({ key, value }) => `${key} ${value}`.toLowerCase().includes(wanted));
    body.replaceChildren(...rows.map(row));
    none.hidden = rows.length > 0;
    table.hidden = rows.length === 0;
  };
  return {
    element: make("div", {}, make("div", { class: "tools" }, filter), table, none),
    update: (state) => {
      last = state;
      draw();
    },
  };
}

/** A name that may break behind its dots. */
const breakable = (key: string): readonly (Node | string)[] =>
  key.split(/(?<=\.)/).flatMap((part, at) => (at === 0 ? [part] : [make("wbr"), part]));
