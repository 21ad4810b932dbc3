import type { PageWords, QueueRow, QueueUpdate, ToHost } from "../../core/protocol/page.ts";
import { keyedList, make, setText } from "../ui/dom.ts";
import { button } from "../ui/kit.ts";
import { createQueueBook } from "./queue-book.ts";
import { createDragging } from "./queue-drag.ts";
import { queueRow } from "./queue-row.ts";
import { type QueueNotes, queueTools } from "./queue-tools.ts";

/** The downloads: what is said of all of them, and one tile each. */
export function queueView(
  words: PageWords,
  notes: QueueNotes,
  deps: { readonly send: (message: ToHost) => void; readonly onNotes: (notes: QueueNotes) => void },
): {
  readonly element: HTMLElement;
  update(update: QueueUpdate): void;
  /** Why there is nothing to show; undefined: there is. */
  notice(text: string | undefined): void;
} {
  const { send } = deps;
  const book = createQueueBook();
  let wanted = notes;
  let notice: string | undefined;
  const list = make("ul", { class: "queue", "aria-label": words.queue });
  const sentence = make("p");
  const start = button({
    label: words.download,
    primary: true,
    onPress: () => send({ kind: "command", command: "download" }),
  });
  const empty = make("div", { class: "empty" }, sentence, start);
  const waits = make("p", { class: "waits", role: "status" });
  const tools = queueTools(words, notes, {
    send,
    onNotes: (next) => {
      wanted = next;
      deps.onNotes(next);
      draw();
    },
  });
  const dragging = createDragging((id, before) => send({ kind: "place", id, before }));
  const drawRows = keyedList<QueueRow>(
    list,
    ({ id }) => id,
    (row) => queueRow(row, words, send, dragging),
  );

  function draw(): void {
    const all = book.rows();
    const shown = all.filter((row) => fits(row, wanted));
    drawRows(shown);
    list.hidden = shown.length === 0;
    empty.hidden = shown.length > 0;
    const wasInTools = tools.element.contains(document.activeElement);
    tools.element.hidden = all.length === 0;
    setText(sentence, notice ?? (all.length > 0 ? words.noSuchDownload : words.noDownloads));
    start.hidden = notice !== undefined || all.length > 0;
    if (wasInTools && tools.element.hidden) start.focus();
  }

  return {
    element: make("section", {}, tools.element, waits, empty, list),
    update: (update) => {
      const structural = book.take(update);
      tools.update(update.head, book.rows());
      setText(waits, update.head.waits);
      waits.hidden = update.head.waits === "";
      // Figures alone need no look at the order.
      if (structural) draw();
      else for (const row of book.touched(update)) drawRows.update(row);
    },
    notice: (text) => {
      notice = text;
      draw();
    },
  };
}

const fits = ({ state, model, variant }: QueueRow, { filter, state: wanted }: QueueNotes): boolean =>
  (wanted === "" || state === wanted) && `${model} ${variant}`.toLowerCase().includes(filter.trim().toLowerCase());
