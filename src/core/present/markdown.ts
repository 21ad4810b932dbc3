/** Text from outside, safe to stand in Markdown: nothing in it is a link, a picture, an icon or a table border. */
export const plain = (text: string): string =>
  text
    .replaceAll(/[\\`*_{}[\]()#+\-.!~|<>&$:@]/g, (mark) =>
      mark === "<" || mark === ">" || mark === "&" ? entity(mark) : `\\${mark}`,
    )
    .replaceAll(/\s+/g, " ");

const entity = (mark: string): string => ({ "<": "&lt;", ">": "&gt;" })[mark] ?? "&amp;";

/** In code type; what would end it is left out. */
export const code = (text: string): string => `\`${text.replaceAll(/[`\s]+/g, " ").trim()}\``;

/** Cells are Markdown already; no rows, no table. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Paragraphs; empty ones are left out. */
export const paragraphs = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n\n");
