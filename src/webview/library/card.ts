import type { CardPage, CardReadme, CardWords } from "../../core/protocol/card-page.ts";
import type { ToLibraryHost } from "../../core/protocol/library-page.ts";
import { isWebAddress } from "../../core/protocol/readme.ts";
import { make, setText } from "../ui/dom.ts";
import { button, select } from "../ui/kit.ts";
import { characteristicsTable, filesTable, fitTable, part, placesList, triggerList } from "./card-parts.ts";
import { type ReadmeWays, linkElement, readmeElements } from "./card-readme.ts";

/** All that is known of one model. Its README comes last, in time and on the page: nothing moves when it arrives. */
export function cardPage(
  words: CardWords,
  send: (message: ToLibraryHost) => void,
): { readonly element: HTMLElement; update(state: CardPage): void } {
  const said = make("p", { class: "status", role: "status" });
  const copy = (text: string): void => {
    send({ kind: "copy", text });
    // Said anew each time.
    said.replaceChildren(make("span", {}, words.copied));
  };
  const visit = (address: string): void => send({ kind: "visit", address });

  const title = make("h1");
  const facts = make("p", { class: "hint" });
  const origin = make("p", { class: "hint" });
  const badges = make("ul", { class: "badges" });
  const warnings = make("div", { role: "alert" });
  const picture = make("img", { class: "picture", alt: words.picture });
  const deeds = make("div", { class: "deedbar" });
  const header = make("header", {}, picture, make("div", {}, title, facts, origin, badges, warnings), deeds, said);

  const texts = (text: string): readonly HTMLElement[] => (text === "" ? [] : [make("p", { class: "prose" }, text)]);
  const description = part<string>(words.description, texts);
  const notes = part<string>(words.notes, texts);
  const triggers = part<CardPage["triggerWords"]>(words.triggerWords, (all) => triggerList(words, all, copy));
  const fit = fitPart(words, (context) => send({ kind: "fitAt", context }));
  const characteristics = part<CardPage["characteristics"]>(words.characteristics, (all) =>
    characteristicsTable(words, all),
  );
  const files = part<CardPage["files"]>(words.files, (all) => filesTable(words, all, copy));
  const places = part<CardPage["places"]>(words.places, (all) => placesList(words, all));
  const readme = readmePart(words, { words, copy, visit }, () => send({ kind: "card", deed: "readme" }));
  const parts = [description, notes, triggers, fit, characteristics, files, places, readme];

  let drawnDeeds = "";
  return {
    element: make("article", { class: "card" }, header, ...parts.map(({ element }) => element)),
    update: (state) => {
      setText(title, state.title);
      setText(facts, state.facts);
      setText(origin, state.origin);
      if (picture.getAttribute("src") !== state.picture) picture.setAttribute("src", state.picture);
      picture.hidden = state.picture === "";
      const marks = state.badges.map(({ text, note }) => make("li", note === "" ? {} : { title: note }, text));
      badges.replaceChildren(...marks);
      if (warnings.textContent !== state.warnings.join(""))
        warnings.replaceChildren(...state.warnings.map((line) => make("p", { class: "problem" }, line)));
      const drawing = JSON.stringify(state.deeds);
      if (drawing !== drawnDeeds) {
        drawnDeeds = drawing;
        deeds.replaceChildren(
          ...state.deeds.map(({ deed, label }) =>
            button({ label, primary: deed === "serve", onPress: () => send({ kind: "card", deed }) }),
          ),
        );
      }
      description.update(state.description);
      notes.update(state.notes);
      triggers.update(state.triggerWords);
      fit.update(state.fit);
      characteristics.update(state.characteristics);
      files.update(state.files);
      places.update(state.places);
      readme.update(state.readme);
    },
  };
}

function fitPart(
  words: CardWords,
  onContext: (context: number) => void,
): { readonly element: HTMLElement; update(fit: CardPage["fit"]): void } {
  const context = select({ label: words.context, onChange: (value) => onContext(Number(value)) });
  const asking = make("span", { class: "hint", role: "status" });
  const tools = make(
    "div",
    { class: "tools" },
    make("span", { class: "hint" }, words.context),
    context.element,
    asking,
  );
  const table = part<CardPage["fit"]["rows"]>("", (rows) => fitTable(words, rows));
  const note = make("p", { class: "hint" });
  table.element.firstElementChild?.remove();
  return {
    element: make("section", {}, make("h2", {}, words.fit), tools, table.element, note),
    update: (fit) => {
      tools.hidden = fit.contexts.length === 0;
      context.set({ choices: fit.contexts, value: fit.context });
      setText(asking, fit.asking ? words.asking : "");
      // What was there stays until the answer comes: nothing jumps.
      table.element.toggleAttribute("aria-busy", fit.asking);
      if (!fit.asking) table.update(fit.rows);
      setText(note, fit.note);
      note.hidden = fit.note === "";
    },
  };
}

function readmePart(
  words: CardWords,
  ways: ReadmeWays,
  onAgain: () => void,
): { readonly element: HTMLElement; update(readme: CardReadme): void } {
  const from = make("p", { class: "hint" });
  const body = make("div", { class: "readme" });
  const element = make("section", { "aria-label": words.readme }, make("h2", {}, words.readme), from, body);
  let drawn = "";
  return {
    element,
    update: (readme) => {
      const key = readme.kind === "shown" ? readme.edition : JSON.stringify(readme);
      if (key === drawn) return;
      drawn = key;
      element.toggleAttribute("aria-busy", readme.kind === "loading");
      from.replaceChildren(...(readme.kind === "shown" ? [fromWhere(readme.from, ways)] : []));
      if (readme.kind === "loading") body.replaceChildren(make("p", { class: "hint", role: "status" }, words.loading));
      else if (readme.kind === "none")
        body.replaceChildren(
          make("p", { class: "hint", role: "status" }, readme.text),
          ...(readme.again ? [button({ label: words.retry, onPress: onAgain })] : []),
        );
      else
        body.replaceChildren(
          ...readmeElements(readme.blocks, ways),
          ...(readme.cut === "" ? [] : [make("p", { class: "hint" }, readme.cut)]),
        );
    },
  };
}

const fromWhere = (from: string, ways: ReadmeWays): HTMLElement =>
  isWebAddress(from) ? linkElement(from, [from], ways) : make("code", {}, from);
