import {
  type FileRow,
  type PageWords,
  type QueueRow,
  type RowDeed,
  type ToHost,
  rowDeeds,
} from "../../core/protocol/page.ts";
import { type Row, keyedList, make, setText } from "../ui/dom.ts";
import { button } from "../ui/kit.ts";
import type { Dragging } from "./queue-drag.ts";

/** One download as a tile; opened, it shows its files and what else can be done. */
export function queueRow(
  first: QueueRow,
  words: PageWords,
  send: (message: ToHost) => void,
  dragging: Dragging,
): Row<QueueRow> {
  const { id } = first;
  const named = `${first.model} ${first.variant}`;
  const toggle = make("button", { class: "toggle", type: "button", "aria-expanded": "false" });
  toggle.setAttribute("aria-label", `${words.files}: ${named}`);
  const model = make("span", { class: "model" });
  const variant = make("span", { class: "variant" });
  const state = make("span", { class: "state" });
  const bar = make("progress", { max: "1", "aria-label": named });
  const amount = make("span", { class: "amount" });
  const pace = make("span", { class: "pace" });
  const reason = make("p", { class: "reason" });
  const main = deedBar(id, named, words, send);
  const more = deedBar(id, named, words, send);
  const place = make("p", { class: "place" });
  const files = make("ul", { class: "files", "aria-label": `${words.files}: ${named}` });
  const drawFiles = keyedList<FileRow>(files, ({ path }) => path, fileRow);
  const opened = make("div", { class: "opened" }, more.element, place, files);
  const element = make(
    "li",
    // Else it would be called by its hint.
    { "data-id": id, "aria-label": named },
    make("div", { class: "title" }, toggle, model, variant, state),
    bar,
    make("div", { class: "figures" }, amount, pace),
    reason,
    make("div", { class: "deeds" }, main.element),
    opened,
  );
  let isOpen = false;
  toggle.addEventListener("click", () => send({ kind: "open", id, open: !isOpen }));
  dragging.watch(element, id);
  return {
    element,
    update: (row) => {
      isOpen = row.files !== undefined;
      element.dataset["state"] = row.state;
      element.draggable = row.movable;
      element.title = row.movable ? words.dragHint : "";
      toggle.setAttribute("aria-expanded", String(isOpen));
      setText(model, row.model);
      setText(variant, row.variant);
      setText(state, row.stateWords);
      setText(amount, row.amount);
      setText(pace, row.pace);
      setText(reason, row.reason);
      reason.hidden = row.reason === "";
      if (row.fraction === null) bar.removeAttribute("value");
      else bar.value = row.fraction;
      bar.hidden = row.state === "done" || row.state === "cancelled";
      main.show(row.deeds);
      opened.hidden = !isOpen;
      if (!isOpen) return;
      more.show(row.more);
      setText(place, row.place);
      drawFiles(row.files ?? []);
    },
  };
}

function deedBar(
  id: string,
  named: string,
  words: PageWords,
  send: (message: ToHost) => void,
): { readonly element: HTMLElement; show(deeds: readonly RowDeed[]): void } {
  const made = new Map<RowDeed, HTMLElement>();
  const element = make("div", { class: "bar" });
  const buttonFor = (deed: RowDeed): HTMLElement => {
    const label = words.deeds[deed];
    const one = button({ label, spoken: `${label}: ${named}`, onPress: () => send({ kind: deed, id }) });
    made.set(deed, one);
    // In one order, whichever is needed first.
    const after = rowDeeds.slice(rowDeeds.indexOf(deed) + 1).map((other) => made.get(other));
    element.insertBefore(one, after.find((other) => other !== undefined) ?? null);
    return one;
  };
  return {
    element,
    show: (deeds) => {
      const focused = Array.from(made.values()).find((one) => one === document.activeElement);
      for (const deed of deeds) (made.get(deed) ?? buttonFor(deed)).hidden = false;
      for (const [deed, one] of made) one.hidden = !deeds.includes(deed);
      // A button that vanishes under the fingers hands its focus to the one that takes its place.
      if (focused?.hidden !== true) return;
      Array.from(element.children)
        .find((one): one is HTMLElement => one instanceof HTMLElement && !one.hidden)
        ?.focus();
    },
  };
}

function fileRow(first: FileRow): Row<FileRow> {
  const path = make("span", { class: "path", title: first.path }, first.path);
  const bar = make("progress", { max: "1", "aria-label": first.path });
  const amount = make("span", { class: "amount" });
  const state = make("span", { class: "state" });
  const element = make("li", {}, path, bar, amount, state);
  return {
    element,
    update: (file) => {
      element.dataset["state"] = file.state;
      bar.value = file.fraction;
      bar.hidden = file.state === "done";
      setText(amount, file.amount);
      setText(state, file.stateWords);
    },
  };
}
