import type { FormDraft, FormPage, FormWords } from "../../core/protocol/form-page.ts";
import { make, setText } from "../ui/dom.ts";
import { button, field, select } from "../ui/kit.ts";

/** Where it goes: a location or a folder, and what below it. */
export function formPlace(
  words: FormWords,
  change: (part: Partial<FormDraft>) => void,
  pickFolder: () => void,
): { readonly element: HTMLElement; update(state: FormPage, draft: FormDraft): void } {
  const place = select({ label: words.place, onChange: (location) => change({ location, subfolder: "" }) });
  const note = make("p", { class: "hint", role: "status" });
  const folder = button({ label: words.pickFolder, onPress: pickFolder });
  const typed = field({ label: words.subfolder, onInput: (subfolder) => change({ subfolder }) });
  const known = select({ label: words.subfolder, onChange: (subfolder) => change({ subfolder }) });
  const offered = make(
    "div",
    { class: "labelled" },
    make("span", { "aria-hidden": "true" }, words.subfolder),
    known.element,
  );
  return {
    element: make("div", {}, make("div", { class: "tools" }, place.element, folder), note, typed.element, offered),
    update: ({ places }, draft) => {
      place.set({ choices: places, value: draft.location });
      const chosen = places.find(({ value }) => value === draft.location);
      folder.hidden = draft.location !== "";
      setText(note, chosen?.note ?? "");
      const offers = chosen?.subfolders ?? [];
      offered.hidden = offers.length === 0;
      typed.element.hidden = offers.length > 0 || chosen?.takesSubfolder !== true;
      const choices = offers.map((value) => ({ value, label: value }));
      known.set({ choices: [{ value: "", label: "–" }, ...choices], value: draft.subfolder });
      typed.set(draft.subfolder);
    },
  };
}

/** Folders that get links. */
export function formLinks(
  words: FormWords,
  change: (part: Partial<FormDraft>) => void,
  onAdd: () => void,
): { readonly element: HTMLElement; update(draft: FormDraft): void } {
  const list = make("ul", { class: "links" });
  const empty = make("p", { class: "hint" }, words.noLinks);
  const hint = make("p", { class: "hint" }, words.linksHint);
  const add = button({ label: words.addLink, onPress: onAdd });
  let drawn = "";
  return {
    element: make("div", {}, hint, empty, list, add),
    update: ({ linkOut }) => {
      empty.hidden = linkOut.length > 0;
      const drawing = JSON.stringify(linkOut);
      if (drawing === drawn) return;
      drawn = drawing;
      list.replaceChildren(
        ...linkOut.map((folder) => {
          const remove = button({
            label: words.remove,
            spoken: `${words.remove}: ${folder}`,
            onPress: () => {
              change({ linkOut: linkOut.filter((one) => one !== folder) });
              add.focus();
            },
          });
          return make("li", {}, make("code", {}, folder), remove);
        }),
      );
    },
  };
}
