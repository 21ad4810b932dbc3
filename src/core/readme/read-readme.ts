import MarkdownIt, { type Token } from "markdown-it";
import { splitCard } from "../metadata/model-card.ts";
import type { Block, Inline } from "../protocol/readme.ts";
import { type Cursor, type InlineWays, readInlines } from "./read-inlines.ts";

/** Characters that are read; more than any README a person reads. */
const LONGEST = 400_000;
/** Pieces that are kept, as words, cells and links; a page of more is slow. */
const MOST = 40_000;

export interface ReadmeWish extends Omit<InlineWays, "parse"> {
  readonly markdown: string;
}

export interface ReadReadme {
  readonly blocks: readonly Block[];
  /** Whether there is more of it. */
  readonly cut: boolean;
}

/** Nothing in the blocks is markup: of HTML the words stay, with its links; pictures become links to them. */
export function readReadme({ markdown, ...ways }: ReadmeWish): ReadReadme {
  const { body } = splitCard(markdown.slice(0, LONGEST));
  const parser = new MarkdownIt({ html: true, linkify: true });
  // A file's name, as README.md, is no address.
  parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  const cursor = { tokens: parser.parse(body, {}), at: 0, left: MOST };
  const parse = (html: string): readonly Token[] => parser.parseInline(html, {})[0]?.children ?? [];
  const blocks = readBlocks(cursor, { ...ways, parse });
  return { blocks, cut: markdown.length > LONGEST || cursor.left <= 0 };
}

interface BlockCursor extends Cursor {
  left: number;
}

/** @param until type of the token that ends them; it is passed over */
function readBlocks(cursor: BlockCursor, ways: InlineWays, until?: string): readonly Block[] {
  const blocks: Block[] = [];
  for (let token = next(cursor); token && token.type !== until; token = next(cursor)) {
    const block = readBlock(token, cursor, ways);
    if (block) blocks.push(block);
  }
  return blocks;
}

function next(cursor: BlockCursor): Token | undefined {
  if (cursor.left <= 0) return undefined;
  const token = cursor.tokens[cursor.at];
  cursor.at += 1;
  return token;
}

function readBlock(token: Token, cursor: BlockCursor, ways: InlineWays): Block | undefined {
  switch (token.type) {
    case "inline":
    case "html_block":
      return paragraph(partsOf(token, cursor, ways));
    case "heading_open": {
      const inline = next(cursor);
      next(cursor);
      const parts = inline ? partsOf(inline, cursor, ways) : [];
      return parts.length > 0 ? { kind: "heading", level: Number(token.tag.slice(1)), parts } : undefined;
    }
    case "fence":
    case "code_block":
      cursor.left -= 1;
      return { kind: "code", text: token.content.replace(/\n$/, "") };
    case "hr":
      cursor.left -= 1;
      return { kind: "rule" };
    case "blockquote_open":
      return { kind: "quote", blocks: readBlocks(cursor, ways, "blockquote_close") };
    case "bullet_list_open":
      return { kind: "list", start: null, items: readItems(cursor, ways, "bullet_list_close") };
    case "ordered_list_open":
      return {
        kind: "list",
        start: Number(token.attrGet("start") ?? 1),
        items: readItems(cursor, ways, "ordered_list_close"),
      };
    case "table_open":
      return { kind: "table", rows: readRows(cursor, ways) };
    default:
      return undefined;
  }
}

const paragraph = (parts: readonly Inline[]): Block | undefined =>
  parts.length > 0 ? { kind: "paragraph", parts } : undefined;

function partsOf(token: Token, cursor: BlockCursor, ways: InlineWays): readonly Inline[] {
  const tokens =
    token.type === "html_block"
      ? ways.parse(token.content.replaceAll(/<(script|style)\b[^]*?(<\/\1\s*>|$)/gi, "").trim())
      : (token.children ?? []);
  cursor.left -= 1 + tokens.length;
  return readInlines({ tokens, at: 0 }, ways);
}

function readItems(cursor: BlockCursor, ways: InlineWays, until: string): readonly (readonly Block[])[] {
  const items: (readonly Block[])[] = [];
  for (let token = next(cursor); token && token.type !== until; token = next(cursor))
    if (token.type === "list_item_open") items.push(readBlocks(cursor, ways, "list_item_close"));
  return items;
}

function readRows(cursor: BlockCursor, ways: InlineWays): readonly (readonly (readonly Inline[])[])[] {
  const rows: (readonly Inline[])[][] = [];
  for (let token = next(cursor); token && token.type !== "table_close"; token = next(cursor)) {
    if (token.type === "tr_open") rows.push([]);
    else if (token.type === "inline") rows.at(-1)?.push(partsOf(token, cursor, ways));
  }
  return rows;
}
