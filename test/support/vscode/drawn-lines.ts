/** Lines as the document has them: what is drawn below a line because it wraps has no number of its own. */
export function drawnLines(editor: Element): readonly string[] {
  const topOf = (line: HTMLElement): number => Number.parseFloat(line.style.top);
  const rows = (selector: string): readonly HTMLElement[] => [...editor.querySelectorAll<HTMLElement>(selector)];
  const begun = new Set(
    rows(".margin-view-overlays > div")
      .filter((row) => (row.querySelector(".line-numbers")?.textContent ?? "") !== "")
      .map(topOf),
  );
  const lines: string[] = [];
  for (const line of rows(".view-lines > .view-line").toSorted((one, other) => topOf(one) - topOf(other))) {
    // The editor draws its blanks as no-break spaces.
    const text = (line.textContent ?? "").replaceAll("\u00A0", " ");
    if (begun.has(topOf(line)) || lines.length === 0) lines.push(text);
    else lines.push(`${lines.pop() ?? ""}${text.trimStart()}`);
  }
  return lines;
}
