/**
 * models.conf as contract.md has it: `[id]`, `KEY=value` with the value verbatim, lines that begin with `#`.
 * Reads texts; the same grammar is pure ASCII, so that it reads bytes as Latin-1 alike (see `set-conf-value.ts`).
 */
export interface Conf {
  readonly sections: readonly ConfSection[];
  /** In the order of their lines. */
  readonly problems: readonly ConfProblem[];
}

export interface ConfSection {
  readonly id: string;
  /** Counts from 1. */
  readonly line: number;
  /** Of a key that stands twice, the first. */
  readonly pairs: ReadonlyMap<string, ConfPair>;
  /** Where a new pair goes: the end of the line of its last pair, or of its header, before whatever ends that line. */
  readonly end: number;
}

export interface ConfPair {
  readonly value: string;
  readonly line: number;
  /** Offsets of the value in the text; equal where it is empty. */
  readonly from: number;
  readonly to: number;
}

export interface ConfProblem {
  readonly line: number;
  readonly problem: string;
  /** The section it stands in; undefined before the first, and where the header itself is wrong. */
  readonly section: string | undefined;
}

export function parseConf(text: string): Conf {
  const problems: ConfProblem[] = [];
  const sections: (ConfSection & { readonly pairs: Map<string, ConfPair>; end: number })[] = [];
  /** `undefined` before the first header; `lost` after one that cannot be used. */
  let current: (typeof sections)[number] | "lost" | undefined;
  const report = (line: number, problem: string): void => {
    const section = typeof current === "object" ? current.id : undefined;
    problems.push({ line, problem, section });
  };

  for (const { number, from, to, end } of linesOf(text)) {
    const content = text.slice(from, to);
    if (content === "" || content.startsWith("#")) continue;
    if (content.startsWith("[")) {
      const id = /^\[([A-Za-z0-9_-]+)\]$/.exec(content)?.[1];
      const earlier = sections.find((section) => section.id === id);
      current = "lost";
      if (id === undefined)
        report(number, `${clip(content)} is no section: it takes [id] with letters, digits, _ and - alone on its line`);
      else if (earlier)
        problems.push({ line: number, problem: `[${id}] stands on line ${earlier.line} already`, section: id });
      else sections.push((current = { id, line: number, pairs: new Map(), end }));
      continue;
    }
    const equals = content.indexOf("=");
    const key = content.slice(0, Math.max(equals, 0)).replace(/[ \t]+$/, "");
    if (equals < 0) report(number, `${clip(content)} is neither a section, a KEY=value nor a comment`);
    else if (!/^[A-Z_][A-Z0-9_]*$/.test(key))
      report(number, `${clip(key) || "An empty key"} is no key: keys are upper-case`);
    else if (content.includes("\0")) report(number, `${key} holds a NUL character`);
    else if (current === undefined) report(number, `${key} stands before the first section`);
    else if (current !== "lost") {
      const earlier = current.pairs.get(key);
      const blanks = /^[ \t]*/.exec(content.slice(equals + 1))?.[0].length ?? 0;
      const start = from + equals + 1 + blanks;
      if (earlier) report(number, `${key} stands on line ${earlier.line} already`);
      else current.pairs.set(key, { value: text.slice(start, to), line: number, from: start, to });
      current.end = end;
    }
  }
  return { sections, problems };
}

interface Line {
  /** Counts from 1. */
  readonly number: number;
  /** Without the blanks at both ends. */
  readonly from: number;
  readonly to: number;
  /** Before its line feed, and the carriage return that goes with it. */
  readonly end: number;
}

/** A byte order mark is no part of the first. */
function* linesOf(text: string): Generator<Line> {
  let at = text.startsWith("\uFEFF") ? 1 : text.startsWith("\u00EF\u00BB\u00BF") ? 3 : 0;
  for (let number = 1; at <= text.length; number += 1) {
    const newline = text.indexOf("\n", at);
    const next = newline < 0 ? text.length : newline;
    const end = newline > at && text.charCodeAt(newline - 1) === 0x0d ? newline - 1 : next;
    let from = at;
    let to = next;
    while (from < to && isBlank(text.charCodeAt(from))) from += 1;
    while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1;
    yield { number, from, to, end };
    at = next + 1;
  }
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0d;

const clip = (text: string): string => (text.length > 40 ? `“${text.slice(0, 39)}…”` : text === "" ? "" : `“${text}”`);
