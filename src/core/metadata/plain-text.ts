/** Characters of a description at most; the whole of it is on its page. */
const LONGEST = 2000;

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/**
 * Without what stands between, the ends included. What is never closed stays, and is looked through once, however often it
 * is opened. @param open with the flag `g`, as `close`
 */
export function withoutSpans(text: string, open: RegExp, close: RegExp): string {
  let kept = "";
  let from = 0;
  for (;;) {
    open.lastIndex = from;
    const start = open.exec(text);
    if (start === null) break;
    close.lastIndex = open.lastIndex;
    if (close.exec(text) === null) break;
    kept += text.slice(from, start.index);
    from = close.lastIndex;
  }
  return kept + text.slice(from);
}

const withoutCode = (html: string): string =>
  withoutSpans(withoutSpans(html, /<script\b[^<>]*>/gi, /<\/script\s*>/gi), /<style\b[^<>]*>/gi, /<\/style\s*>/gi);

/** What a reader sees of a piece of HTML: its words, a line for each block. Empty where nothing is left. */
export function plainText(html: string): string {
  return cut(
    withoutCode(html.slice(0, 200_000))
      .replaceAll(/<br\s*\/?>|<\/(p|div|li|h[1-6]|tr)\s*>/gi, "\n")
      .replaceAll(/<[^<>]*>/g, "")
      .replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
        if (typeof name === "string") return NAMED[name.toLowerCase()] ?? whole;
        const code = typeof decimal === "string" ? Number(decimal) : Number.parseInt(String(hex), 16);
        return code > 31 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : " ";
      })
      .split("\n")
      .map((line) => line.replaceAll(/\s+/g, " ").trim())
      .filter((line) => line !== "")
      .join("\n"),
  );
}

export const cut = (text: string, longest = LONGEST): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1).trimEnd()}…`;
