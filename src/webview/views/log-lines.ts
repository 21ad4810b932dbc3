import { make } from "../ui/dom.ts";

/** Lines in chunks: the browser skips what is out of sight, and the oldest chunk goes in one step. */
const CHUNK = 200;
/** What the page keeps; the host has no more. */
const KEPT = 5000;

export interface LogLines {
  readonly element: HTMLElement;
  replace(lines: readonly string[]): void;
  append(lines: readonly string[]): void;
  /** Shows only lines that contain the text, whatever its case; "" shows all. */
  filter(text: string): void;
  /** Lines that were let go here, because there were too many. */
  readonly dropped: number;
  /** Lines in sight with the filter that is set. */
  readonly shown: number;
}

export function logLines(): LogLines {
  const element = make("div", { class: "lines" });
  let kept: string[] = [];
  let wanted = "";
  let dropped = 0;
  let shown = 0;

  const matches = (line: string): boolean => wanted === "" || line.toLowerCase().includes(wanted);
  const draw = (lines: readonly string[]): void => {
    let chunk = element.lastElementChild;
    for (const line of lines) {
      if (!matches(line)) continue;
      if (chunk === null || chunk.childElementCount >= CHUNK) {
        chunk = make("div", { class: "chunk" });
        element.append(chunk);
      }
      chunk.append(
        make("div", { class: isSeparator(line) ? "line separator" : "line" }, line === "" ? "\u00a0" : line),
      );
      shown += 1;
    }
    while (shown - (element.firstElementChild?.childElementCount ?? shown) >= KEPT) {
      shown -= element.firstElementChild?.childElementCount ?? 0;
      element.firstElementChild?.remove();
    }
  };
  const redraw = (): void => {
    element.replaceChildren();
    shown = 0;
    draw(kept);
  };

  return {
    element,
    replace: (lines) => {
      kept = lines.slice(-KEPT);
      dropped = lines.length - kept.length;
      redraw();
    },
    append: (lines) => {
      kept.push(...lines);
      // Cut now and then, not for each line.
      if (kept.length > KEPT + CHUNK) {
        dropped += kept.length - KEPT;
        kept = kept.slice(-KEPT);
      }
      draw(lines);
    },
    filter: (text) => {
      wanted = text.toLowerCase();
      redraw();
    },
    get dropped() {
      return dropped;
    },
    get shown() {
      return shown;
    },
  };
}

/** As the core writes it: `--- Switching to <name> ---`. */
const isSeparator = (line: string): boolean => /^-{3,} .* -{3,}$/.test(line);
