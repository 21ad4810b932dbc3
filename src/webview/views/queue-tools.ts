import { downloadStates } from "../../core/protocol/downloads.ts";
import { type PageWords, type QueueHead, type QueueRow, type ToHost, clearable } from "../../core/protocol/page.ts";
import { make, setText } from "../ui/dom.ts";
import { button, select, textField } from "../ui/kit.ts";
import { limitSlider } from "../ui/limit-slider.ts";

/** What this page alone knows. */
export interface QueueNotes {
  readonly filter: string;
  /** A state; "": all. */
  readonly state: string;
}

/** What is done to the queue as a whole, and what is to be seen of it. */
export function queueTools(
  words: PageWords,
  first: QueueNotes,
  deps: { readonly send: (message: ToHost) => void; readonly onNotes: (notes: QueueNotes) => void },
): { readonly element: HTMLElement; update(head: QueueHead, rows: readonly QueueRow[]): void } {
  const { send } = deps;
  let notes = first;
  const note = (more: Partial<QueueNotes>): void => {
    notes = { ...notes, ...more };
    deps.onNotes(notes);
  };
  const filter = textField({
    label: words.downloadsFilter,
    value: first.filter,
    onInput: (value) => note({ filter: value }),
  });
  const state = select({ label: words.state, onChange: (value) => note({ state: value }) });
  const add = button({
    label: words.download,
    primary: true,
    onPress: () => send({ kind: "command", command: "download" }),
  });
  const pause = button({ label: words.pauseAll, onPress: () => send({ kind: "all", deed: "pause" }) });
  const resume = button({ label: words.resumeAll, onPress: () => send({ kind: "all", deed: "resume" }) });
  const clears = clearable.map((ended) => ({
    ended,
    element: button({ label: "", onPress: () => send({ kind: "clear", state: ended }) }),
  }));
  const limit = limitSlider({
    label: words.limit,
    none: words.noLimit,
    onChange: (bytesPerSecond) => send({ kind: "limit", bytesPerSecond }),
  });
  const metrics = make("p", { class: "metrics" });
  const element = make(
    "div",
    { class: "queue-tools" },
    make(
      "div",
      { class: "tools" },
      add,
      filter,
      state.element,
      pause,
      resume,
      ...clears.map(({ element: one }) => one),
    ),
    // In a line of its own, so that it stays where it is while buttons come and go.
    make("div", { class: "pace" }, limit.element, metrics),
  );
  return {
    element,
    update: (head) => {
      const focused = element.contains(document.activeElement) ? document.activeElement : null;
      const choices = downloadStates.map((value) => ({ value, label: words.states[value] }));
      state.set({ choices: [{ value: "", label: words.allStates }, ...choices], value: notes.state });
      pause.hidden = !head.canPause;
      resume.hidden = !head.canResume;
      for (const { ended, element: one } of clears) {
        one.hidden = head.ended[ended] === 0;
        setText(one, words.clearStates[ended].replace("{0}", String(head.ended[ended])));
      }
      limit.set({ limit: head.limit, words: head.limitWords });
      setText(metrics, head.metrics);
      metrics.hidden = head.metrics === "";
      // What was pressed has gone: the keyboard goes on from its line.
      if (focused instanceof HTMLElement && focused.hidden) filter.focus();
    },
  };
}
