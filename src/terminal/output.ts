/** Lines for people or pipes; on a terminal one line is redrawn below them. */
export interface Output {
  readonly isTerminal: boolean;
  readonly columns: () => number;
  /** To stay. */
  line(text: string): void;
  /** Redrawn in place; nothing where there is no terminal. */
  redraw(text: string): void;
  /** To the error output. */
  complain(text: string): void;
}

/** Titles and reasons are strangers' words: what a terminal takes for an order is none of theirs. */
const plain = (text: string): string => text.replaceAll(/[^\P{Cc}\n\t]/gu, "·");

const ERASE = "\r\u001B[2K";

export function createOutput(
  out: Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">,
  errors: Pick<NodeJS.WriteStream, "write">,
): Output {
  let drawn = "";
  const above = (write: () => void): void => {
    if (drawn !== "") out.write(ERASE);
    write();
    if (drawn !== "") out.write(drawn);
  };
  return {
    isTerminal: out.isTTY,
    columns: () => out.columns || 80,
    line: (text) => above(() => void out.write(`${plain(text)}\n`)),
    redraw: (words) => {
      const text = plain(words).replaceAll("\n", " ");
      if (!out.isTTY || text === drawn) return;
      out.write(`${ERASE}${text}`);
      drawn = text;
    },
    complain: (text) => above(() => void errors.write(`${plain(text)}\n`)),
  };
}
