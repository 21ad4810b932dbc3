import { type Guard, isList, isNumber, isOneOf, isShape, isText } from "./shape.ts";

/** A README as data: a page builds elements of it, and never reads markup. Plain JSON. */

export type Inline =
  | { readonly kind: "text" | "code"; readonly text: string }
  | { readonly kind: "break" }
  | { readonly kind: "strong" | "emphasis" | "strike"; readonly parts: readonly Inline[] }
  /** The address is absolute, http or https. */
  | { readonly kind: "link"; readonly address: string; readonly parts: readonly Inline[] };

export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly parts: readonly Inline[] }
  | { readonly kind: "paragraph"; readonly parts: readonly Inline[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  /** Numbered from `start`; with bullets where that is null. */
  | { readonly kind: "list"; readonly start: number | null; readonly items: readonly (readonly Block[])[] }
  /** The first row is the head. */
  | { readonly kind: "table"; readonly rows: readonly (readonly (readonly Inline[])[])[] }
  | { readonly kind: "rule" };

/** Whether a page may be led there. */
export const isWebAddress = (value: unknown): value is string =>
  typeof value === "string" && /^https?:\/\/[^\s/]\S*$/i.test(value);

const isInline: Guard<Inline> = (value): value is Inline =>
  isSpan(value) || isBreak(value) || isMarked(value) || isLink(value);
const areParts = isList(isInline);
const isSpan = isShape<Extract<Inline, { readonly text: string }>>({ kind: isOneOf(["text", "code"]), text: isText });
const isBreak = isShape<{ readonly kind: "break" }>({ kind: isOneOf(["break"]) });
const isMarked = isShape<{ readonly kind: "strong" | "emphasis" | "strike"; readonly parts: readonly Inline[] }>({
  kind: isOneOf(["strong", "emphasis", "strike"]),
  parts: areParts,
});
const isLink = isShape<Extract<Inline, { readonly kind: "link" }>>({
  kind: isOneOf(["link"]),
  address: isWebAddress,
  parts: areParts,
});

const isBlock: Guard<Block> = (value): value is Block => blockGuards.some((fits) => fits(value));
export const areBlocks = isList(isBlock);
const blockGuards: readonly Guard<Block>[] = [
  isShape<Extract<Block, { readonly kind: "heading" }>>({
    kind: isOneOf(["heading"]),
    level: isNumber,
    parts: areParts,
  }),
  isShape<Extract<Block, { readonly kind: "paragraph" }>>({ kind: isOneOf(["paragraph"]), parts: areParts }),
  isShape<Extract<Block, { readonly kind: "code" }>>({ kind: isOneOf(["code"]), text: isText }),
  isShape<Extract<Block, { readonly kind: "quote" }>>({ kind: isOneOf(["quote"]), blocks: areBlocks }),
  isShape<Extract<Block, { readonly kind: "list" }>>({
    kind: isOneOf(["list"]),
    start: (value): value is number | null => value === null || isNumber(value),
    items: isList(areBlocks),
  }),
  isShape<Extract<Block, { readonly kind: "table" }>>({ kind: isOneOf(["table"]), rows: isList(isList(areParts)) }),
  isShape<Extract<Block, { readonly kind: "rule" }>>({ kind: isOneOf(["rule"]) }),
];
