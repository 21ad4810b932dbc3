import type { PageState, PageWords, QueueRow, RowDeed } from "../../core/protocol/page.ts";
import { type Row, keyedList, make, setText } from "../ui/dom.ts";
import { button } from "../ui/kit.ts";

export interface QueueActions {
  readonly onDeed: (deed: RowDeed, id: string) => void;
  readonly onDownload: () => void;
}

/** The downloads, one row each. */
export function queueView(
  words: PageWords,
  { onDeed, onDownload }: QueueActions,
): { readonly element: HTMLElement; update(state: PageState): void } {
  const list = make("ul", { class: "queue", "aria-label": words.queue });
  const sentence = make("p");
  const start = button({ label: words.download, primary: true, onPress: onDownload });
  const empty = make("div", { class: "empty" }, sentence, start);
  const draw = keyedList<QueueRow>(
    list,
    ({ id }) => id,
    (row) => queueRow(row, words, onDeed),
  );
  return {
    element: make("section", {}, empty, list),
    update: ({ queue, notice }) => {
      draw(queue);
      list.hidden = queue.length === 0;
      empty.hidden = queue.length > 0;
      setText(sentence, notice ?? words.noDownloads);
      start.hidden = notice !== undefined;
    },
  };
}

function queueRow(first: QueueRow, words: PageWords, onDeed: QueueActions["onDeed"]): Row<QueueRow> {
  const { id } = first;
  const model = make("span", { class: "model" });
  const variant = make("span", { class: "variant" });
  const state = make("span", { class: "state" });
  const bar = make("progress", { max: "1" });
  const amount = make("span", { class: "amount" });
  const pace = make("span", { class: "pace" });
  const reason = make("p", { class: "reason" });
  const buttons = (["pause", "resume", "cancel"] as const).map((deed) => ({
    deed,
    element: button({
      label: words.deeds[deed],
      spoken: `${words.deeds[deed]}: ${first.model} ${first.variant}`,
      onPress: () => onDeed(deed, id),
    }),
  }));
  const deeds = make("div", { class: "deeds" }, ...buttons.map(({ element }) => element));
  const element = make(
    "li",
    {},
    make("div", { class: "title" }, model, variant, state),
    bar,
    make("div", { class: "figures" }, amount, pace),
    reason,
    deeds,
  );
  return {
    element,
    update: (row) => {
      element.dataset["state"] = row.state;
      setText(model, row.model);
      setText(variant, row.variant);
      setText(state, row.stateWords);
      setText(amount, row.amount);
      setText(pace, row.pace);
      setText(reason, row.reason);
      reason.hidden = row.reason === "";
      bar.setAttribute("aria-label", `${row.model} ${row.variant}`);
      if (row.fraction === null) bar.removeAttribute("value");
      else bar.value = row.fraction;
      bar.hidden = row.state === "done" || row.state === "cancelled";
      const focused = buttons.find(({ element: one }) => one === document.activeElement);
      for (const { deed, element: one } of buttons) one.hidden = !row.deeds.includes(deed);
      // A button that vanishes under the fingers hands its focus to the one that takes its place.
      if (focused?.element.hidden) buttons.find(({ element: one }) => !one.hidden)?.element.focus();
    },
  };
}
