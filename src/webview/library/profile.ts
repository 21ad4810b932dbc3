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
  const shown = new Map<string, FieldRow>();
  let edition = Number.NaN;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draft = () => Array.from(values, ([key, value]) => ({ key, value }));
  const tell = (kind: "profileDraft" | "profileSave"): void => {
    clearTimeout(timer);
    timer = undefined;
    send({ kind, values: draft() });
  };
  const note = (key: string, typed: string): void => {
    values.set(key, typed);
    timer ??= setTimeout(() => tell("profileDraft"), TYPING);
  };
  const title = make("h1");
  const facts = make("p", { class: "hint" });
  const save = button({ label: words.save, primary: true, onPress: () => tell("profileSave") });
  const reset = button({
    label: words.reset,
    onPress: () => {
      values.clear();
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
    tell("profileSave");
  });
  return {
    element,
    update: (state) => {
      // A state that answers what was typed leaves the fields alone.
      if (state.edition !== edition) {
        ({ edition } = state);
        clearTimeout(timer);
        timer = undefined;
        values.clear();
        for (const { key, value } of state.fields) values.set(key, value);
        fields.replaceChildren();
        for (const one of state.fields) {
          const row = fieldRow(one, note);
          shown.set(one.key, row);
          fields.append(row.element);
        }
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
  update(now: ProfileField): void;
}

type Note = (key: string, typed: string) => void;

/** One value: what it means, where it comes from, and why what is typed will not do. */
function fieldRow(first: ProfileField, note: Note): FieldRow {
  const { key, hint } = first;
  const control = first.choices.length > 0 ? choice(first, (value) => note(key, value)) : text(first, note);
  const [origin, problem] = [make("span", { class: "origin" }), make("p", { class: "problem", role: "alert" })];
  return {
    element: make("div", { class: "value" }, control, make("p", { class: "hint" }, hint, origin), problem),
    update: (now) => {
      setText(origin, now.origin === "" ? "" : ` · ${now.origin}`);
      setText(problem, now.problem);
      problem.hidden = now.problem === "";
    },
  };
}

function text({ key, label, lines, value }: ProfileField, note: Note): HTMLElement {
  const control = field({ label, ...(lines > 1 ? { lines } : {}), onInput: (typed) => note(key, typed) });
  control.set(value);
  return control.element;
}

function choice({ label, choices, value }: ProfileField, onChange: (value: string) => void): HTMLElement {
  const control = select({ label, onChange });
  control.set({ choices, value });
  return make("div", { class: "labelled" }, make("span", {}, label), control.element);
}
