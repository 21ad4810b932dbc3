import type { Token } from "markdown-it";
import { type Inline, isWebAddress } from "../protocol/readme.ts";

export interface InlineWays {
  /** What relative addresses are relative to; without it they lead nowhere. */
  readonly base: { readonly links: string; readonly pictures: string } | null;
  /** What a picture without words of its own is called. */
  readonly picture: string;
  /** Tokens of a piece of HTML, of which only the words count. */
  readonly parse: (html: string) => readonly Token[];
}

export interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
}

/** Without empty space at either end. */
export const readInlines = (cursor: Cursor, ways: InlineWays): readonly Inline[] =>
  trimmed(trimmed(readUntil(cursor, ways, () => false, false)).toReversed()).toReversed();

type End = (token: Token) => boolean;

/** @param within whether they stand in a link already */
function readUntil(cursor: Cursor, ways: InlineWays, ends: End, within: boolean): readonly Inline[] {
  const parts: Inline[] = [];
  const add = (...more: readonly Inline[]): void => {
    for (const part of more) {
      const last = parts.at(-1);
      if (part.kind === "text" && last?.kind === "text") parts[parts.length - 1] = text(last.text + part.text);
      else if (part.kind !== "text" || part.text !== "") parts.push(part);
    }
  };
  for (; cursor.at < cursor.tokens.length;) {
    const token = cursor.tokens[cursor.at++];
    if (!token || ends(token)) break;
    add(...readOne(token, cursor, ways, within));
  }
  return parts;
}

function readOne(token: Token, cursor: Cursor, ways: InlineWays, within: boolean): readonly Inline[] {
  const inner = (end: string): readonly Inline[] => readUntil(cursor, ways, ({ type }) => type === end, within);
  switch (token.type) {
    case "text":
    case "text_special":
      return [text(token.content)];
    case "softbreak":
      return [text(" ")];
    case "hardbreak":
      return [lineBreak];
    case "code_inline":
      return [{ kind: "code", text: token.content }];
    case "strong_open":
      return [{ kind: "strong", parts: inner("strong_close") }];
    case "em_open":
      return [{ kind: "emphasis", parts: inner("em_close") }];
    case "s_open":
      return [{ kind: "strike", parts: inner("s_close") }];
    case "link_open": {
      const parts = readUntil(cursor, ways, ({ type }) => type === "link_close", true);
      return linked(given(token, "href"), ways.base?.links, parts, within);
    }
    case "image":
      return picture(given(token, "src"), token.content, ways, within);
    case "html_inline":
      return readTag(token.content, cursor, ways, within);
    default:
      return [];
  }
}

const given = (token: Token, name: string): string | null => {
  const value = token.attrGet(name);
  return value === null ? null : String(value);
};

/** Tags that begin or end a line of their own. */
const LINES = new Set([
  "br",
  "p",
  "div",
  "li",
  "tr",
  "ul",
  "ol",
  "table",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "summary",
]);

/** What a person would see of a tag; of most of them nothing. */
function readTag(tag: string, cursor: Cursor, ways: InlineWays, within: boolean): readonly Inline[] {
  const name = /^<\/?([a-z][a-z0-9]*)/i.exec(tag)?.[1]?.toLowerCase();
  if (name === undefined) return [];
  if (name === "img") return picture(attribute(tag, "src"), attribute(tag, "alt") ?? "", ways, within);
  if (name === "a" && !tag.startsWith("</")) {
    const parts = readUntil(
      cursor,
      ways,
      ({ type, content }) => type === "html_inline" && /^<\/a\b/i.test(content),
      true,
    );
    return linked(attribute(tag, "href"), ways.base?.links, parts, within);
  }
  if (name === "td" || name === "th") return [text(" ")];
  return LINES.has(name) ? [lineBreak] : [];
}

const attribute = (tag: string, name: string): string | null => {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, "i").exec(tag);
  return found ? (found[1] ?? found[2] ?? found[3] ?? "").replaceAll("&amp;", "&") : null;
};

/** Pictures are not fetched: whoever wants to see one goes there. */
function picture(source: string | null, alt: string, ways: InlineWays, within: boolean): readonly Inline[] {
  const words = alt.trim() === "" ? ways.picture : alt.trim();
  return linked(source, ways.base?.pictures, [text(`[${words}]`)], within);
}

/** What leads nowhere we go is words alone; and in a link no other begins. */
function linked(
  reference: string | null,
  base: string | undefined,
  parts: readonly Inline[],
  within: boolean,
): readonly Inline[] {
  if (within || reference === null || !URL.canParse(reference, base)) return parts;
  const { href: address } = new URL(reference, base);
  return isWebAddress(address) && parts.length > 0 ? [{ kind: "link", address, parts }] : parts;
}

const text = (words: string): Inline => ({ kind: "text", text: words });
const lineBreak: Inline = { kind: "break" };

function trimmed(parts: readonly Inline[]): readonly Inline[] {
  const first = parts.findIndex((part) => part.kind !== "break" && !(part.kind === "text" && part.text.trim() === ""));
  return first === -1 ? [] : parts.slice(first);
}
