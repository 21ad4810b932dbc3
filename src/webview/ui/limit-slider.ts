import { make, setText } from "./dom.ts";

/** Megabytes per second; the last stop is no limit. */
const STOPS = [1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200, 300, 500] as const;
const MEGA = 1_000_000;

/** A limit that is drawn; between its stops any value is shown as the next one, with its words. */
export function limitSlider(options: {
  readonly label: string;
  readonly none: string;
  /** When it is let go. */
  readonly onChange: (bytesPerSecond: number | null) => void;
}): { readonly element: HTMLElement; set(now: { readonly limit: number | null; readonly words: string }): void } {
  const range = make("input", {
    type: "range",
    min: "0",
    max: String(STOPS.length),
    step: "1",
    "aria-label": options.label,
  });
  const words = make("output");
  let isHeld = false;
  const atStop = (): number | null => {
    const stop = STOPS[Number(range.value)];
    return stop === undefined ? null : stop * MEGA;
  };
  const say = (text: string): void => {
    setText(words, text);
    range.setAttribute("aria-valuetext", text);
  };
  range.addEventListener("input", () => {
    isHeld = true;
    const bytes = atStop();
    say(bytes === null ? options.none : `${bytes / MEGA} MB/s`);
  });
  range.addEventListener("change", () => {
    isHeld = false;
    options.onChange(atStop());
  });
  return {
    element: make("label", { class: "limit" }, make("span", {}, options.label), range, words),
    set: ({ limit, words: text }) => {
      // Not under the fingers that draw it.
      if (isHeld) return;
      const at = limit === null ? STOPS.length : STOPS.findIndex((stop) => stop * MEGA >= limit);
      const value = String(at < 0 ? STOPS.length - 1 : at);
      if (range.value !== value) range.value = value;
      say(text);
    },
  };
}
