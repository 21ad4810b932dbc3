import type { FormDeed, FormPage, FormWords } from "../../core/protocol/form-page.ts";
import { isWebAddress } from "../../core/protocol/readme.ts";
import { make, setText } from "../ui/dom.ts";
import { button } from "../ui/kit.ts";

/** What it is, what can be done, and what became of it. */
export function formHead(
  words: FormWords,
  on: { readonly deed: (deed: FormDeed) => void; readonly visit: (address: string) => void },
): { readonly elements: readonly HTMLElement[]; update(state: FormPage): void } {
  let address = "";
  const title = make("h1");
  const facts = make("p", { class: "hint" });
  const warnings = make("div", { role: "alert" });
  const press = (label: string, deed: FormDeed, primary = false): HTMLElement =>
    button({ label, primary, onPress: () => on.deed(deed) });
  const download = press(words.download, "download", true);
  const paused = press(words.downloadPaused, "downloadPaused");
  const queue = press(words.queue, "queue");
  const visit = button({ label: "", onPress: () => on.visit(address) });
  const status = make("p", { class: "status", role: "status" });
  const bar = make("div", { class: "deedbar" }, download, paused, queue, visit, status);
  return {
    elements: [make("header", {}, title, facts, bar), warnings],
    update: (state) => {
      setText(title, state.title);
      setText(facts, state.facts);
      ({ address } = state.page);
      setText(visit, state.page.label);
      visit.hidden = !isWebAddress(address);
      if (warnings.textContent !== state.warnings.join(""))
        warnings.replaceChildren(...state.warnings.map((line) => make("p", { class: "warns" }, line)));
      for (const one of [download, paused]) one.toggleAttribute("disabled", state.adding);
      queue.hidden = state.status.kind !== "done";
      status.dataset["kind"] = state.status.kind;
      setText(status, state.status.text);
    },
  };
}
