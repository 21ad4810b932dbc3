import type { CardCharacteristic, CardFile, CardFit, CardPage, CardWords } from "../../core/protocol/card-page.ts";
import { make } from "../ui/dom.ts";
import { button } from "../ui/kit.ts";

/** A section that is drawn anew only when what it shows is another: focus, selection and what is unfolded stay. */
export function part<T>(
  title: string,
  draw: (value: T) => readonly (Node | string)[],
): { readonly element: HTMLElement; update(value: T): void } {
  const body = make("div");
  const element = make("section", {}, make("h2", {}, title), body);
  let drawn = "";
  return {
    element,
    update: (value) => {
      const drawing = JSON.stringify(value);
      if (drawing === drawn) return;
      drawn = drawing;
      const nodes = draw(value);
      body.replaceChildren(...nodes);
      element.hidden = nodes.length === 0;
    },
  };
}

export type Copy = (text: string) => void;

export const copyButton = (words: CardWords, what: string, text: string, copy: Copy): HTMLElement =>
  button({ label: words.copy, spoken: `${words.copy}: ${what}`, onPress: () => copy(text) });

function grid(name: string, title: string, heads: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  const top = make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)));
  return make("table", { class: name, "aria-label": title }, make("thead", {}, top), make("tbody", {}, ...rows));
}

const row = (name: string, ...cells: readonly (readonly (Node | string)[])[]): HTMLElement =>
  make("tr", {}, make("th", { scope: "row" }, name), ...cells.map((cell) => make("td", {}, ...cell)));

export const characteristicsTable = (words: CardWords, all: readonly CardCharacteristic[]): readonly HTMLElement[] =>
  all.length === 0
    ? []
    : [
        grid(
          "characteristics",
          words.characteristics,
          [words.characteristic, words.value, words.from, words.confidence],
          all.map(({ label, value, source, confidence, guess, others }) =>
            row(
              label,
              [value, ...(guess ? [" ", make("span", { class: "guess" }, `(${words.guess})`)] : [])],
              others.length === 0 ? [source] : [source, othersOf(words, others)],
              [confidence],
            ),
          ),
        ),
      ];

const othersOf = (words: CardWords, others: CardCharacteristic["others"]): HTMLElement =>
  make(
    "details",
    {},
    make("summary", {}, `${words.others} (${others.length})`),
    make(
      "ul",
      {},
      ...others.map(({ value, source, confidence }) => make("li", {}, `${value} · ${source} · ${confidence}`)),
    ),
  );

export const fitTable = (words: CardWords, rows: CardFit["rows"]): readonly HTMLElement[] =>
  rows.length === 0
    ? []
    : [
        grid(
          "fit",
          words.fit,
          [words.device, words.verdict, words.needs],
          rows.map(({ device, verdict, need, warns }) =>
            row(device, [make("span", warns ? { class: "warns" } : {}, verdict)], [need]),
          ),
        ),
      ];

export const filesTable = (words: CardWords, files: readonly CardFile[], copy: Copy): readonly HTMLElement[] =>
  files.length === 0
    ? []
    : [
        grid(
          "files",
          words.files,
          [words.file, words.size, words.proof, words.digest],
          files.map(({ name, path, size, proof, hashes }) => {
            const line = row(
              name,
              [size],
              [proof],
              hashes.map((hash) => hashLine(words, name, hash, copy)),
            );
            line.title = path;
            return line;
          }),
        ),
      ];

const hashLine = (words: CardWords, file: string, hash: CardFile["hashes"][number], copy: Copy): HTMLElement =>
  make(
    "div",
    { class: "hash" },
    make("code", { title: hash.full }, `${hash.kind} ${hash.short}…`),
    copyButton(words, `${hash.kind}, ${file}`, hash.full, copy),
  );

export const placesList = (words: CardWords, places: CardPage["places"]): readonly HTMLElement[] =>
  places.length === 0
    ? []
    : [
        make("p", { class: "hint" }, words.placesHint),
        make(
          "ul",
          { class: "places" },
          ...places.map(({ path, size, note }) => make("li", {}, make("code", {}, path), ` · ${size} · ${note}`)),
        ),
      ];

export const triggerList = (words: CardWords, all: readonly string[], copy: Copy): readonly HTMLElement[] =>
  all.length === 0
    ? []
    : [
        make(
          "ul",
          { class: "triggers" },
          ...all.map((word) => make("li", {}, make("code", {}, word), copyButton(words, word, word, copy))),
        ),
      ];
