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
    line: (text) => above(() => void out.write(`${text}\n`)),
    redraw: (text) => {
      if (!out.isTTY || text === drawn) return;
      out.write(`${ERASE}${text}`);
      drawn = text;
    },
    complain: (text) => above(() => void errors.write(`${text}\n`)),
  };
}
