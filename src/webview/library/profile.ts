import type { ToLibraryHost } from "../../core/protocol/library-page.ts";
import {
  type ProfileField,
  type ProfileForm,
  type ProfileWords,
  profileDeeds,
} from "../../core/protocol/profile-page.ts";
import { make, setText } from "../ui/dom.ts";
import { button, field, select } from "../ui/kit.ts";

/** Milliseconds that what is typed may wait. */
const TYPING = 200;

/** The form of a profile: each value with where it comes from, and the command it comes to. */
export function profilePage(
  words: ProfileWords,
  send: (message: ToLibraryHost) => void,
): { readonly element: HTMLElement; update(state: ProfileForm): void } {
  const values = new Map<string, string>();
  /** Typed since it was last saved or reset: answers that were on their way then know nothing of it. */
  const typed = new Set<string>();
  const shown = new Map<string, FieldRow>();
  let edition = Number.NaN;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draft = () => Array.from(values, ([key, value]) => ({ key, value }));
  const tell = (kind: "profileDraft" | "profileSave"): void => {
    clearTimeout(timer);
    timer = undefined;
    send({ kind, values: draft() });
  };
  const tellSoon = (): void => void (timer ??= setTimeout(() => tell("profileDraft"), TYPING));
  const saveAll = (): void => {
    typed.clear();
    tell("profileSave");
  };
  const note = (key: string, value: string): void => {
    values.set(key, value);
    typed.add(key);
    tellSoon();
  };
  const title = make("h1");
  const facts = make("p", { class: "hint" });
  const save = button({ label: words.save, primary: true, onPress: saveAll });
  const reset = button({
    label: words.reset,
    onPress: () => {
      clearTimeout(timer);
      timer = undefined;
      values.clear();
      typed.clear();
      send({ kind: "profileReset" });
    },
  });
  const deeds = new Map(
    profileDeeds.map((deed) => [
      deed,
      button({ label: words[deed], onPress: () => send({ kind: "profileDeed", deed }) }),
    ]),
  );
  const status = make("p", { class: "status", role: "status" });
  const problems = make("ul", { class: "problems" });
  const fields = make("div");
  const command = make("code");
  const commandProblem = make("p", { class: "problem", role: "alert" });
  const copy = button({ label: words.copy, onPress: () => send({ kind: "profileCopy" }) });
  const element = make(
    "form",
    { class: "entry" },
    make("header", {}, title, facts, make("div", { class: "deedbar" }, save, reset, ...deeds.values(), status)),
    problems,
    fields,
    make(
      "section",
      {},
      make("h2", {}, words.command),
      make("div", { class: "command" }, command),
      commandProblem,
      copy,
    ),
  );
  element.addEventListener("submit", (event) => event.preventDefault());
  element.addEventListener("keydown", (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    saveAll();
  });
  return {
    element,
    update: (state) => {
      // A state that answers what was typed leaves the fields alone.
      if (state.edition !== edition) {
        ({ edition } = state);
        const kept = new Map([...values].filter(([key]) => typed.has(key)));
        values.clear();
        for (const { key, value } of state.fields) values.set(key, kept.get(key) ?? value);
        // What was told last stood beside values that are others now.
        if (kept.size > 0) tellSoon();
        for (const one of state.fields) {
          const row = shown.get(one.key) ?? fieldRow(one, note);
          if (!kept.has(one.key)) row.set(one);
          shown.set(one.key, row);
        }
        // A field that is moved loses the cursor.
        const rows = state.fields.flatMap(({ key }) => shown.get(key)?.element ?? []);
        if (rows.length !== fields.children.length || rows.some((row, at) => row !== fields.children[at]))
          fields.replaceChildren(...rows);
      }
      for (const field of state.fields) shown.get(field.key)?.update(field);
      if (problems.textContent !== state.problems.join(""))
        problems.replaceChildren(...state.problems.map((line) => make("li", {}, line)));
      problems.hidden = state.problems.length === 0;
      for (const [deed, one] of deeds) one.hidden = !state.deeds.includes(deed);
      setText(title, state.title);
      setText(facts, state.facts);
      setText(command, state.command);
      setText(commandProblem, state.commandProblem);
      commandProblem.hidden = state.commandProblem === "";
      copy.toggleAttribute("disabled", state.command === "");
      save.toggleAttribute("disabled", state.saving);
      reset.toggleAttribute("disabled", !state.changed || state.saving);
      status.dataset["kind"] = state.status.kind;
      setText(status, state.status.text === "" && state.changed ? words.unsaved : state.status.text);
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

/** One value: what it means, where it comes from, and why what is typed will not do. */
function fieldRow(first: ProfileField, note: Note): FieldRow {
  const { hint } = first;
  const { element, set } = first.choices.length > 0 ? choice(first, note) : text(first, note);
  const [origin, problem] = [make("span", { class: "origin" }), make("p", { class: "problem", role: "alert" })];
  return {
    element: make("div", { class: "value" }, element, make("p", { class: "hint" }, hint, origin), problem),
    set,
    update: (now) => {
      setText(origin, now.origin === "" ? "" : ` · ${now.origin}`);
      setText(problem, now.problem);
      problem.hidden = now.problem === "";
    },
  };
}

type Control = Pick<FieldRow, "element" | "set">;

function text({ key, label, lines }: ProfileField, note: Note): Control {
  const control = field({ label, ...(lines > 1 ? { lines } : {}), onInput: (typed) => note(key, typed) });
  return { element: control.element, set: ({ value }) => control.set(value) };
}

function choice({ key, label }: ProfileField, note: Note): Control {
  const control = select({ label, onChange: (value) => note(key, value) });
  return { element: make("div", { class: "labelled" }, make("span", {}, label), control.element), set: control.set };
}
