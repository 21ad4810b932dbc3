import type { Block, Inline } from "../../core/protocol/readme.ts";
import { make } from "../ui/dom.ts";
import { button } from "../ui/kit.ts";

export interface ReadmeWays {
  readonly words: { readonly copy: string; readonly table: string };
  readonly copy: (text: string) => void;
  /** @param address http or https */
  readonly visit: (address: string) => void;
}

/** Elements made one by one: nothing of a README is ever read as markup. */
export const readmeElements = (blocks: readonly Block[], ways: ReadmeWays): readonly HTMLElement[] =>
  blocks.map((block) => blockElement(block, ways));

function blockElement(block: Block, ways: ReadmeWays): HTMLElement {
  switch (block.kind) {
    case "heading":
      return headingElement(block.level, inlineNodes(block.parts, ways));
    case "paragraph":
      return make("p", {}, ...inlineNodes(block.parts, ways));
    case "code":
      return make(
        "div",
        { class: "code" },
        make("pre", { tabindex: "0" }, make("code", {}, block.text)),
        button({ label: ways.words.copy, onPress: () => ways.copy(block.text) }),
      );
    case "quote":
      return make("blockquote", {}, ...readmeElements(block.blocks, ways));
    case "list": {
      const items = block.items.map((item) => make("li", {}, ...readmeElements(item, ways)));
      return block.start === null ? make("ul", {}, ...items) : make("ol", { start: String(block.start) }, ...items);
    }
    case "table":
      return tableElement(block.rows, ways);
    case "rule":
      return make("hr");
  }
}

/** Below the page's own titles. */
function headingElement(level: number, children: readonly (Node | string)[]): HTMLElement {
  if (level <= 1) return make("h3", {}, ...children);
  if (level === 2) return make("h4", {}, ...children);
  return level === 3 ? make("h5", {}, ...children) : make("h6", {}, ...children);
}

/** It scrolls by itself, also by keyboard: a wide one does not widen the page. */
function tableElement(
  [head = [], ...rows]: readonly (readonly (readonly Inline[])[])[],
  ways: ReadmeWays,
): HTMLElement {
  const table = make(
    "table",
    {},
    make("thead", {}, make("tr", {}, ...head.map((cell) => make("th", { scope: "col" }, ...inlineNodes(cell, ways))))),
    make(
      "tbody",
      {},
      ...rows.map((row) => make("tr", {}, ...row.map((cell) => make("td", {}, ...inlineNodes(cell, ways))))),
    ),
  );
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": ways.words.table }, table);
}

const inlineNodes = (parts: readonly Inline[], ways: ReadmeWays): readonly (Node | string)[] =>
  parts.map((part) => inlineNode(part, ways));

function inlineNode(part: Inline, ways: ReadmeWays): Node | string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "break":
      return make("br");
    case "code":
      return make("code", {}, part.text);
    case "strong":
      return make("strong", {}, ...inlineNodes(part.parts, ways));
    case "emphasis":
      return make("em", {}, ...inlineNodes(part.parts, ways));
    case "strike":
      return make("s", {}, ...inlineNodes(part.parts, ways));
    case "link":
      return linkElement(part.address, inlineNodes(part.parts, ways), ways);
  }
}

/** Only the host leads anywhere; a person sees where to before. */
export function linkElement(
  address: string,
  children: readonly (Node | string)[],
  ways: Pick<ReadmeWays, "visit">,
): HTMLElement {
  const element = make("a", { href: address, title: address }, ...children);
  element.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation();
    ways.visit(address);
  });
  return element;
}
