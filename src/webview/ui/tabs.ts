import { make } from "./dom.ts";

export interface Tab<Name extends string> {
  readonly name: Name;
  readonly label: string;
  readonly panel: HTMLElement;
}

/** Tabs by the book: one stop for the Tab key, arrows, Home and End between them. */
export function tabs<Name extends string>(
  label: string,
  all: readonly Tab<Name>[],
  onShow: (name: Name) => void,
): { readonly element: HTMLElement; show(name: Name): void } {
  const list = make("div", { role: "tablist", "aria-label": label });
  const buttons = all.map(({ name, label: title, panel }) => {
    const button = make("button", { role: "tab", type: "button", id: `tab-${name}`, "aria-controls": `panel-${name}` });
    button.textContent = title;
    panel.id = `panel-${name}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", button.id);
    button.addEventListener("click", () => choose(name));
    return { name, button, panel };
  });
  list.append(...buttons.map(({ button }) => button));
  let shown: Name | undefined;

  const show = (name: Name): void => {
    if (name === shown) return;
    shown = name;
    for (const one of buttons) {
      const selected = one.name === name;
      one.button.setAttribute("aria-selected", String(selected));
      one.button.tabIndex = selected ? 0 : -1;
      one.panel.hidden = !selected;
    }
  };
  const choose = (name: Name): void => {
    if (name === shown) return;
    show(name);
    onShow(name);
  };

  list.addEventListener("keydown", (event) => {
    const at = buttons.findIndex(({ name }) => name === shown);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: buttons.length - 1 }[event.key];
    const next = to === undefined ? undefined : buttons.at(to % buttons.length);
    if (!next) return;
    event.preventDefault();
    choose(next.name);
    next.button.focus();
  });
  return { element: list, show };
}
