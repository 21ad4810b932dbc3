import type { ToLibraryHost } from "../../core/protocol/library-page.ts";
import { type ProfileForm, type ProfileWords, profileDeeds } from "../../core/protocol/profile-page.ts";
import { make, setText } from "../ui/dom.ts";
import { button } from "../ui/kit.ts";
import { profileFields } from "./profile-fields.ts";

/** Milliseconds that what is typed may wait. */
const TYPING = 200;

/** The form of a profile: each value with where it comes from, and the command it comes to. */
export function profilePage(
  words: ProfileWords,
  send: (message: ToLibraryHost) => void,
): { readonly element: HTMLElement; update(state: ProfileForm): void } {
  let edition = Number.NaN;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (kind: "profileDraft" | "profileSave"): void => {
    clearTimeout(timer);
    timer = undefined;
    send({ kind, values: fields.draft() });
  };
  const tellSoon = (): void => void (timer ??= setTimeout(() => tell("profileDraft"), TYPING));
  const fields = profileFields(tellSoon);
  const saveAll = (): void => {
    fields.saving();
    tell("profileSave");
  };
  const title = make("h1");
  const facts = make("p", { class: "hint" });
  const save = button({ label: words.save, primary: true, onPress: saveAll });
  const reset = button({
    label: words.reset,
    onPress: () => {
      clearTimeout(timer);
      timer = undefined;
      fields.clear();
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
  const command = make("code");
  const commandProblem = make("p", { class: "problem", role: "alert" });
  const copy = button({ label: words.copy, onPress: () => send({ kind: "profileCopy" }) });
  const element = make(
    "form",
    { class: "entry" },
    make("header", {}, title, facts, make("div", { class: "deedbar" }, save, reset, ...deeds.values(), status)),
    problems,
    fields.element,
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
        // What was told last stood beside values that are others now.
        if (fields.fill(state.fields)) tellSoon();
      }
      fields.update(state.fields);
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
