import type { LogIntent } from "../../core/protocol/logs-page.ts";
import type { PageState, PageWords, ToPage } from "../../core/protocol/page.ts";
import { make, setText } from "../ui/dom.ts";
import { button, checkbox, select, textField } from "../ui/kit.ts";
import { logLines } from "./log-lines.ts";
import { logSearch } from "./log-search.ts";

export interface LogsActions {
  readonly onWatch: (server: string) => void;
  readonly onServe: () => void;
  /** Of the lines that the filter shows. */
  readonly onDeed: (deed: LogIntent["deed"], server: string, filter: string) => void;
  readonly onNotes: (notes: { readonly filter?: string; readonly follow?: boolean }) => void;
}

export interface LogsView {
  readonly element: HTMLElement;
  update(state: PageState): void;
  add(message: Extract<ToPage, { kind: "logs" }>): void;
}

/** Frames in which the height has not changed, until the end counts as found. */
const STANDS = 2;
/** Frames after which it is left, whether it was found or not: heights that come and go would move it for ever. */
const MOST_FRAMES = 10;

/** One server's log: bounded, filtered, and following its end while that is wished. */
export function logsView(
  words: PageWords,
  start: { readonly filter: string; readonly follow: boolean },
  { onWatch, onServe, onDeed, onNotes }: LogsActions,
): LogsView {
  let { follow, filter: wanted } = start;
  let watched = "";
  let next = 0;
  let dropped = 0;
  const lines = logLines();
  lines.filter(start.filter);
  const role = { class: "log", role: "log", "aria-live": "off", tabindex: "0", "aria-label": words.logs };
  const scroller = make("div", role, lines.element);

  const server = select({ label: words.server, onChange: onWatch });
  const filter = textField({
    label: words.filter,
    value: start.filter,
    onInput: (text) => {
      wanted = text;
      lines.filter(text);
      onNotes({ filter: text });
      settle();
    },
  });
  const following = checkbox({ label: words.follow, checked: follow, onChange: (checked) => setFollow(checked) });
  const note = make("span", { class: "note" });
  // What is found is to stay in sight.
  const search = logSearch(words.log, scroller, () => {
    if (follow) setFollow(false);
  });
  const deeds = (["copy", "save"] as const).map((deed) =>
    button({ label: words.log[deed], onPress: () => onDeed(deed, watched, wanted) }),
  );
  const tools = make(
    "div",
    { class: "tools" },
    server.element,
    filter,
    search.element,
    following.element,
    ...deeds,
    note,
  );
  const sentence = make("p");
  const serve = button({ label: words.serve, primary: true, onPress: onServe });
  const empty = make("div", { class: "empty" }, sentence, serve);

  function setFollow(wanted: boolean): void {
    follow = wanted;
    following.set(wanted);
    onNotes({ follow: wanted });
    settle();
  }
  const toEnd = endOf(scroller, () => follow);
  let settling = false;
  /** After the next layout, once for any number of lines. */
  function settle(): void {
    if (settling) return;
    settling = true;
    requestAnimationFrame(() => {
      settling = false;
      search.again();
      if (follow) toEnd();
      setText(note, noteOf(words, dropped + lines.dropped, lines.shown === 0 && next > 0));
    });
  }
  // Scrolling up means reading: the end is followed again when it is reached again.
  scroller.addEventListener("wheel", ({ deltaY }) => {
    if (deltaY < 0 && follow && scroller.scrollHeight > scroller.clientHeight) setFollow(false);
  });
  scroller.addEventListener("keydown", ({ key }) => {
    if (["ArrowUp", "PageUp", "Home"].includes(key) && follow) setFollow(false);
    if (key === "End" && !follow) setFollow(true);
  });

  return {
    element: make("section", {}, empty, tools, scroller),
    update: (state) => {
      const none = state.servers.length === 0;
      empty.hidden = !none;
      tools.hidden = none;
      scroller.hidden = none;
      setText(sentence, state.notice ?? words.noLogs);
      serve.hidden = state.notice !== undefined;
      if (state.watched !== watched) {
        watched = state.watched ?? "";
        next = 0;
        dropped = 0;
        lines.replace([]);
      }
      server.set({
        choices: state.servers.map((source) => ({ value: source.server, label: source.title })),
        value: watched,
      });
    },
    add: (message) => {
      if (message.server !== watched) return;
      dropped = message.dropped;
      if (message.whole) lines.replace(message.lines);
      // Lines that are here already came with the whole.
      else lines.append(message.lines.slice(Math.max(0, next - message.first)));
      next = Math.max(message.whole ? 0 : next, message.first + message.lines.length);
      settle();
    },
  };
}

/**
 * Goes to the end, and on: lines that come into sight turn out higher or lower than they were thought. Only by that is it
 * prolonged: a scroll bar that is dragged meanwhile is not fought.
 */
function endOf(scroller: HTMLElement, isWanted: () => boolean): () => void {
  let left = 0;
  let frames = 0;
  let height = 0;
  const go = (): void => {
    height = scroller.scrollHeight;
    scroller.scrollTop = height;
  };
  const look = (): void => {
    frames -= 1;
    left -= 1;
    if (!isWanted() || frames <= 0) left = 0;
    else if (scroller.scrollHeight !== height) {
      go();
      left = STANDS;
    }
    if (left > 0) requestAnimationFrame(look);
  };
  return () => {
    frames = MOST_FRAMES;
    if (left === 0) requestAnimationFrame(look);
    left = STANDS;
    go();
  };
}

const noteOf = (words: PageWords, gone: number, isAllHidden: boolean): string =>
  [gone > 0 ? words.dropped.replace("{0}", String(gone)) : "", isAllHidden ? words.noMatch : ""]
    .filter((part) => part !== "")
    .join(" · ");
