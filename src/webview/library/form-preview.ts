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
  const tools = make("div", { class: "tools" }, prove, stop);
  let command = "";
  let drawn = "";
  return {
    element: make("div", {}, status, busy, shown, tools, terminal),
    update: (preview) => {
      const { kind } = preview;
      setText(status, statusOf(words, kind));
      busy.hidden = kind !== "proving";
      stop.hidden = kind !== "proving";
      prove.hidden = kind === "proving" || !preview.canProve;
      tools.hidden = stop.hidden && prove.hidden;
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

function statusOf(words: FormWords, kind: FormPreview["kind"]): string {
  switch (kind) {
    case "none":
      return words.nothing;
    case "asking":
      return words.asking;
    case "proving":
      return words.proving;
    case "shown":
      return "";
  }
}

function setTable(words: FormWords, { title, note, files }: FormSet): HTMLElement {
  const head = (text: string, name = ""): HTMLElement => make("th", { scope: "col", class: name }, text);
  const heads = [head(words.file), head(words.size, "figure"), head(words.state), head(words.from)];
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
    make("thead", {}, make("tr", {}, ...heads)),
    make("tbody", {}, ...rows),
  );
}
