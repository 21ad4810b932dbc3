import type { EntryDraft, EntryForm, EntryWords, ToLibraryHost } from "../../core/protocol/library-page.ts";
import { make, setText } from "../ui/dom.ts";
import { button } from "../ui/kit.ts";
import { entryFields } from "./entry-fields.ts";

/** Milliseconds that what is typed may wait. */
const TYPING = 150;

/** The form of an entry. What is typed goes to the host soon, so that it is kept whatever becomes of the page. */
export function entryPage(
  words: EntryWords,
  first: EntryForm,
  send: (message: ToLibraryHost) => void,
): { readonly element: HTMLElement; update(state: EntryForm): void } {
  let { draft } = first;
  let edition = Number.NaN;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const sendDraft = (): void => {
    clearTimeout(timer);
    timer = undefined;
    send({ kind: "draft", draft });
  };
  const fields = entryFields(words, (part: Partial<EntryDraft>) => {
    draft = { ...draft, ...part };
    timer ??= setTimeout(sendDraft, TYPING);
  });
  /** What was typed is told first. */
  const deed = (kind: "reset" | "reload" | "takeCurated"): void => {
    sendDraft();
    send({ kind });
  };
  const saveDraft = (): void => {
    clearTimeout(timer);
    timer = undefined;
    send({ kind: "save", draft });
  };

  const title = make("h1");
  const facts = make("p", { class: "hint" });
  const save = button({ label: words.save, primary: true, onPress: saveDraft });
  const reset = button({ label: words.reset, onPress: () => deed("reset") });
  const reload = button({ label: words.reload, onPress: () => deed("reload") });
  const status = make("p", { class: "status", role: "status" });
  const differences = differencesTable(words, () => deed("takeCurated"));
  const header = make("header", {}, title, facts, make("div", { class: "deedbar" }, save, reset, reload, status));
  const element = make("form", { class: "entry" }, header, ...fields.elements, differences.element);
  element.addEventListener("submit", (event) => event.preventDefault());
  element.addEventListener("keydown", (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    saveDraft();
  });
  return {
    element,
    update: (state) => {
      // A state that answers what was typed leaves the fields alone.
      if (state.edition !== edition) {
        ({ edition, draft } = state);
        clearTimeout(timer);
        timer = undefined;
        fields.fill(state);
      }
      setText(title, state.title);
      setText(facts, state.facts);
      fields.tellProblems(state.problems);
      save.toggleAttribute("disabled", state.saving);
      reset.toggleAttribute("disabled", !state.changed || state.saving);
      reload.hidden = state.status.kind !== "stale";
      status.dataset["kind"] = state.status.kind;
      setText(status, state.status.text === "" && state.changed ? words.unsaved : state.status.text);
      differences.update(state.differences);
    },
  };
}

/** Where the curated entry says otherwise; nothing where it does not. */
function differencesTable(
  words: EntryWords,
  onTake: () => void,
): { readonly element: HTMLElement; update(differences: EntryForm["differences"]): void } {
  const rows = make("tbody");
  const heads = [words.field, words.here, words.curated].map((head) => make("th", { scope: "col" }, head));
  const element = make(
    "section",
    {},
    make("h2", {}, words.differences),
    make("table", { class: "differences" }, make("thead", {}, make("tr", {}, ...heads)), rows),
    button({ label: words.takeCurated, onPress: onTake }),
  );
  return {
    element,
    update: (differences) => {
      element.hidden = differences.length === 0;
      rows.replaceChildren(
        ...differences.map((one) =>
          make(
            "tr",
            {},
            make("th", { scope: "row" }, one.field),
            make("td", {}, one.here),
            make("td", {}, one.curated),
          ),
        ),
      );
    },
  };
}
