import type { FormPreview, FormSet, FormWords } from "../../core/protocol/form-page.ts";
import { make, setText } from "../ui/dom.ts";
import { button } from "../ui/kit.ts";

/** What the download would do: amounts and room, each file, and the command of a terminal. */
export function formPreviewPart(
  words: FormWords,
  on: { readonly prove: () => void; readonly stop: () => void; readonly copy: (text: string) => void },
): { readonly element: HTMLElement; update(preview: FormPreview): void } {
  const status = make("p", { class: "asking", role: "status" });
  const lines = make("div");
  const warning = make("p", { class: "problem", role: "alert" });
  const sets = make("div");
  const prove = button({ label: words.prove, onPress: on.prove });
  const stop = button({ label: words.stop, onPress: on.stop });
  const busy = make("progress", { "aria-label": words.prove });
  const code = make("code");
  const copy = button({
    label: words.copy,
    spoken: `${words.copy}: ${words.command}`,
    onPress: () => on.copy(command),
  });
  const terminal = make(
    "div",
    { class: "terminal" },
    make("p", { class: "hint" }, words.command),
    make("div", { class: "command" }, code, copy),
  );
  const shown = make("div", {}, lines, warning, sets);
  let command = "";
  let drawn = "";
  return {
    element: make("div", {}, status, busy, make("div", { class: "tools" }, prove, stop), shown, terminal),
    update: (preview) => {
      const { kind } = preview;
      setText(status, kind === "asking" ? words.asking : kind === "proving" ? words.proving : "");
      busy.hidden = kind !== "proving";
      stop.hidden = kind !== "proving";
      prove.hidden = kind === "proving" || !preview.canProve;
      shown.toggleAttribute("aria-busy", kind === "asking" || kind === "proving");
      command = preview.command;
      setText(code, command);
      terminal.hidden = command === "";
      setText(warning, preview.warning);
      warning.hidden = preview.warning === "";
      const drawing = JSON.stringify([preview.lines, preview.sets]);
      if (drawing === drawn) return;
      drawn = drawing;
      lines.replaceChildren(...preview.lines.map((line) => make("p", { class: "line" }, line)));
      sets.replaceChildren(...preview.sets.map((set) => setTable(words, set)));
    },
  };
}

function setTable(words: FormWords, { title, note, files }: FormSet): HTMLElement {
  const heads = [words.file, words.size, words.state, words.from];
  const rows = files.map((file) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, file.path),
      make("td", { class: "figure" }, file.size),
      make("td", {}, file.state),
      make("td", {}, ...file.from.map((line) => make("div", {}, line))),
    ),
  );
  return make(
    "table",
    { class: "set" },
    make("caption", {}, title, ...(note === "" ? [] : [make("p", { class: "hint" }, note)])),
    make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
    make("tbody", {}, ...rows),
  );
}
