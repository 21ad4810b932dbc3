import { type DraftField, type EntryDraft, type EntryForm, type EntryWords } from "../../core/protocol/library-page.ts";
import { backends } from "../../core/protocol/models.ts";
import { make, setText } from "../ui/dom.ts";
import { checkbox, field, select } from "../ui/kit.ts";
import { argumentsField } from "./arguments.ts";
import { roleBoxes } from "./role-boxes.ts";

const textFields = ["displayName", "port", "host", "baseUrl", "modelPath", "notes", "description"] as const;
type TextField = (typeof textFields)[number];

export interface EntryFields {
  readonly elements: readonly HTMLElement[];
  /** Shows the draft in place of what was typed. */
  fill(state: EntryForm): void;
  tellProblems(problems: EntryForm["problems"]): void;
}

/** The controls of the form, each telling what it changes. */
export function entryFields(words: EntryWords, change: (part: Partial<EntryDraft>) => void): EntryFields {
  const text = (name: TextField, lines?: number) =>
    field({
      label: words[name],
      ...(lines === undefined ? {} : { lines }),
      onInput: (value) => change({ [name]: value }),
    });
  const texts = {
    displayName: text("displayName"),
    port: text("port"),
    host: text("host"),
    baseUrl: text("baseUrl"),
    modelPath: text("modelPath"),
    notes: text("notes", 4),
    description: text("description", 4),
  } as const satisfies Readonly<Record<TextField, unknown>>;
  const roles = roleBoxes(words, (chosen) => change({ roles: chosen }));
  const args = argumentsField(words, (lines) => change({ extraArgs: lines }));
  const backend = select({
    label: words.backend,
    onChange: (value) => {
      const known = backends.find((one) => one === value);
      if (known === undefined) return;
      change({ backend: known });
      args.offer(known);
    },
  });
  const flag = (name: "deprecated" | "locked") =>
    checkbox({ label: words[name], checked: false, onChange: (checked) => change({ [name]: checked }) });
  const flags = { deprecated: flag("deprecated"), locked: flag("locked") };

  const problems = new Map<DraftField, HTMLElement>();
  const problem = (name: DraftField): HTMLElement => {
    const element = make("p", { class: "problem", role: "alert" });
    problems.set(name, element);
    return element;
  };
  const group = (legend: string, ...children: readonly HTMLElement[]): HTMLElement =>
    make("fieldset", {}, make("legend", {}, legend), ...children);
  return {
    elements: [
      texts.displayName.element,
      problem("displayName"),
      make("div", { class: "labelled" }, make("span", { "aria-hidden": "true" }, words.backend), backend.element),
      group(words.roles, roles.element, problem("roles")),
      group(
        words.configuration,
        texts.host.element,
        texts.port.element,
        problem("port"),
        texts.baseUrl.element,
        problem("baseUrl"),
        texts.modelPath.element,
      ),
      group(words.extraArgs, args.element),
      texts.notes.element,
      texts.description.element,
      group(words.state, flags.deprecated.element, flags.locked.element),
    ],
    fill: (state) => {
      const { draft } = state;
      for (const name of textFields) texts[name].set(draft[name]);
      roles.set(state.roles, draft.roles);
      args.set(state.suggestions, draft);
      flags.deprecated.set(draft.deprecated);
      flags.locked.set(draft.locked);
      backend.set({ choices: state.backends, value: draft.backend });
    },
    tellProblems: (found) => {
      for (const [name, element] of problems) {
        const words = found.find((one) => one.field === name)?.problem ?? "";
        setText(element, words);
        element.hidden = words === "";
      }
    },
  };
}
