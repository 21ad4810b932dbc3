import type { ProfileDraft, ProfileField } from "../../core/protocol/profile-page.ts";
import { make, setText } from "../ui/dom.ts";
import { field, select } from "../ui/kit.ts";

/** The values of a profile, each with what it means, where it comes from, and why what is typed will not do. */
export interface ProfileFields {
  readonly element: HTMLElement;
  /** All of them, as they are typed. */
  readonly draft: () => ProfileDraft;
  /** What is typed from now on is not in what is being saved. */
  readonly saving: () => void;
  readonly clear: () => void;
  /** Shows what is saved, but where something was typed since that was on its way. @returns whether it was */
  readonly fill: (fields: readonly ProfileField[]) => boolean;
  /** Leaves what is typed alone. */
  readonly update: (fields: readonly ProfileField[]) => void;
}

export function profileFields(onTyped: () => void): ProfileFields {
  const values = new Map<string, string>();
  /** Since it was last saved or reset: answers that were on their way then know nothing of it. */
  const typed = new Set<string>();
  const rows = new Map<string, FieldRow>();
  const element = make("div");
  const note = (key: string, value: string): void => {
    values.set(key, value);
    typed.add(key);
    onTyped();
  };
  return {
    element,
    draft: () => Array.from(values, ([key, value]) => ({ key, value })),
    saving: () => typed.clear(),
    clear: () => {
      values.clear();
      typed.clear();
    },
    fill: (fields) => {
      const kept = new Map([...values].filter(([key]) => typed.has(key)));
      values.clear();
      for (const one of fields) {
        values.set(one.key, kept.get(one.key) ?? one.value);
        const row = rows.get(one.key) ?? fieldRow(one, note);
        if (!kept.has(one.key)) row.set(one);
        rows.set(one.key, row);
      }
      const now = fields.flatMap(({ key }) => rows.get(key)?.element ?? []);
      // A field that is moved loses the cursor.
      if (now.length !== element.children.length || now.some((row, at) => row !== element.children[at]))
        element.replaceChildren(...now);
      return kept.size > 0;
    },
    update: (fields) => {
      for (const one of fields) rows.get(one.key)?.update(one);
    },
  };
}

interface FieldRow {
  readonly element: HTMLElement;
  /** Shows its value in place of what is typed. */
  set(now: ProfileField): void;
  update(now: ProfileField): void;
}

type Note = (key: string, value: string) => void;

function fieldRow(first: ProfileField, note: Note): FieldRow {
  const { element, set } = first.choices.length > 0 ? choice(first, note) : text(first, note);
  const [origin, problem] = [make("span", { class: "origin" }), make("p", { class: "problem", role: "alert" })];
  return {
    element: make("div", { class: "value" }, element, make("p", { class: "hint" }, first.hint, origin), problem),
    set,
    update: (now) => {
      setText(origin, now.origin === "" ? "" : ` · ${now.origin}`);
      setText(problem, now.problem);
      problem.hidden = now.problem === "";
    },
  };
}

interface Control {
  readonly element: HTMLElement;
  readonly set: (now: ProfileField) => void;
}

function text({ key, label, lines }: ProfileField, note: Note): Control {
  const control = field({ label, ...(lines > 1 ? { lines } : {}), onInput: (value) => note(key, value) });
  return { element: control.element, set: ({ value }) => control.set(value) };
}

function choice({ key, label }: ProfileField, note: Note): Control {
  const control = select({ label, onChange: (value) => note(key, value) });
  return {
    element: make("div", { class: "labelled" }, make("span", {}, label), control.element),
    set: (now) => control.set(now),
  };
}
