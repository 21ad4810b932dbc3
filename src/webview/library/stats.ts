import type { StatsPage, StatsRow, StatsWords } from "../../core/protocol/library-page.ts";
import { make, setText } from "../ui/dom.ts";
import { select } from "../ui/kit.ts";

/** Tables whose bars are drawn beside their figures: whoever cannot see the bars hears the figures. */
export function statsPage(words: StatsWords): { readonly element: HTMLElement; update(state: StatsPage): void } {
  let bySize = true;
  let last: StatsPage = { summary: "", sections: [] };
  const summary = make("h1");
  const sections = make("div", { class: "sections" });
  const measure = select({
    label: words.measure,
    onChange: (value) => {
      bySize = value === "size";
      draw();
    },
  });
  measure.set({
    choices: [
      { value: "size", label: words.bySize },
      { value: "count", label: words.byCount },
    ],
    value: "size",
  });
  const row = ({ label, count, size, countShare, sizeShare }: StatsRow): HTMLElement => {
    const bar = make("div", { class: "bar" });
    bar.style.inlineSize = `${Math.max(0, Math.min(1, bySize ? sizeShare : countShare)) * 100}%`;
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, label),
      make("td", { class: "bars", "aria-hidden": "true" }, bar),
      make("td", { class: "figure" }, count),
      make("td", { class: "figure" }, size),
    );
  };
  const draw = (): void => {
    setText(summary, last.summary);
    sections.replaceChildren(
      ...last.sections.map(({ title, rows }) =>
        make(
          "table",
          { class: "stats" },
          make("caption", {}, title),
          make(
            "thead",
            {},
            make(
              "tr",
              {},
              make("th", { scope: "col" }, title),
              make("th", { scope: "col", "aria-hidden": "true" }, words.share),
              make("th", { scope: "col", class: "figure" }, words.count),
              make("th", { scope: "col", class: "figure" }, words.size),
            ),
          ),
          make("tbody", {}, ...rows.map(row)),
        ),
      ),
    );
  };
  const tools = make("div", { class: "tools" }, make("span", { class: "hint" }, words.measure), measure.element);
  return {
    element: make("div", {}, summary, tools, sections),
    update: (state) => {
      last = state;
      draw();
    },
  };
}
