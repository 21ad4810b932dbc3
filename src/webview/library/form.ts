import type { FormDeed, FormDraft, FormPage, FormWords } from "../../core/protocol/form-page.ts";
import type { ToLibraryHost } from "../../core/protocol/library-page.ts";
import { make } from "../ui/dom.ts";
import { formChoices } from "./form-choices.ts";
import { formHead } from "./form-head.ts";
import { moreFields, optionalField, reuseField } from "./form-options.ts";
import { formLinks, formPlace } from "./form-place.ts";
import { formPreviewPart } from "./form-preview.ts";
import { problem, tellProblems } from "./form-problems.ts";

/** Milliseconds that what is chosen may wait. */
const TYPING = 150;

/** The form of a download. What is chosen goes to the host soon, so that it is kept whatever becomes of the page. */
export function downloadFormPage(
  words: FormWords,
  first: FormPage,
  send: (message: ToLibraryHost) => void,
): { readonly element: HTMLElement; update(state: FormPage): void } {
  let page = first;
  let { draft } = first;
  let edition = Number.NaN;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const unhurry = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const change = (part: Partial<FormDraft>): void => {
    draft = { ...draft, ...part };
    drawDraft();
    timer ??= setTimeout(() => {
      timer = undefined;
      send({ kind: "formDraft", draft });
    }, TYPING);
  };
  const wish = (deed: FormDeed): void => {
    unhurry();
    send({ kind: "form", deed, draft });
  };

  const head = formHead(words, { deed: wish, visit: (address) => send({ kind: "visit", address }) });
  const choices = formChoices(words, change);
  const optional = optionalField(words, change);
  const place = formPlace(words, change, () => wish("pickFolder"));
  const reuse = reuseField(words, change);
  const links = formLinks(words, change, () => wish("addLink"));
  const more = moreFields(words, change);
  const copied = make("span", { class: "spoken", role: "status" });
  const preview = formPreviewPart(words, {
    prove: () => wish("prove"),
    stop: () => wish("stop"),
    copy: (text) => {
      send({ kind: "copy", text });
      copied.replaceChildren(make("span", {}, words.copied));
    },
  });
  const elsewhere = [
    group(words.place, place.element, problem("location"), problem("subfolder")),
    group(words.reuse, reuse.element),
    group(words.links, links.element, problem("linkOut")),
  ];
  const [placePart, ...others] = elsewhere;
  const element = make(
    "form",
    { class: "entry download" },
    ...head.elements,
    group(words.variants, choices.element, problem("files"), optional.element),
    ...(placePart ? [placePart] : []),
    group(words.preview, preview.element, copied),
    ...others,
    group(words.options, more.element),
  );
  element.addEventListener("submit", (event) => event.preventDefault());

  /** What the page can show by itself. */
  function drawDraft(): void {
    choices.update(page, draft);
    place.update(page, draft);
    links.update(draft);
    for (const part of [optional, reuse, more]) part.update(page, draft);
  }
  return {
    element,
    update: (state) => {
      page = state;
      // A state that answers what was chosen leaves the fields alone.
      if (state.edition !== edition) {
        ({ edition, draft } = state);
        unhurry();
        for (const part of [optional, reuse, more]) part.fill(state);
      }
      drawDraft();
      head.update(state);
      for (const part of elsewhere) part.hidden = !state.asks.place;
      preview.update(state.preview);
      tellProblems(element, state.problems);
    },
  };
}

const group = (legend: string, ...children: readonly HTMLElement[]): HTMLElement =>
  make("fieldset", {}, make("legend", {}, legend), ...children);
