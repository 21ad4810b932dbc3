import type { StoreItem } from "../ports/store-disk.ts";

const LETTERS = { file: "f", folder: "d", link: "l", other: "o" } as const satisfies Record<StoreItem["kind"], string>;
const KINDS = new Map<string, StoreItem["kind"]>([
  ["f", "file"],
  ["d", "folder"],
  ["l", "link"],
  ["o", "other"],
]);

/** A folder's items in one text, which is written and read many times as fast: a name holds no slash. */
export const packItems = (items: readonly StoreItem[]): string =>
  items.map(({ name, kind }) => LETTERS[kind] + name).join("/");

export const unpackItems = (packed: string): readonly StoreItem[] =>
  packed === ""
    ? []
    : packed.split("/").map((item) => ({ name: item.slice(1), kind: KINDS.get(item.charAt(0)) ?? "other" }));
