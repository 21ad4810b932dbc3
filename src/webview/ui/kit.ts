/** The only file that knows which component library draws the page. */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextArea,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";

// The library has no side effects of its own: what is not registered here is not there.
provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeTextArea(),
  vsCodeTextField(),
);

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** An element and the one way to change what it shows. */
export interface Control<T> {
  readonly element: HTMLElement;
  set(value: T): void;
}

export function button(options: {
  readonly label: string;
  /** Said in place of the label, where the label alone says too little. */
  readonly spoken?: string;
  readonly primary?: boolean;
  readonly onPress: () => void;
}): HTMLElement {
  const element = document.createElement("vscode-button");
  element.setAttribute("appearance", options.primary === true ? "primary" : "secondary");
  if (options.spoken !== undefined) element.setAttribute("aria-label", options.spoken);
  element.textContent = options.label;
  element.addEventListener("click", options.onPress);
  return element;
}

export function textField(options: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
}): HTMLElement {
  const element = document.createElement("vscode-text-field");
  element.setAttribute("placeholder", options.label);
  // The library names a field by its content and overwrites an aria-label; page.css hides the content from sight.
  element.textContent = options.label;
  element.classList.add("label-hidden");
  element.setAttribute("value", options.value);
  element.addEventListener("input", () => options.onInput(textOf(element)));
  return element;
}

/** A text under a label that is to be seen; only what a person types is told. */
export function field(options: {
  readonly label: string;
  /** Said in place of the label, which is hidden then. */
  readonly spoken?: string;
  readonly lines?: number;
  readonly onInput: (value: string) => void;
}): Control<string> & { insert(text: string): void } {
  const element = document.createElement(options.lines === undefined ? "vscode-text-field" : "vscode-text-area");
  element.classList.add("field");
  element.textContent = options.spoken ?? options.label;
  if (options.spoken !== undefined) element.classList.add("label-hidden");
  if (options.lines !== undefined) {
    element.setAttribute("rows", String(options.lines));
    element.setAttribute("resize", "vertical");
  }
  const set = (value: string): void => {
    if (textOf(element) !== value) Object.assign(element, { value });
  };
  element.addEventListener("input", () => options.onInput(textOf(element)));
  return {
    element,
    set,
    insert: (text) => {
      set(text);
      options.onInput(text);
    },
  };
}

export function checkbox(options: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}): Control<boolean> {
  const element = document.createElement("vscode-checkbox");
  element.textContent = options.label;
  // The library fires `change` for what we set, too; only a person's change is told.
  let shown = options.checked;
  const set = (checked: boolean): void => {
    shown = checked;
    Object.assign(element, { checked });
  };
  set(options.checked);
  element.addEventListener("change", () => {
    const checked = "checked" in element && element.checked === true;
    if (checked === shown) return;
    shown = checked;
    options.onChange(checked);
  });
  return { element, set };
}

export function select(options: {
  readonly label: string;
  readonly onChange: (value: string) => void;
}): Control<{ readonly choices: readonly Choice[]; readonly value: string }> {
  const element = document.createElement("vscode-dropdown");
  element.setAttribute("aria-label", options.label);
  let drawn = "";
  let shown = "";
  element.addEventListener("change", () => {
    const value = textOf(element);
    if (value === shown) return;
    shown = value;
    options.onChange(value);
  });
  return {
    element,
    set: ({ choices, value }) => {
      const drawing = JSON.stringify(choices);
      if (drawing !== drawn) {
        drawn = drawing;
        element.replaceChildren(...choices.map((choice) => option(choice, choice.value === value)));
      }
      if (value !== shown) {
        shown = value;
        Object.assign(element, { value });
      }
    },
  };
}

function option({ value, label }: Choice, selected: boolean): HTMLElement {
  const element = document.createElement("vscode-option");
  element.setAttribute("value", value);
  if (selected) element.setAttribute("selected", "");
  element.textContent = label;
  return element;
}

const textOf = (element: HTMLElement): string => ("value" in element ? String(element.value) : "");
