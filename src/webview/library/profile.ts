import type { ToLibraryHost } from "../../core/protocol/library-page.ts";
import type { ProfileField, ProfileForm, ProfileWords } from "../../core/protocol/profile-page.ts";
import { make, setText } from "../ui/dom.ts";
import { button, field } from "../ui/kit.ts";

/** Milliseconds that what is typed may wait. */
const TYPING = 200;

/** The form of a profile: each value with where it comes from, and the command it comes to. */
export function profilePage(
  words: ProfileWords,
  send: (message: ToLibraryHost) => void,
): { readonly element: HTMLElement; update(state: ProfileForm): void } {
  const values = new Map<string, string>();
  const origins = new Map<string, HTMLElement>();
  let edition = Number.NaN;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draft = () => Array.from(values, ([key, value]) => ({ key, value }));
  const tell = (kind: "profileDraft" | "profileSave"): void => {
    clearTimeout(timer);
    timer = undefined;
    send({ kind, values: draft() });
  };
  const fieldOf = ({ key, label, hint, lines, value, origin }: ProfileField): HTMLElement => {
    const control = field({
      label,
      ...(lines > 1 ? { lines } : {}),
      onInput: (typed) => {
        values.set(key, typed);
        timer ??= setTimeout(() => tell("profileDraft"), TYPING);
      },
    });
    control.set(value);
    const from = make("p", { class: "hint" }, origin);
    origins.set(key, from);
    return make("div", { title: hint }, control.element, from);
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
  const status = make("p", { class: "status", role: "status" });
  const fields = make("div");
  const command = make("code");
  const commandProblem = make("p", { class: "problem", role: "alert" });
  const copy = button({ label: words.copy, onPress: () => send({ kind: "profileCopy" }) });
  const element = make(
    "form",
    { class: "entry" },
    make("header", {}, title, facts, make("div", { class: "deedbar" }, save, reset, status)),
    fields,
    make("section", {}, make("h2", {}, words.command), make("pre", {}, command), commandProblem, copy),
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
        fields.replaceChildren(...state.fields.map(fieldOf));
      }
      for (const { key, origin } of state.fields) {
        const shown = origins.get(key);
        if (shown) setText(shown, origin);
      }
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
