import type { RolesPage, RolesWords, ToLibraryHost } from "../../core/protocol/library-page.ts";
import { type Row, keyedList, make, setText } from "../ui/dom.ts";
import { button, select } from "../ui/kit.ts";

type Candidate = RolesPage["candidates"][number];

/** Who is preferred for a role; buttons and drag do the same. */
export function rolesPage(
  words: RolesWords,
  send: (message: ToLibraryHost) => void,
): { readonly element: HTMLElement; update(state: RolesPage): void } {
  let order: readonly string[] = [];
  let dragged: string | undefined;
  const role = select({ label: words.role, onChange: (value) => send({ kind: "role", role: value }) });
  const add = button({ label: words.add, onPress: () => send({ kind: "join" }) });
  const list = make("ol", { class: "candidates", "aria-label": words.candidates });
  const hint = make("p", { class: "hint" }, words.hint);
  const empty = make("p", { class: "hint" });
  const said = make("div", { class: "spoken", role: "status", "aria-live": "polite" });
  const move = (name: string, to: number): void => {
    if (to >= 0 && to < order.length && order[to] !== name) send({ kind: "move", name, to });
  };

  const candidate = (first: Candidate): Row<Candidate> => {
    const { name } = first;
    const title = make("span", { class: "title" });
    const facts = make("span", { class: "hint" });
    const note = make("span", { class: "note" });
    const priority = make("span", { class: "figure" });
    const deed = (label: string, onPress: () => void): HTMLElement =>
      button({ label, spoken: `${label}: ${first.title}`, onPress });
    const up = deed(words.up, () => move(name, order.indexOf(name) - 1));
    const down = deed(words.down, () => move(name, order.indexOf(name) + 1));
    const leave = deed(words.remove, () => send({ kind: "leave", name }));
    const deeds = make("span", { class: "deeds" }, up, down, leave);
    const element = make("li", { draggable: "true" }, priority, title, facts, note, deeds);
    element.addEventListener("dragstart", ({ dataTransfer }) => {
      dragged = name;
      dataTransfer?.setData("text/plain", first.title);
      element.classList.add("dragged");
    });
    element.addEventListener("dragend", () => {
      dragged = undefined;
      element.classList.remove("dragged");
    });
    element.addEventListener("dragover", (event) => {
      if (dragged === undefined || dragged === name) return;
      event.preventDefault();
      element.classList.add("target");
    });
    element.addEventListener("dragleave", () => element.classList.remove("target"));
    element.addEventListener("drop", (event) => {
      event.preventDefault();
      element.classList.remove("target");
      if (dragged !== undefined) move(dragged, order.indexOf(name));
    });
    return {
      element,
      update: (now) => {
        setText(title, now.title);
        setText(facts, now.description);
        setText(note, now.note);
        setText(priority, now.priority);
        element.classList.toggle("preferred", now.preferred);
        up.toggleAttribute("disabled", order[0] === name);
        down.toggleAttribute("disabled", order.at(-1) === name);
      },
    };
  };
  const draw = keyedList<Candidate>(list, ({ name }) => name, candidate);
  return {
    element: make("div", {}, make("div", { class: "tools" }, role.element, add), hint, empty, list, said),
    update: (state) => {
      order = state.candidates.map(({ name }) => name);
      role.set({ choices: state.roles, value: state.role });
      draw(state.candidates);
      const none = state.candidates.length === 0;
      setText(empty, state.empty);
      empty.hidden = !none;
      hint.hidden = none;
      setText(said, state.said);
    },
  };
}
