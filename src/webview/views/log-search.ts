import type { LogsWords } from "../../core/protocol/logs-page.ts";
import { make, setText } from "../ui/dom.ts";
import { button, textField } from "../ui/kit.ts";

export interface LogSearch {
  readonly element: HTMLElement;
  /** After lines came or went: the place stays on its line as long as that is there. */
  again(): void;
}

/** Finds text in the lines that are shown: how often, and one after the other. */
export function logSearch(words: LogsWords, list: HTMLElement, onGo: () => void): LogSearch {
  let wanted = "";
  let found: HTMLElement[] = [];
  let at: HTMLElement | undefined;
  const count = make("span", { class: "count", role: "status" });
  const go = (step: 1 | -1): void => {
    if (found.length === 0) return;
    const here = at === undefined ? -1 : found.indexOf(at);
    // Nothing chosen yet: forwards the first, backwards the last.
    const next = here < 0 ? (step === 1 ? 0 : found.length - 1) : (here + step + found.length) % found.length;
    mark(found[next]);
    say();
    onGo();
    bringIntoSight(at, list);
    // Lines that come into sight turn out higher or lower than they were thought.
    requestAnimationFrame(() => bringIntoSight(at, list));
  };
  const mark = (line: HTMLElement | undefined): void => {
    at?.classList.remove("current");
    at = line;
    at?.classList.add("current");
  };
  const say = (): void => {
    const place = at === undefined ? 0 : found.indexOf(at) + 1;
    setText(count, wanted === "" ? "" : words.found.replace("{0}", String(place)).replace("{1}", String(found.length)));
  };
  const again = (): void => {
    const before = new Set(found);
    found = [];
    if (wanted !== "")
      for (const line of list.querySelectorAll<HTMLElement>(".line"))
        if (line.textContent.toLowerCase().includes(wanted)) found.push(line);
    for (const line of found) if (!before.delete(line)) line.classList.add("found");
    for (const line of before) line.classList.remove("found");
    if (at !== undefined && !found.includes(at)) mark(undefined);
    say();
  };
  const field = textField({
    label: words.find,
    value: "",
    onInput: (text) => {
      wanted = text.toLowerCase();
      again();
    },
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
  });
  return {
    element: make(
      "div",
      { class: "search" },
      field,
      button({ label: "↑", spoken: words.previous, onPress: () => go(-1) }),
      button({ label: "↓", spoken: words.next, onPress: () => go(1) }),
      count,
    ),
    again,
  };
}

/** To the middle of its list. `scrollIntoView` would move the frames around the page, too. */
function bringIntoSight(line: HTMLElement | undefined, list: HTMLElement): void {
  if (!line) return;
  const [own, around] = [line.getBoundingClientRect(), list.getBoundingClientRect()];
  list.scrollTop += own.top - around.top - (around.height - own.height) / 2;
}
