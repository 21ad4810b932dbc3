/** Longest line kept, in characters; what is beyond is let go. */
export const LONGEST_LINE = 64 * 1024;

export interface LineSplitter {
  /** The lines that this piece completes. Bytes that are no UTF-8 become U+FFFD. */
  add(piece: Uint8Array): readonly string[];
  /** What is left without a line end, if anything. */
  end(): readonly string[];
}

/** Holds one line at most, however long the server makes it. */
export function createLineSplitter(): LineSplitter {
  const decoder = new TextDecoder();
  let rest = "";
  let cut = 0;
  const keep = (text: string): void => {
    const room = Math.max(0, LONGEST_LINE - rest.length);
    rest += text.slice(0, room);
    cut += Math.max(0, text.length - room);
  };
  const take = (): string => {
    const line = cleanLine(rest) + (cut > 0 ? ` … (${cut} characters more)` : "");
    rest = "";
    cut = 0;
    return line;
  };
  const split = (text: string): readonly string[] => {
    const pieces = text.split("\n");
    return pieces.flatMap((piece, index) => {
      keep(piece);
      return index < pieces.length - 1 ? [take()] : [];
    });
  };
  return {
    add: (piece) => split(decoder.decode(piece, { stream: true })),
    end: () => {
      const lines = split(decoder.decode());
      return rest === "" && cut === 0 ? lines : [...lines, take()];
    },
  };
}

/** Without escape sequences and control characters; of what was overwritten by carriage returns, the last. */
function cleanLine(line: string): string {
  if (!CONTROL.test(line)) return line;
  const shown = line.replaceAll(ESCAPES, "").replace(/\r+$/, "");
  return shown.slice(shown.lastIndexOf("\r") + 1).replaceAll(CONTROLS, "");
}

// All but the tab.
const CONTROL = /[^\P{Cc}\t]/u;
const CONTROLS = new RegExp(CONTROL, "gu");
const [ESCAPE, BELL] = [String.fromCodePoint(0x1b), String.fromCodePoint(0x07)];
/** Colours and cursor moves; titles of windows, up to their bell; the rest. */
const ESCAPES = new RegExp(
  `${ESCAPE}(?:\\[[0-9;:?<=>]*[ -/]*[@-~]|\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)|[@-Z\\\\-_])`,
  "g",
);
